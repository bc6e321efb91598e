"""Try a version of a sourcing profile on the orders of a past time."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import PlaceType
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.contracts.trials import MOST_TRIED, ProfileTrial
from quanqu.sell.orders.contracts import Basket
from quanqu.sell.orders.facade import past_baskets
from quanqu.sell.sourcing.contracts import OrderLine, Question
from quanqu.sell.sourcing.facade import get_version, simulate

__all__ = ["try_profile"]

_CARRIED_HOME: Final = frozenset({PlaceType.STORE, PlaceType.WAREHOUSE, PlaceType.SUPPLIER})


def try_profile(
    *, actor: Actor, version_id: UUID, first: date, last: date, most: int, now: datetime
) -> ProfileTrial:
    """Return what a version would decide of orders placed from `first` to `last`, beside the one
    in force, on stock as it is now; nothing is held.

    Orders of every place of the company that is no store are tried, of the version's channel if it
    has one; of more than `most` always the same ones, evenly over the time.
    Raises: NotAllowedError, ProfileNotFoundError.
    """
    version = get_version(actor=actor, version_id=version_id)
    places = {
        key: one.channel or ""
        for key, one in places_by_key().items()
        if one.company_key == version.company_key
        and one.details.place_type not in _CARRIED_HOME
        and version.channel in ("", one.channel)
    }
    past = past_baskets(
        company_key=version.company_key, place_keys=places, first=first, last=last,
        most=min(most, MOST_TRIED),
    )  # fmt: skip
    questions = [_question(version.company_key, places, one) for one in past.baskets]
    found = simulate(actor=actor, version_id=version_id, questions=questions, now=now)
    return ProfileTrial(first, last, past.orders, found)


def _question(company_key: int, places: dict[int, str], basket: Basket) -> Question:
    return Question(
        company_key,
        tuple(OrderLine(item, units, value) for item, units, value in basket.lines),
        channel=places[basket.place_key],
        postcode=basket.postcode_area,
        country=basket.country,
    )

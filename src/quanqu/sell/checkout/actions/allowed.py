"""Who may place and move orders where."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.checkout.contracts import ForeignSourceError, LiveOrderNotFoundError
from quanqu.sell.checkout.queries.places import places_of
from quanqu.sell.checkout.registry import source_guard

__all__ = ["MANAGE", "may_at", "require_places", "require_sources"]

MANAGE: Final = "orders.manage"


def require_places(actor: Actor, permission: str, place_keys: Iterable[int]) -> None:
    """Refuse unless a permission holds at every one of the places.

    Raises: NotAllowedError without it anywhere; LiveOrderNotFoundError for a place outside of it.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    outside = () if scope.everything else sorted(set(place_keys) - scope.places)
    if outside:
        raise LiveOrderNotFoundError(ref=f"place {outside[0]}")


def require_sources(company_key: int, place_keys: Collection[int], on: date) -> None:
    """Refuse goods of other companies that no rule between them and the order's lets it have.

    Raises: ForeignSourceError.
    """
    places = places_of(place_keys)
    foreign = {one.company_key for one in places.values()} - {company_key}
    if not foreign:
        return
    lent = set(source_guard().givers(taker_key=company_key, company_keys=foreign, on=on))
    for key in sorted(places):
        if places[key].company_key in foreign - lent:
            raise ForeignSourceError(place=places[key].name)


def may_at(actor: Actor, permission: str, place_key: int) -> bool:
    """Tell whether a permission holds at a place."""
    scope = actor.scope(permission)
    return scope.everything or place_key in scope.places

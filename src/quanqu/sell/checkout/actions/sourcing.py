"""Ask sourcing where the goods of an order come from, at first and again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.writing import NewOrder
from quanqu.sell.checkout.contracts import LiveLine, NotEnoughError
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.checkout.queries.places import buyer_of, channel_of
from quanqu.sell.checkout.rules.parts import NewPart
from quanqu.sell.checkout.rules.totals import PricedLine
from quanqu.sell.inventory.facade import available_at
from quanqu.sell.sourcing.contracts import OrderLine, Question
from quanqu.sell.sourcing.facade import allocate

__all__ = ["allocate_order", "question_of", "short_line"]

_COUNTRY_LETTERS: Final = 2


def allocate_order(
    order: NewOrder, *, ends_at: datetime | None, now: datetime
) -> tuple[tuple[NewPart, ...], tuple[int, ...]]:
    """Let sourcing decide on a new order and hold its goods; return its parts, and for each line
    which of them has it.

    Raises: NotEnoughError where something stays behind, what `sourcing.allocate` raises.
    """
    draft = order.draft
    contact = draft.contact
    lines = [(one.draft.variant_key, one.draft.quantity, one.amount_minor) for one in order.lines]
    decision = allocate(
        actor=SYSTEM,
        request_id=draft.id,
        owner=encode("ord", draft.id),
        question=_question(
            order.company_key,
            draft.place_key,
            lines,
            postcode=contact.postcode if contact else "",
            country=contact.country if contact else "",
        ),
        expires_at=ends_at,
        now=now,
        buyer=buyer_of(draft.subject_key),
    )
    if decision.unfilled:
        left = _most_at_one_place([one.variant_key for one in decision.unfilled])
        short = [
            short_line(number, line, asked=line.draft.quantity, available=left[key])
            for number, line in enumerate(order.lines, 1)
            if (key := line.draft.variant_key) in left
        ]
        short = [one for one in short if one["asked"] > one["available"]] or short
        raise NotEnoughError(count=len(short), short=short)
    parts = tuple(
        NewPart(number, parcel.place_key, parcel.hold_id)
        for number, parcel in enumerate(decision.parcels, 1)
        if parcel.hold_id is not None
    )
    where = {line.variant_key: at for at, parcel in enumerate(decision.parcels)
             for line in parcel.lines}  # fmt: skip
    return parts, tuple(where[one.draft.variant_key] for one in order.lines)


def question_of(row: Order, lines: Sequence[LiveLine]) -> Question:
    """Return what sourcing is asked of an order that is there."""
    told: Mapping[str, str] = contact_of(row.key)
    return _question(
        row.company_key,
        row.place_key,
        [(one.variant_key, one.quantity, one.amount_minor) for one in lines],
        postcode=told.get("postcode", ""),
        country=told.get("country", ""),
    )


def _most_at_one_place(items: Sequence[int]) -> dict[int, int]:
    found = available_at(actor=SYSTEM, variant_keys=items)
    most = dict.fromkeys(items, 0)
    for item, units in zip(found.variant_keys.tolist(), found.units.tolist(), strict=True):
        most[item] = max(most[item], units)
    return most


def short_line(number: int, line: PricedLine, *, asked: int, available: int) -> dict[str, Any]:
    """Return what is told of a line of which too little is there."""
    return {"line": number, "sku": line.sku, "asked": asked, "available": available}


def _question(
    company_key: int,
    place_key: int,
    lines: Sequence[tuple[int, int, int]],
    *,
    postcode: str,
    country: str,
) -> Question:
    return Question(
        company_key=company_key,
        lines=tuple(OrderLine(key, quantity, value) for key, quantity, value in lines),
        channel=channel_of(place_key),
        postcode=postcode,
        country=country.upper() if len(country) == _COUNTRY_LETTERS else "",
    )

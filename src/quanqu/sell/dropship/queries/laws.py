"""What breaks the laws of drop-shipping."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.sell.checkout.contracts import LiveState, PartFilters, PartState, PartWork
from quanqu.sell.checkout.facade import list_parts
from quanqu.sell.dropship.contracts import ANSWERABLE, DropshipState
from quanqu.sell.dropship.models import Order, Terms

__all__ = ["dues_unlike_the_orders", "parts_without_their_order", "shipped_unlike_the_parts"]

_SETTLES: Final = timedelta(minutes=2)
"""What an event has still to tell this room, it has told by then."""
_DUES: Final = """
SELECT o.id, coalesce(d.amount_minor, -1), coalesce(l.cost, 0)
FROM dropship_order o
LEFT JOIN dropship_due d ON d.order_key = o.key
LEFT JOIN (
    SELECT order_key, sum(quantity * unit_cost_minor) AS cost FROM dropship_line
    WHERE state = 'accepted' GROUP BY 1
) l ON l.order_key = o.key
WHERE (o.state = 'shipped') <> (d.key IS NOT NULL)
    OR d.key IS NOT NULL AND (d.amount_minor <> l.cost OR d.currency <> o.currency)
LIMIT 100
"""


def dues_unlike_the_orders() -> Sequence[str]:
    """Orders to suppliers of which something else is due than the cost of what was shipped."""
    return [
        f"{encode('dso', order)}: {'nothing' if due < 0 else due} is due, shipped is worth {cost}"
        for order, due, cost in _rows(_DUES)
    ]


def parts_without_their_order() -> Sequence[str]:
    """Parts that a supplier is to ship and it has no order of, or that it is to ship no more."""
    broken = []
    for parts in _parts():
        known = _known(parts)
        for one in parts:
            row = known.get((one.order.id, one.part.no))
            is_wanted = one.part.state in _OPEN and not one.is_held_up and bool(one.lines)
            is_asked = row is not None and row.state in ANSWERABLE
            if one.is_held_up or one.part.state is PartState.GONE or not _is_settled(one):
                continue
            if is_wanted != is_asked:
                broken.append(f"{_name(one)} is {one.part.state}, its supplier's order "
                              f"{row.state if row else 'is missing'}")  # fmt: skip
    return broken


def shipped_unlike_the_parts() -> Sequence[str]:
    """Orders to suppliers that are shipped and whose part is not gone, or the other way round."""
    broken = []
    for parts in _parts():
        known = _known(parts)
        for one in parts:
            row = known.get((one.order.id, one.part.no))
            is_shipped = row is not None and row.state == DropshipState.SHIPPED
            if row and is_shipped != (one.part.state is PartState.GONE) and _is_settled(one):
                broken.append(f"{_name(one)} is {one.part.state}, its supplier's {row.state}")
    return broken


_OPEN: Final = frozenset({PartState.WAITING, PartState.PICKING, PartState.READY})


def _parts() -> "Sequence[list[PartWork]]":
    places = frozenset(Terms.objects.values_list("place_key", flat=True))
    if not places:
        return []
    found: list[list[PartWork]] = []
    cursor = None
    while True:
        page = list_parts(
            actor=SYSTEM, filters=PartFilters(place_keys=places), cursor=cursor, limit=1_000
        )
        found.append(
            [one for one in page.items if one.order.state is not LiveState.AWAITING_PAYMENT]
        )
        cursor = page.next_cursor
        if cursor is None:
            return found


def _known(parts: Sequence[PartWork]) -> dict[tuple[Any, int], Order]:
    rows = Order.objects.filter(order_id__in={one.order.id for one in parts})
    return {(row.order_id, row.part_no): row for row in rows}


def _is_settled(one: PartWork) -> bool:
    return one.part.changed_at < utc_now() - _SETTLES


def _name(one: PartWork) -> str:
    return f"part {one.part.no} of {encode('ord', one.order.id)}"


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())

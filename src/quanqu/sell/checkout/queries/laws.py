"""What breaks the laws of live orders, by plain SQL over the tables of this room and facades."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import Delivery, LiveLine, LiveState, PartState, PartView
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import lines_of
from quanqu.sell.checkout.queries.parts import parts_by_order
from quanqu.sell.checkout.rules.parts import state_of_order
from quanqu.sell.checkout.rules.states import recorded_as
from quanqu.sell.inventory.contracts import HoldState, HoldView
from quanqu.sell.inventory.facade import holds_by_id
from quanqu.sell.orders.facade import orders_by_id
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.slots.facade import slots_of

__all__ = [
    "edits_unlike_the_orders",
    "goods_unlike_the_orders",
    "merges_unlike_the_orders",
    "paid_without_order",
    "record_unlike_the_orders",
    "slots_unlike_the_orders",
    "totals_unlike_the_lines",
]

_AT_ONCE: Final = 2_000
_GIVEN_FREE: Final = {HoldState.RELEASED, HoldState.EXPIRED, HoldState.SHORT}


def _claims(order: LiveState, part: PartState) -> set[HoldState]:
    """What a hold may be while its part stands somewhere; an end is heard of a moment later."""
    if part is PartState.CANCELLED:
        return _GIVEN_FREE
    if part is PartState.GONE:
        return {HoldState.CONSUMED}
    if order is LiveState.AWAITING_PAYMENT:
        return {HoldState.HELD, HoldState.EXPIRED}
    return {HoldState.ALLOCATED, HoldState.SHORT}


_PAID_STATES: Final = frozenset(LiveState) - {LiveState.AWAITING_PAYMENT, LiveState.CANCELLED}
_TOTALS: Final = """
SELECT o.id, o.goods_minor, coalesce(sum(l.amount_minor), 0)
FROM checkout_order o LEFT JOIN checkout_line l ON l.order_key = o.key
GROUP BY o.key HAVING o.goods_minor <> coalesce(sum(l.amount_minor), 0) LIMIT 100
"""


def totals_unlike_the_lines() -> Sequence[str]:
    """Orders whose goods are not the sum of their lines."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        return [f"{encode('ord', o)}: goods {told}, lines {summed}"
                for o, told, summed in cursor.fetchall()]  # fmt: skip


_EDITS: Final = """
SELECT o.id, o.edition, count(e.key), o.total_minor,
    (SELECT (l.after ->> 'total_minor')::bigint FROM checkout_edit l WHERE l.order_key = o.key
     ORDER BY l.edition DESC LIMIT 1)
FROM checkout_order o LEFT JOIN checkout_edit e ON e.order_key = o.key
WHERE o.edition > 1 OR e.key IS NOT NULL
GROUP BY o.key HAVING o.edition <> count(e.key) + 1 OR o.total_minor <> (
    SELECT (l.after ->> 'total_minor')::bigint FROM checkout_edit l WHERE l.order_key = o.key
    ORDER BY l.edition DESC LIMIT 1)
LIMIT 100
"""


def edits_unlike_the_orders() -> Sequence[str]:
    """Orders that were changed more or less often than is kept, or come to another total than
    their last edit led to."""
    with connection.cursor() as cursor:
        cursor.execute(_EDITS)
        return [f"{encode('ord', o)}: edition {edition}, {count} edits; {total}, edited to {told}"
                for o, edition, count, total, told in cursor.fetchall()]  # fmt: skip


_MERGES: Final = """
SELECT k.id, g.id, m.merged_minor, (e.after ->> 'total_minor')::bigint, g.state, g.cancel_reason
FROM checkout_merge m
JOIN checkout_order k ON k.key = m.kept_key JOIN checkout_order g ON g.key = m.gone_key
LEFT JOIN checkout_edit e ON e.order_key = m.kept_key AND e.edition = m.edition
WHERE m.undone_at IS NULL AND (
    e.key IS NULL OR m.merged_minor <> (e.after ->> 'total_minor')::bigint
    OR g.state <> 'cancelled' OR g.cancel_reason <> 'merged' OR g.total_minor <> m.gone_minor)
UNION ALL
SELECT o.id, o.id, 0, 0, o.state, o.cancel_reason FROM checkout_order o
WHERE o.cancel_reason = 'merged' AND NOT EXISTS (
    SELECT 1 FROM checkout_merge m WHERE m.gone_key = o.key AND m.undone_at IS NULL)
LIMIT 100
"""


def merges_unlike_the_orders() -> Sequence[str]:
    """Merges that led to another total than the sum of both, whose order that is gone is not, and
    orders that are gone without a merge."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGES)
        return [f"{encode('ord', g)} in {encode('ord', k)}: {told} of {total}, {state} ({why})"
                for k, g, total, told, state, why in cursor.fetchall()]  # fmt: skip


def slots_unlike_the_orders() -> Sequence[str]:
    """Orders that go on without the slot they took, or are cancelled and keep it."""
    broken = []
    for rows in _in_parts():
        timed = [row for row in rows if row.slot_starts_at is not None]
        slots = slots_of(order_ids=[row.id for row in timed])
        for row in timed:
            slot = slots.get(row.id)
            is_over = row.state == LiveState.CANCELLED
            if slot is None or slot.is_released != is_over or slot.starts_at != row.slot_starts_at:
                broken.append(f"{encode('ord', row.id)} is {row.state}: its slot is {slot}")
    return broken


def goods_unlike_the_orders() -> Sequence[str]:
    """Parts of orders whose goods are not promised, not gone, or promised in another quantity;
    orders that stand elsewhere than their parts."""
    broken = []
    for rows in _in_parts():
        parts = parts_by_order([row.key for row in rows])
        hold_ids = [one.hold_id for found in parts.values() for one in found]
        holds = holds_by_id(request_ids=hold_ids)
        lines = lines_of([row.key for row in rows])
        for row in rows:
            found, name = parts.get(row.key, []), encode("ord", row.id)
            if any(line.part_no not in {one.no for one in found} for line in lines[row.key]):
                broken.append(f"{name}: a line without a part")
            if not _stand_alike(row, [one.state for one in found]):
                broken.append(f"{name} is {row.state}, its parts are not")
            for one in found:
                told = f"part {one.no} of {name}"
                broken += _unlike(row, one, holds.get(one.hold_id), lines[row.key], told)
    return broken


def _stand_alike(row: Order, parts: Sequence[PartState]) -> bool:
    """Tell whether an order stands where its parts do."""
    state = LiveState(row.state)
    if state in (LiveState.AWAITING_PAYMENT, LiveState.CANCELLED):
        wanted = PartState.WAITING if state is LiveState.AWAITING_PAYMENT else PartState.CANCELLED
        return set(parts) - {PartState.CANCELLED} <= {wanted}
    led = state_of_order(parts, Delivery(row.delivery))
    if led is LiveState.SHIPPED:
        return state in (LiveState.SHIPPED, LiveState.DELIVERED, LiveState.COMPLETED)
    return state is led


def _unlike(
    row: Order, part: PartView, hold: HoldView | None, lines: Sequence[LiveLine], name: str
) -> list[str]:
    if hold is None or hold.state not in _claims(LiveState(row.state), part.state):
        return [f"{name} is {part.state}: its hold is {hold and hold.state}"]
    mine = [one for one in lines if one.part_no == part.no]
    if part.state is PartState.CANCELLED:
        is_over = row.state == LiveState.CANCELLED
        return [f"{name} is given free and has lines"] if mine and not is_over else []
    if row.state == LiveState.CANCELLED:
        return [f"{name} is {part.state}, the order cancelled"]
    held = sorted((one.place_key, one.variant_key, one.quantity) for one in hold.lines)
    sold = sorted((one.from_place_key, one.variant_key, one.quantity) for one in mine)
    return [] if _summed(held) == _summed(sold) else [f"{name}: held {held}, sold {sold}"]


def _summed(rows: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for place, variant, quantity in rows:
        found[place, variant] = found.get((place, variant), 0) + quantity
    return found


def paid_without_order() -> Sequence[str]:
    """Orders that go on without their money, that were paid twice, or ended and kept money."""
    broken = []
    for rows in _in_parts():
        names = {row.key: encode("ord", row.id) for row in rows}
        payments = get_payments(actor=SYSTEM, references=list(names.values()))
        for row in rows:
            found = payments[names[row.key]]
            secured = sum(
                one.authorised_minor - one.voided_minor - one.voiding_minor
                - one.refunded_minor - one.refunding_minor
                for one in found
            )  # fmt: skip
            state = LiveState(row.state)
            wanted = row.total_minor - row.returned_minor
            taken = sum(
                one.captured_minor + one.capturing_minor - one.refunded_minor - one.refunding_minor
                for one in found
            )
            is_right = (
                wanted - row.due_minor <= secured <= wanted - row.due_minor + row.over_minor
                and taken <= wanted if state in _PAID_STATES
                else secured == 0 if state is LiveState.CANCELLED
                else secured <= row.total_minor
            )  # fmt: skip
            if not is_right:
                broken.append(
                    f"{names[row.key]} is {state}: {secured} of {row.total_minor} paid, "
                    f"{row.returned_minor} returned, {row.due_minor} due"
                )
    return broken


def record_unlike_the_orders() -> Sequence[str]:
    """Orders whose record in sell.orders differs, of those that are recorded."""
    broken = []
    for rows in _in_parts():
        told = [row for row in rows if row.recorded_version == row.version]
        records = orders_by_id(order_ids=[row.id for row in told])
        for row in told:
            record = records.get(row.id)
            wanted = recorded_as(LiveState(row.state), is_reservation=row.is_reservation)
            if record is None or (record.status, record.total.minor) != (wanted, row.total_minor):
                broken.append(f"{encode('ord', row.id)}: recorded as {record and record.status}")
    return broken


def _in_parts() -> Iterator[list[Order]]:
    after = 0
    while rows := list(Order.objects.filter(key__gt=after).order_by("key")[:_AT_ONCE]):
        yield rows
        after = rows[-1].key

"""What breaks the laws of live orders, by plain SQL over the tables of this room and facades."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import LiveState
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import lines_of
from quanqu.sell.checkout.rules.states import STATUS
from quanqu.sell.inventory.contracts import HoldState
from quanqu.sell.inventory.facade import holds_by_id
from quanqu.sell.orders.facade import orders_by_id
from quanqu.sell.payments.facade import get_payments

__all__ = [
    "goods_unlike_the_orders",
    "paid_without_order",
    "record_unlike_the_orders",
    "totals_unlike_the_lines",
]

_AT_ONCE: Final = 2_000
_CLAIM: Final = {
    LiveState.AWAITING_PAYMENT: {HoldState.HELD, HoldState.EXPIRED},
    LiveState.CONFIRMED: {HoldState.ALLOCATED, HoldState.SHORT},
    LiveState.PROCESSING: {HoldState.ALLOCATED, HoldState.SHORT},
    LiveState.READY_FOR_PICKUP: {HoldState.ALLOCATED, HoldState.SHORT},
    LiveState.SHIPPED: {HoldState.CONSUMED},
    LiveState.DELIVERED: {HoldState.CONSUMED},
    LiveState.COMPLETED: {HoldState.CONSUMED},
    LiveState.CANCELLED: {HoldState.RELEASED, HoldState.EXPIRED, HoldState.SHORT},
}
"""What a hold may be while its order stands somewhere; an end is heard of a moment later."""
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


def goods_unlike_the_orders() -> Sequence[str]:
    """Orders whose goods are not promised, not gone, or promised in another quantity."""
    broken = []
    for rows in _in_parts():
        holds = holds_by_id(request_ids=[row.hold_id for row in rows])
        lines = lines_of([row.key for row in rows])
        for row in rows:
            hold, state = holds.get(row.hold_id), LiveState(row.state)
            name = encode("ord", row.id)
            if hold is None or hold.state not in _CLAIM[state]:
                broken.append(f"{name} is {state}: its hold is {hold and hold.state}")
                continue
            held = sorted((one.place_key, one.variant_key, one.quantity) for one in hold.lines)
            sold = sorted((one.from_place_key, one.variant_key, one.quantity)
                          for one in lines[row.key])  # fmt: skip
            if held != sold:
                broken.append(f"{name}: held {held}, sold {sold}")
    return broken


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
            is_right = (
                secured == row.total_minor if state in _PAID_STATES
                else secured == 0 if state is LiveState.CANCELLED
                else secured <= row.total_minor
            )  # fmt: skip
            if not is_right:
                broken.append(f"{names[row.key]} is {state}: {secured} of {row.total_minor} paid")
    return broken


def record_unlike_the_orders() -> Sequence[str]:
    """Orders whose record in sell.orders differs, of those that are recorded."""
    broken = []
    for rows in _in_parts():
        told = [row for row in rows if row.recorded_version == row.version]
        records = orders_by_id(order_ids=[row.id for row in told])
        for row in told:
            record, wanted = records.get(row.id), STATUS[LiveState(row.state)]
            if record is None or (record.status, record.total.minor) != (wanted, row.total_minor):
                broken.append(f"{encode('ord', row.id)}: recorded as {record and record.status}")
    return broken


def _in_parts() -> Iterator[list[Order]]:
    after = 0
    while rows := list(Order.objects.filter(key__gt=after).order_by("key")[:_AT_ONCE]):
        yield rows
        after = rows[-1].key

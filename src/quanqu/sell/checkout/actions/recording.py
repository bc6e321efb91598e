"""Hand live orders to sell.orders, as every channel does: the newest version of each, in sets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import structlog
from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.money import exponent
from quanqu.sell.checkout.contracts import LiveLine, LiveState
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import contact_of, lines_of, order_number
from quanqu.sell.checkout.rules.states import recorded_as
from quanqu.sell.orders.contracts import (
    ADDRESSES_SCHEMA,
    LINES_SCHEMA,
    ORDERS_SCHEMA,
    PAYMENTS_SCHEMA,
    REFUNDS_SCHEMA,
    LineKind,
    OrderBatch,
    PaymentStatus,
    RefundKind,
)
from quanqu.sell.orders.facade import record_orders
from quanqu.sell.payments.contracts import PaymentState, PaymentView
from quanqu.sell.payments.facade import get_payments

__all__ = ["record_live_orders"]

SOURCE: Final = "checkout"
_E4: Final = 4
_AT_ONCE: Final = 1_000
_TO_RECORD: Final = """
SELECT key FROM checkout_order WHERE recorded_version < version
ORDER BY key LIMIT %s FOR UPDATE SKIP LOCKED
"""
_RECORDED: Final = "UPDATE checkout_order SET recorded_version = version WHERE key = ANY(%s)"
_PAID: Final = {
    PaymentState.CAPTURED: PaymentStatus.CAPTURED,
    PaymentState.AUTHORISED: PaymentStatus.AUTHORIZED,
    PaymentState.VOIDED: PaymentStatus.VOIDED,
    PaymentState.FAILED: PaymentStatus.FAILED,
}
log = structlog.get_logger("quanqu.checkout")


def record_live_orders(*, now: datetime) -> int:
    """Record the versions sell.orders does not have; return how many orders they are of.

    Locks: the orders, passing over those somebody moves just now; then what `record_orders` locks.
    Emits: what `record_orders` emits.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TO_RECORD, [_AT_ONCE])
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return 0
        rows = list(Order.objects.filter(key__in=keys).order_by("key"))
        outcome = record_orders(batch=_batch(rows), source=SOURCE, now=now)
        for rejected in outcome.rejected:
            log.error("a live order was not recorded", order=rejected.external_id,
                      reason=rejected.code.value, detail=rejected.detail)  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_RECORDED, [keys])
    return len(keys)


def _batch(rows: Sequence[Order]) -> OrderBatch:
    names = [encode("ord", row.id) for row in rows]
    lines = lines_of([row.key for row in rows])
    payments = get_payments(actor=SYSTEM, references=names)
    heads, details, paid, refunds, addresses = [], [], [], [], []
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        heads.append(_head(at, row, name))
        details += [_line(at, one, row.currency) for one in lines[row.key]]
        paid += _payments(at, payments[name])
        refunds += _refund(row, name, payments[name])
        addresses += _address(at, row)
    return OrderBatch(
        orders=pa.Table.from_pylist(heads, schema=ORDERS_SCHEMA),
        lines=pa.Table.from_pylist(details, schema=LINES_SCHEMA),
        payments=pa.Table.from_pylist(paid, schema=PAYMENTS_SCHEMA),
        refunds=pa.Table.from_pylist(refunds, schema=REFUNDS_SCHEMA),
        addresses=pa.Table.from_pylist(addresses, schema=ADDRESSES_SCHEMA),
    )


def _head(at: int, row: Order, name: str) -> dict[str, Any]:
    return {
        "record": at,
        "id": str(row.id),
        "place_key": row.place_key,
        "company_key": row.company_key,
        "external_id": name,
        "number": order_number(row.business_date, row.key),
        "placed_at": row.placed_at,
        "business_date": row.business_date,
        "currency": row.currency,
        "status": recorded_as(LiveState(row.state), is_reservation=row.is_reservation).value,
        "channel_status": row.state,
        "subject_key": row.subject_key,
        "shipping_minor": row.shipping_minor,
        "tax_included": True,
        "total_minor": row.total_minor,
        "note": row.note,
    }


def _line(at: int, line: LiveLine, currency: str) -> dict[str, Any]:
    return {
        "record": at,
        "line_no": line.line_no,
        "sku": line.sku,
        "variant_key": line.variant_key,
        "name": line.name,
        "kind": LineKind.GOODS.value,
        "quantity": line.quantity,
        "unit_price_e4": line.unit_price_minor * 10 ** (_E4 - exponent(currency)),
        "amount_minor": line.amount_minor,
    }


def _payments(at: int, payments: Sequence[PaymentView]) -> list[dict[str, Any]]:
    """What was paid: of a payment taken in part, that part."""
    return [
        {
            "record": at,
            "seq": number,
            "method": one.tender,
            "amount_minor": one.captured_minor or one.amount_minor,
            "currency": one.currency,
            "status": _PAID.get(one.state, PaymentStatus.PENDING).value,
            "paid_at": one.changed_at if one.captured_minor else None,
        }
        for number, one in enumerate(payments, 1)
    ]


def _refund(row: Order, name: str, payments: Sequence[PaymentView]) -> list[dict[str, Any]]:
    """What went back of an order, as one document: it was cancelled, or goods came back.

    What went back because an edit lessened the order is a document of its own, an adjustment: what
    was sold is less already.
    """
    given = sum(one.refunded_minor for one in payments)
    is_over = row.state == LiveState.CANCELLED
    sold = min(given, row.total_minor if is_over else row.returned_minor)
    kind = RefundKind.CANCELLATION if is_over else RefundKind.RETURN
    told = [("back", sold, kind), ("edited", given - sold, RefundKind.ADJUSTMENT)]
    return [
        {
            "external_id": f"{name}/{what}",
            "place_key": row.place_key,
            "company_key": row.company_key,
            "order_external_id": name,
            "subject_key": row.subject_key,
            "refunded_at": row.changed_at,
            "business_date": row.business_date,
            "currency": row.currency,
            "kind": kind.value,
            "amount_minor": amount,
            "reason": row.cancel_reason,
        }
        for what, amount, kind in told
        if amount
    ]


def _address(at: int, row: Order) -> list[dict[str, Any]]:
    told = contact_of(row.key)
    for name in ("pickup_code", "gift_message", "hides_prices"):
        told.pop(name, None)
    return [{"record": at, **told}] if told else []

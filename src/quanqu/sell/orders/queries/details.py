"""Everything known of one order."""

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import (
    HistoryEntry,
    LineKind,
    LineRow,
    OrderDetail,
    OrderNotFoundError,
    PaymentRow,
    PaymentStatus,
)
from quanqu.sell.orders.models import Order, OrderHistory, OrderLine, OrderPayment, Refund
from quanqu.sell.orders.queries.addresses import hint_of
from quanqu.sell.orders.queries.lists import order_row, orders_in_scope
from quanqu.sell.orders.queries.refunds import refund_rows


def get_order(*, actor: Actor, order_id: str) -> OrderDetail:
    """Return an order with its lines, payments, refunds and history; its address masked.

    Raises: NotAllowedError, OrderNotFoundError.
    """
    row = orders_in_scope(actor).filter(id=decode("ord", order_id)).first()
    if row is None:
        raise OrderNotFoundError(ref=order_id)
    currency = row.currency
    return OrderDetail(
        order=order_row(row),
        source=row.source,
        note=row.note,
        region=row.region,
        postcode_area=row.postcode_area,
        goods=Money(row.goods_minor, currency),
        shipping=Money(row.shipping_minor, currency),
        fee=Money(row.fee_minor, currency),
        discount=Money(row.discount_minor, currency),
        tax=Money(row.tax_minor, currency),
        is_tax_included=row.is_tax_included,
        recorded_at=row.recorded_at,
        updated_at=row.updated_at,
        lines=_lines(row),
        payments=_payments(row),
        refunds=refund_rows(_refunds(row)),
        history=_history(row),
        address=hint_of(row.key),
    )


def _refunds(order: Order) -> list[Refund]:
    found = Refund.objects.filter(order=order).select_related("order")
    return list(found.order_by("refunded_at", "key"))


def _lines(order: Order) -> tuple[LineRow, ...]:
    currency = order.currency
    return tuple(
        LineRow(
            line_no=row.line_no,
            external_line=row.external_line,
            kind=LineKind(row.kind),
            sku=row.sku,
            variant_key=row.variant_key,
            name=row.name,
            quantity=row.quantity,
            unit_price_e4=row.unit_price_e4,
            discount=Money(row.discount_minor, currency),
            tax=Money(row.tax_minor, currency),
            amount=Money(row.amount_minor, currency),
        )
        for row in OrderLine.objects.filter(order=order).order_by("line_no")
    )


def _payments(order: Order) -> tuple[PaymentRow, ...]:
    return tuple(
        PaymentRow(
            key=row.key,
            seq=row.seq,
            method=row.method,
            amount=Money(row.amount_minor, row.currency),
            installments=row.installments,
            status=PaymentStatus(row.status),
            paid_at=row.paid_at,
            reference=row.reference,
        )
        for row in OrderPayment.objects.filter(order=order).order_by("seq")
    )


def _history(order: Order) -> tuple[HistoryEntry, ...]:
    changes = OrderHistory.objects.filter(order=order).order_by("key")
    entries = [HistoryEntry(row.at, row.source, row.before, row.after) for row in changes]
    status = next((e.before["status"] for e in entries if "status" in e.before), order.status)
    return (HistoryEntry(order.recorded_at, order.source, {}, {"status": status}), *entries)

"""Contracts of orders as the API shows them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.orders.contracts import (
    CustomerTotals,
    LineRow,
    OrderDetail,
    OrderRow,
    PaymentRow,
    RefundLineRow,
    RefundRow,
)

Places = Mapping[int, PlaceInfo]
Labels = Mapping[int, VariantLabel]


def order(row: OrderRow, places: Places) -> dict[str, Any]:
    """Return an order of the list."""
    place = places[row.place_key]
    return {
        "id": row.id,
        "place": place.id,
        "channel": place.channel or "",
        "external_id": row.external_id,
        "number": row.number,
        "placed_at": format_time(row.placed_at),
        "business_date": row.business_date.isoformat(),
        "status": row.status,
        "channel_status": row.channel_status,
        "total": money_out(row.total),
        "refunded": money_out(row.refunded),
        "item_count": row.item_count,
        "line_count": row.line_count,
        "is_guest": row.subject_key is None,
        "country": row.country,
        "city": row.city,
    }


def order_detail(found: OrderDetail) -> dict[str, Any]:
    """Return an order whole."""
    places = places_by_key(keys={found.order.place_key})
    keys = {line.variant_key for line in found.lines if line.variant_key}
    keys |= {line.variant_key for one in found.refunds for line in one.lines if line.variant_key}
    labels = variant_labels(variant_keys=keys)
    return order(found.order, places) | {
        "source": found.source,
        "note": found.note,
        "region": found.region,
        "postcode_area": found.postcode_area,
        "goods": money_out(found.goods),
        "shipping": money_out(found.shipping),
        "fee": money_out(found.fee),
        "discount": money_out(found.discount),
        "tax": money_out(found.tax),
        "is_tax_included": found.is_tax_included,
        "recorded_at": format_time(found.recorded_at),
        "updated_at": format_time(found.updated_at),
        "lines": [_order_line(line, labels) for line in found.lines],
        "payments": [_payment(payment) for payment in found.payments],
        "refunds": [refund(one, places, labels) for one in found.refunds],
        "history": [
            {
                "at": format_time(entry.at),
                "source": entry.source,
                "before": entry.before,
                "after": entry.after,
            }
            for entry in found.history
        ],
        "address": found.address,
    }


def refund(row: RefundRow, places: Places, labels: Labels) -> dict[str, Any]:
    """Return a refund with its lines."""
    return {
        "id": row.id,
        "place": places[row.place_key].id,
        "external_id": row.external_id,
        "order": row.order_id or None,
        "refunded_at": format_time(row.refunded_at),
        "business_date": row.business_date.isoformat(),
        "kind": row.kind,
        "amount": money_out(row.amount),
        "reason": row.reason,
        "country": row.country,
        "region": row.region,
        "city": row.city,
        "lines": [_line(line, labels) for line in row.lines],
    }


def totals(row: CustomerTotals) -> dict[str, Any]:
    """Return what a customer bought in one currency."""
    return {
        "order_count": row.order_count,
        "item_count": row.item_count,
        "total": money_out(row.total),
        "refunded": money_out(row.refunded),
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat(),
    }


def _line(line: LineRow | RefundLineRow, labels: Labels) -> dict[str, Any]:
    label = labels.get(line.variant_key or 0)
    return {
        "line_no": line.line_no,
        "kind": line.kind,
        "sku": line.sku,
        "product": label.product_id if label else None,
        "name": line.name or (label.name if label else ""),
        "quantity": line.quantity,
        "amount": money_out(line.amount),
    }


def _order_line(line: LineRow, labels: Labels) -> dict[str, Any]:
    price = line.unit_price_e4
    return _line(line, labels) | {
        "unit_price": None if price is None else f"{Decimal(price).scaleb(-4):f}",
        "discount": money_out(line.discount),
        "tax": money_out(line.tax),
    }


def _payment(payment: PaymentRow) -> dict[str, Any]:
    return {
        "method": payment.method,
        "amount": money_out(payment.amount),
        "installments": payment.installments,
        "status": payment.status,
        "paid_at": format_time(payment.paid_at) if payment.paid_at else None,
        "reference": payment.reference,
    }

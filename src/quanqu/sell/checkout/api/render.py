"""Contracts of live orders as the API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.checkout.contracts import EditView, LiveOrder, LiveOrderDetail, PartView, PartWork
from quanqu.sell.payments.contracts import PaymentView

Places = Mapping[int, PlaceInfo]


def order(row: LiveOrder, places: Places) -> dict[str, Any]:
    """Return a live order."""
    return {
        "id": encode("ord", row.id),
        "number": row.number,
        "place": places[row.place_key].id,
        "state": row.state,
        "delivery": row.delivery,
        "pickup_place": places[row.pickup_place_key].id if row.pickup_place_key else None,
        "goods": money_out(Money(row.goods_minor, row.currency)),
        "shipping": money_out(Money(row.shipping_minor, row.currency)),
        "total": money_out(Money(row.total_minor, row.currency)),
        "placed_at": format_time(row.placed_at),
        "business_date": row.business_date.isoformat(),
        "pay_until": format_time(row.pay_until) if row.pay_until else None,
        "cancel_reason": row.cancel_reason,
        "note": row.note,
        "edition": row.edition,
        "due": money_out(Money(row.due_minor, row.currency)),
        "slot_starts_at": format_time(row.slot_starts_at) if row.slot_starts_at else None,
        "slot_ends_at": format_time(row.slot_ends_at) if row.slot_ends_at else None,
        "is_reservation": row.is_reservation,
    }


def places_named(row: LiveOrder) -> list[int]:
    """Return the places an order names."""
    return [key for key in (row.place_key, row.pickup_place_key) if key is not None]


def detail(found: LiveOrderDetail, payments: Sequence[PaymentView]) -> dict[str, Any]:
    """Return a live order with its lines, payments and steps."""
    head = found.order
    sources = [one.place_key for one in found.parts]
    places = places_by_key(keys={*places_named(head), *sources})
    labels = variant_labels(variant_keys={one.variant_key for one in found.lines})
    return order(head, places) | {
        "lines": [
            {
                "line": one.line_no,
                "item": labels[one.variant_key].variant_id,
                "sku": one.sku,
                "name": one.name,
                "quantity": one.quantity,
                "unit_price": money_out(Money(one.unit_price_minor, head.currency)),
                "amount": money_out(Money(one.amount_minor, head.currency)),
                "from_place": places[one.from_place_key].id,
                "part": one.part_no,
            }
            for one in found.lines
        ],
        "parts": [part(one, places) for one in found.parts],
        "holds": [
            {
                "kind": one.kind,
                "note": one.note,
                "put_at": format_time(one.put_at),
                "released_at": format_time(one.released_at) if one.released_at else None,
            }
            for one in found.holds
        ],
        "payments": [payment(one) for one in payments],
        "steps": [
            {
                "at": format_time(one.at),
                "actor": one.actor,
                "step": one.step,
                "state": one.state,
                "detail": one.detail,
                "part": one.part_no,
            }
            for one in found.steps
        ],
    }


def part(row: PartView, places: Places) -> dict[str, Any]:
    """Return a part of an order."""
    return {
        "part": row.no,
        "place": places[row.place_key].id,
        "state": row.state,
        "wanted_on": row.wanted_on.isoformat() if row.wanted_on else None,
        "drop": row.drop_no,
    }


def part_work(row: PartWork, places: Places) -> dict[str, Any]:
    """Return a part with its order and its lines."""
    return {
        **part(row.part, places),
        "order": order(row.order, places),
        "is_held_up": row.is_held_up,
        "lines": [
            {"line": one.line_no, "sku": one.sku, "name": one.name, "quantity": one.quantity}
            for one in row.lines
        ],
    }


def payment(row: PaymentView) -> dict[str, Any]:
    """Return a payment of an order."""
    return {
        "id": encode("pay", row.id),
        "tender": row.tender,
        "state": row.state.value,
        "amount": money_out(Money(row.amount_minor, row.currency)),
        "captured": money_out(Money(row.captured_minor, row.currency)),
        "refunded": money_out(Money(row.refunded_minor, row.currency)),
        "next_step": row.next_step.kind if row.next_step else None,
        "next_value": row.next_step.value if row.next_step else None,
    }


def edit(row: EditView, currency: str, places: Places) -> dict[str, Any]:
    """Return an edit as it is kept."""
    return {
        "id": str(row.id),
        "edition": row.edition,
        "at": format_time(row.at),
        "actor": row.actor,
        "reason": row.reason,
        "fields": list(row.fields),
        "before": _edited(row.before, currency, places),
        "after": _edited(row.after, currency, places),
    }


def _edited(told: Mapping[str, Any], currency: str, places: Places) -> dict[str, Any]:
    return {
        "lines": [
            {
                "line": one["line"],
                "sku": one["sku"],
                "name": one["name"],
                "quantity": one["quantity"],
                "unit_price": money_out(Money(one["unit_price_minor"], currency)),
                "from_place": places[one["from_place_key"]].id,
            }
            for one in told["lines"]
        ],
        "shipping": money_out(Money(told["shipping_minor"], currency)),
        "total": money_out(Money(told["total_minor"], currency)),
    }

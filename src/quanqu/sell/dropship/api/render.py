"""Offers, orders to suppliers and dues as the API shows them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.dropship.api.schemas import clock_of
from quanqu.sell.dropship.contracts import (
    DropshipDetail,
    DropshipOffer,
    DropshipRow,
    DueBalance,
    DueRow,
    Terms,
)
from quanqu.sell.dropship.facade import parcels_of

__all__ = ["balance", "due", "offer", "order", "order_detail", "terms"]

Shown = dict[str, Any]
Places = Mapping[int, PlaceInfo]


def terms(one: Terms, places: Places) -> Shown:
    """Return how a supplier drop-ships."""
    draft = one.draft
    return {
        "place": places[draft.place_key].id,
        "supplier": draft.supplier_id,
        "name": one.supplier_name,
        "currency": one.currency,
        "answer_minutes": draft.answer_minutes,
        "lead_days": draft.lead_days,
        "cut_off": clock_of(draft.cut_off),
        "stale_hours": draft.stale_hours,
        "url": draft.url,
        "is_active": draft.is_active,
        "updated_at": format_time(one.updated_at),
    }


def offer(one: DropshipOffer, places: Places, labels: Mapping[int, VariantLabel]) -> Shown:
    """Return an offer."""
    label, draft = labels.get(one.draft.variant_key), one.draft
    return {
        "place": places[one.place_key].id,
        "item": label.variant_id if label else None,
        "sku": label.sku if label else "",
        "cost": money_out(Money(draft.cost_minor, one.currency)),
        "supplier_code": draft.supplier_code,
        "lead_days": draft.lead_days,
        "cut_off": clock_of(draft.cut_off),
        "buffer": draft.buffer,
        "is_on": draft.is_on,
        "stated": one.stated,
        "stated_at": _time(one.stated_at),
        "paused": one.paused,
    }


def order(row: DropshipRow, places: Places) -> Shown:
    """Return an order to a supplier."""
    return {
        "id": encode("dso", row.id),
        "order": encode("ord", row.order_id),
        "part": row.part_no,
        "number": row.number,
        "place": places[row.place_key].id,
        "supplier": row.supplier_id,
        "state": row.state,
        "version": row.version,
        "units": row.units,
        "cost": money_out(Money(row.cost_minor, row.currency)),
        "made_at": format_time(row.made_at),
        "answer_by": format_time(row.answer_by),
        "due_on": row.due_on.isoformat(),
        "promised_on": _day(row.promised_on),
        "sent_at": _time(row.sent_at),
        "answered_at": _time(row.answered_at),
        "shipped_at": _time(row.shipped_at),
    }


def order_detail(found: DropshipDetail) -> Shown:
    """Return an order to a supplier with its lines, parcels and story."""
    row = found.row
    return order(row, places_by_key(keys=[row.place_key])) | {
        "lines": [
            {
                "line": one.line_no,
                "sku": one.sku,
                "name": one.name,
                "supplier_code": one.supplier_code,
                "quantity": one.quantity,
                "unit_cost": money_out(Money(one.unit_cost_minor, row.currency)),
                "state": one.state,
                "reason": one.reason,
            }
            for one in found.lines
        ],
        "parcels": [
            {
                "id": encode("pcl", one.id),
                "number": one.number,
                "state": one.state,
                "carrier": one.carrier_name,
                "tracking_number": one.tracking_no,
                "left_at": _time(one.left_at),
                "expected_on": _day(one.expected_on),
                "delivered_at": _time(one.delivered_at),
            }
            for one in parcels_of(order_id=row.order_id, part_no=row.part_no)
        ],
        "steps": [
            {"at": format_time(one.at), "step": one.step, "detail": one.detail}
            for one in found.steps
        ],
    }


def balance(one: DueBalance, places: Places) -> Shown:
    """Return what is due to a supplier."""
    return {
        "place": places[one.place_key].id,
        "goods": money_out(Money(one.goods_minor, one.currency)),
        "paid": money_out(Money(one.paid_minor, one.currency)),
        "due": money_out(Money(one.due_minor, one.currency)),
    }


def due(one: DueRow, places: Places) -> Shown:
    """Return an amount due or paid."""
    return {
        "kind": one.kind,
        "place": places[one.place_key].id,
        "dropship_order": encode("dso", one.dropship_id) if one.dropship_id else None,
        "number": one.number,
        "amount": money_out(Money(one.amount_minor, one.currency)),
        "reference": one.reference,
        "at": format_time(one.at),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_time(moment)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

"""Contracts of returns as the API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.returns.contracts import (
    PhotoView,
    PolicyVersion,
    Reason,
    ReturnDetail,
    ReturnRow,
    Sale,
    Verdict,
)
from quanqu.sell.returns.facade import policy_json

__all__ = ["case", "detail", "photo", "places_of", "policy", "sales", "verdict"]

Places = Mapping[int, PlaceInfo]


def places_of(rows: Sequence[ReturnRow]) -> dict[int, PlaceInfo]:
    """Return the places returns name."""
    return places_by_key(keys={key for row in rows for key in (row.place_key, row.sale_place_key)})


def case(row: ReturnRow, places: Places) -> dict[str, Any]:
    """Return a return."""
    return {
        "id": encode("ret", row.id),
        "number": row.number,
        "order": encode("ord", row.order_id),
        "order_number": row.order_number,
        "place": places[row.place_key].id,
        "sold_at": places[row.sale_place_key].id,
        "state": row.state,
        "keeps_goods": row.keeps_goods,
        "by_parcel": row.by_parcel,
        "is_exception": row.is_exception,
        "placed_here": row.is_live,
        "units": row.units,
        "goods": _money(row.goods_minor, row.currency),
        "fee": _money(row.fee_minor, row.currency),
        "label": _money(row.label_minor, row.currency),
        "shipping": _money(row.shipping_minor, row.currency),
        "refund": _money(row.refund_minor, row.currency),
        "credit_left": _money(row.credit_left_minor, row.currency),
        "exchange_order": encode("ord", row.exchange_order_id) if row.exchange_order_id else None,
        "supplier_return": row.supplier_return_id or None,
        "doubts": list(row.doubts),
        "opened_at": format_time(row.opened_at),
        "business_date": row.business_date,
        "policy": row.policy_number,
        "note": row.note,
    }


def detail(found: ReturnDetail) -> dict[str, Any]:
    """Return a return with its lines, steps, ledger and photos."""
    currency = found.row.currency
    return case(found.row, places_of([found.row])) | {
        "lines": [
            {
                "line": one.line_no,
                "sku": one.sku,
                "name": one.name,
                "quantity": one.quantity,
                "reason": one.reason,
                "note": one.note,
                "received": one.received,
                "grades": one.units,
                "goods": _money(one.goods_minor, currency),
                "fee": _money(one.fee_minor, currency),
            }
            for one in found.lines
        ],
        "steps": [
            {
                "at": format_time(one.at),
                "actor": one.actor,
                "step": one.step,
                "state": one.state,
                "detail": one.detail,
            }
            for one in found.steps
        ],
        "entries": [
            {
                "at": format_time(one.at),
                "kind": one.kind,
                "line": one.line_no,
                "stock_state": one.state,
                "quantity": one.quantity,
                "amount": _money(one.amount_minor, currency),
                "tender": one.tender,
                "payment": encode("pay", one.payment_id) if one.payment_id else None,
            }
            for one in found.entries
        ],
        "photos": [photo(one) for one in found.photos],
    }


def photo(row: PhotoView) -> dict[str, Any]:
    """Return what is told of a photo."""
    return {
        "id": encode("rph", row.id),
        "media_type": row.media_type,
        "size": row.size,
        "at": format_time(row.at),
    }


def sales(found: Sequence[Sale]) -> list[dict[str, Any]]:
    """Return orders as far as they can come back."""
    places = places_by_key(keys={one.place_key for one in found})
    return [
        {
            "order": encode("ord", one.order_id),
            "number": one.number,
            "place": places[one.place_key].id,
            "bought_on": one.bought_on,
            "placed_here": one.is_live,
            "paid": _money(one.paid_minor, one.currency),
            "left": _money(one.left_minor, one.currency),
            "lines": [
                {
                    "line": line.line_no,
                    "sku": line.sku,
                    "name": line.name,
                    "bought": line.bought,
                    "free": line.free,
                    "worth": _money(line.worth_minor, one.currency),
                }
                for line in one.lines
            ],
        }
        for one in found
    ]


def verdict(told: Verdict, currency: str) -> dict[str, Any]:
    """Return what a policy says."""
    return {
        "is_allowed": told.is_allowed,
        "needs_approval": bool(told.doubts) or not told.is_allowed,
        "keeps_goods": told.keeps_goods,
        "is_capped": told.is_capped,
        "goods": _money(told.goods_minor, currency),
        "fee": _money(told.fee_minor, currency),
        "label": _money(told.label_minor, currency),
        "shipping": _money(told.shipping_minor, currency),
        "refund": _money(told.refund_minor, currency),
        "doubts": _reasons(told.doubts),
        "signals": list(told.signals),
        "lines": [
            {
                "line": one.line_no,
                "quantity": one.quantity,
                "goods": _money(one.goods_minor, currency),
                "fee": _money(one.fee_minor, currency),
                "until": one.until,
                "problems": _reasons(one.problems),
            }
            for one in told.lines
        ],
        "policy": told.policy_number,
    }


def policy(version: PolicyVersion) -> dict[str, Any]:
    """Return a version of a policy."""
    company = companies_by_key(keys=[version.company_key])[version.company_key]
    return {
        "company": company.id,
        "number": version.number,
        "policy": policy_json(policy=version.policy),
        "note": version.note,
        "made_by": version.made_by,
        "made_at": format_time(version.made_at) if version.made_at else None,
    }


def _reasons(found: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": one.code, "value": one.value} for one in found]


def _money(amount: int, currency: str) -> Any:
    return money_out(Money(amount, currency))

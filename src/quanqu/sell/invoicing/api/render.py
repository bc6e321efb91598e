"""Contracts of invoices as the API shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from quanqu.infra.http.facade import MoneyOut, money_out
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.invoicing.contracts import (
    InvoiceDetail,
    InvoiceRow,
    SellerView,
    TaxedLine,
    TaxedSum,
    TaxedTotal,
    TaxRuleView,
)

__all__ = ["detail", "invoice", "places_of", "quote", "rule", "seller"]

Places = Mapping[int, PlaceInfo]


def places_of(rows: Sequence[InvoiceRow]) -> dict[int, PlaceInfo]:
    """Return the places invoices name."""
    return places_by_key(keys={row.place_key for row in rows})


def invoice(row: InvoiceRow, places: Places) -> dict[str, Any]:
    """Return an invoice."""
    place = places[row.place_key]
    return {
        "id": encode("inv", row.id),
        "number": row.number,
        "kind": row.kind,
        "regime": row.regime,
        "company": place.company_id,
        "place": place.id,
        "order": encode("ord", row.order_id),
        "order_number": row.order_number,
        "part": row.part_no,
        "return_": encode("ret", row.return_id) if row.return_id else None,
        "original": encode("inv", row.original_id) if row.original_id else None,
        "original_number": row.original_number,
        "buyer_kind": row.buyer_kind,
        "net": _money(row.net_minor, row.currency),
        "tax": _money(row.tax_minor, row.currency),
        "rounding": _money(row.rounding_minor, row.currency),
        "gross": _money(row.gross_minor, row.currency),
        "prepaid": _money(row.prepaid_minor, row.currency),
        "taken_back": _money(row.reversed_minor, row.currency),
        "is_replaced": row.is_replaced,
        "reason": row.reason,
        "note": row.note,
        "issued_at": format_time(row.issued_at),
        "issued_on": row.issued_on,
    }


def detail(found: InvoiceDetail) -> dict[str, Any]:
    """Return an invoice with its lines."""
    row = found.row
    places = places_of([row])
    return invoice(row, places) | {
        "buyer": {
            "kind": found.buyer.kind,
            "title": found.buyer.title,
            "tax_id": found.buyer.tax_id,
            "email": found.buyer.email,
            "is_masked": found.is_masked,
        },
        "lines": [
            {
                "line": line.line_no,
                "order_line": line.order_line_no,
                "kind": line.kind,
                "sku": line.sku,
                "name": line.name,
                "tax_class": line.class_code,
                "unit": line.unit,
                "quantity": line.quantity,
                "treatment": line.treatment,
                "rate": rate(line.rate),
                "reason_code": line.reason_code,
                "reason": line.reason,
                "net": _money(line.net_minor, row.currency),
                "tax": _money(line.tax_minor, row.currency),
                "gross": _money(line.gross_minor, row.currency),
            }
            for line in found.lines
        ],
        "sums": [_sum(one, row.currency) for one in found.sums],
        "reds": [invoice(one, places) for one in found.reds],
    }


def rule(view: TaxRuleView) -> dict[str, Any]:
    """Return a tax rule."""
    told = view.rule
    return {
        "region": told.region,
        "category": told.category,
        "treatment": told.treatment,
        "rate": rate(told.rate),
        "valid_from": told.valid_from,
        "source": told.source,
        "is_included": told.is_included,
        "reason_code": told.reason_code,
        "reason": told.reason,
        "version": view.version,
        "is_in_force": view.is_in_force,
        "made_at": format_time(view.made_at),
    }


def seller(view: SellerView, company: str) -> dict[str, Any]:
    """Return how a company writes invoices."""
    return asdict(view.seller) | {"company": company, "changed_at": format_time(view.changed_at)}


def quote(total: TaxedTotal, currency: str) -> dict[str, Any]:
    """Return what amounts bear."""
    whole = TaxedLine(total.net_minor, total.tax_minor, total.rounding_minor)
    return _taxed(whole, currency) | {
        "lines": [_taxed(line, currency) for line in total.lines],
        "sums": [_sum(one, currency) for one in total.sums],
    }


def rate(told: Decimal) -> str:
    """Return a rate as text without needless zeros."""
    return f"{told.normalize():f}"


def _taxed(line: TaxedLine, currency: str) -> dict[str, Any]:
    return {
        "net": _money(line.net_minor, currency),
        "tax": _money(line.tax_minor, currency),
        "rounding": _money(line.rounding_minor, currency),
        "gross": _money(line.gross_minor, currency),
    }


def _sum(one: TaxedSum, currency: str) -> dict[str, Any]:
    return {
        "treatment": one.treatment,
        "rate": rate(one.rate),
        "net": _money(one.net_minor, currency),
        "tax": _money(one.tax_minor, currency),
    }


def _money(minor: int, currency: str) -> MoneyOut:
    return money_out(Money(minor, currency))

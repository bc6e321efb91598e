"""An invoice's fields as JSON: what a provider of fapiaos asks for, under English names."""

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.sell.invoicing.contracts import Buyer, InvoiceDetail, InvoiceKind, InvoiceLine, Seller

__all__ = ["as_json", "fields_of"]

_UNIT_PRICE: Final = Decimal("0.00000001")
"""A fapiao's unit price has at most eight decimals here."""


def as_json(detail: InvoiceDetail) -> bytes:
    """Return the invoice as JSON, in UTF-8."""
    return json.dumps(fields_of(detail), ensure_ascii=False, indent=2).encode()


def fields_of(detail: InvoiceDetail) -> dict[str, Any]:
    """Return the invoice's fields. Amounts of a red one are below zero, as its paper shows them."""
    row, seller, buyer = detail.row, detail.seller, detail.buyer
    sign = -1 if row.kind is InvoiceKind.RED else 1

    def money(minor: int) -> str:
        return Money(sign * minor, row.currency).amount

    return {
        "id": encode("inv", row.id),
        "number": row.number,
        "kind": row.kind.value,
        "regime": row.regime.value,
        "issued_at": format_time(row.issued_at),
        "issued_on": row.issued_on.isoformat(),
        "original_number": row.original_number or None,
        "reason": row.reason or None,
        "order_number": row.order_number,
        "currency": row.currency,
        "seller": _seller(seller),
        "buyer": _buyer(buyer),
        "lines": [
            {
                "line": line.line_no,
                "name": line.name,
                "sku": line.sku,
                "tax_class": line.class_code,
                "unit": line.unit,
                "quantity": sign * line.quantity,
                "unit_price": unit_price(line, row.currency),
                "net": money(line.net_minor),
                "treatment": line.treatment.value,
                "rate": str(line.rate.normalize() if line.rate else Decimal(0)),
                "exemption": line.reason_code or line.reason or None,
                "tax": money(line.tax_minor),
                "gross": money(line.gross_minor),
            }
            for line in detail.lines
        ],
        "net": money(row.net_minor),
        "tax": money(row.tax_minor),
        "rounding": money(row.rounding_minor),
        "gross": money(row.gross_minor),
        "note": row.note,
    }


def _seller(seller: Seller) -> dict[str, str]:
    return {
        "name": seller.name,
        "tax_id": seller.tax_id,
        "address": _joined(seller.street, seller.postcode, seller.city, seller.country),
        "phone": seller.phone,
        "bank": seller.bank,
        "bank_account": seller.bank_account,
    }


def _buyer(buyer: Buyer) -> dict[str, str]:
    return {
        "kind": buyer.kind.value,
        "title": buyer.title,
        "tax_id": buyer.tax_id,
        "email": buyer.email,
        "address": _joined(buyer.street, buyer.postcode, buyer.city, buyer.country),
        "phone": buyer.phone,
        "bank": buyer.bank,
        "bank_account": buyer.bank_account,
    }


def unit_price(line: InvoiceLine, currency: str) -> str:
    """Return what a unit costs without tax, to eight decimals at most."""
    net = Decimal(Money(line.net_minor, currency).amount)
    price = (net / line.quantity).quantize(_UNIT_PRICE, rounding=ROUND_HALF_UP)
    return f"{price.normalize():f}"


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)

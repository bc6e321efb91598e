"""Invoices, as an actor may see them."""

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt, encrypt
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.kernel.text import mask_email, mask_name, mask_phone
from quanqu.sell.invoicing.contracts import (
    Buyer,
    BuyerKind,
    InvoiceDetail,
    InvoiceFilters,
    InvoiceKind,
    InvoiceLine,
    InvoiceNotFoundError,
    InvoiceRow,
    LineKind,
    Regime,
    TaxedLine,
    TaxRule,
    TaxTreatment,
)
from quanqu.sell.invoicing.models import Invoice, Line
from quanqu.sell.invoicing.queries.rights import MANAGE, invoices_in_scope, may_at
from quanqu.sell.invoicing.queries.taxes import seller_of
from quanqu.sell.invoicing.rules.taxing import sums_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "BUYER_PURPOSE",
    "count_invoices",
    "detail_of",
    "get_invoice",
    "invoices_of_orders",
    "list_invoices",
    "row_of",
    "seal_buyer",
]

BUYER_PURPOSE: Final = "invoicing.buyer"
_REVEAL: Final = "customers.reveal"
_DIGITS: Final = 8
_NEWEST: Final = Sorting("newest", "key", read=read_number)
_MOST: Final = 200
_NO_DAY: Final = date.min


def list_invoices(
    *, actor: Actor, filters: InvoiceFilters, cursor: str | None = None, limit: int = 50
) -> Page[InvoiceRow]:
    """Return a page of invoices, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    found = _filtered(actor, filters).select_related("original")
    rows, following = _NEWEST.page(found, cursor, limit)
    return Page(tuple(map(row_of, rows)), following)


def count_invoices(*, actor: Actor, filters: InvoiceFilters) -> int:
    """Return how many invoices the filters leave. Raises: NotAllowedError, UnitNotFoundError."""
    return _filtered(actor, filters).count()


def get_invoice(*, actor: Actor, invoice_id: UUID) -> InvoiceDetail:
    """Return an invoice with its lines, seller, buyer and red ones.

    A person it is made out to is masked for who may not write invoices at its place and see people
    in clear.  Raises: NotAllowedError, InvoiceNotFoundError.
    """
    found = invoices_in_scope(actor).select_related("original").filter(id=invoice_id).first()
    if found is None:
        raise InvoiceNotFoundError(ref=encode("inv", invoice_id))
    told = detail_of(found)
    is_open = all(may_at(actor, one, found.place_key) for one in (MANAGE, _REVEAL))
    if is_open or told.buyer.kind is BuyerKind.COMPANY:
        return told
    return replace(told, buyer=_masked(told.buyer), is_masked=True)


def invoices_of_orders(*, actor: Actor, order_ids: Collection[UUID]) -> tuple[InvoiceRow, ...]:
    """Return the invoices of orders in scope, newest first. Raises: NotAllowedError."""
    found = invoices_in_scope(actor).filter(order_id__in=list(order_ids))
    return tuple(map(row_of, found.select_related("original").order_by("-key")[:_MOST]))


def detail_of(row: Invoice) -> InvoiceDetail:
    """Return an invoice with all that belongs to it, its buyer in clear; no rights are checked."""
    lines = tuple(map(_line, Line.objects.filter(invoice=row).order_by("line_no")))
    told = json.loads(decrypt(bytes(row.buyer_sealed), purpose=BUYER_PURPOSE))
    reds = Invoice.objects.filter(original=row).select_related("original").order_by("key")
    return InvoiceDetail(
        row=row_of(row),
        seller=seller_of(row.seller),
        buyer=Buyer(**told | {"kind": BuyerKind(told["kind"])}),
        is_masked=False,
        lines=lines,
        sums=sums_of([_rule(line) for line in lines], [_taxed(line) for line in lines]),
        reds=tuple(map(row_of, reds)),
    )


def seal_buyer(buyer: Buyer) -> bytes:
    """Return who an invoice is made out to, encrypted."""
    told = {name: text for name, text in asdict(buyer).items() if text}
    return encrypt(json.dumps(told, ensure_ascii=False), purpose=BUYER_PURPOSE)


def row_of(row: Invoice) -> InvoiceRow:
    """Return a row as others see it."""
    original = row.original
    return InvoiceRow(
        id=row.id,
        key=row.key,
        kind=InvoiceKind(row.kind),
        regime=Regime(row.regime),
        number=_number(row),
        company_key=row.company_key,
        place_key=row.place_key,
        order_id=row.order_id,
        order_number=row.order_number,
        part_no=row.part_no,
        return_id=row.return_id,
        original_id=original.id if original else None,
        original_number=_number(original) if original else "",
        buyer_kind=BuyerKind(row.buyer_kind),
        currency=row.currency,
        net_minor=row.net_minor,
        tax_minor=row.tax_minor,
        rounding_minor=row.rounding_minor,
        gross_minor=row.gross_minor,
        prepaid_minor=row.prepaid_minor,
        reversed_minor=row.reversed_minor,
        is_replaced=row.is_replaced,
        reason=row.reason,
        note=row.note,
        issued_at=row.issued_at,
        issued_on=row.issued_on,
        issued_by=row.issued_by,
    )


def _number(row: Invoice) -> str:
    return f"{row.series}{row.number:0{_DIGITS}d}"


def _line(row: Line) -> InvoiceLine:
    return InvoiceLine(
        row.line_no, row.order_line_no, LineKind(row.kind), row.sku, row.name, row.class_code,
        row.unit, row.quantity, TaxTreatment(row.treatment), Decimal(row.rate), row.reason_code,
        row.reason, row.net_minor, row.tax_minor, row.rounding_minor, row.gross_minor,
    )  # fmt: skip


def _taxed(line: InvoiceLine) -> TaxedLine:
    return TaxedLine(line.net_minor, line.tax_minor, line.rounding_minor)


def _rule(line: InvoiceLine) -> TaxRule:
    """Return what tells the sums of lines apart."""
    return TaxRule(
        "", "", line.treatment, line.rate, _NO_DAY, "", True, line.reason_code, line.reason
    )


def _masked(buyer: Buyer) -> Buyer:
    return Buyer(
        kind=buyer.kind,
        title=mask_name(buyer.title),
        email=mask_email(buyer.email) if buyer.email else "",
        phone=mask_phone(buyer.phone) if buyer.phone else "",
        country=buyer.country,
        city=buyer.city,
    )


def _filtered(actor: Actor, filters: InvoiceFilters) -> "QuerySet[Invoice]":
    found = invoices_in_scope(actor, unit_id=filters.unit_id)
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    if filters.kinds:
        found = found.filter(kind__in=[kind.value for kind in filters.kinds])
    if filters.order_id is not None:
        found = found.filter(order_id=filters.order_id)
    if filters.first is not None:
        found = found.filter(issued_on__gte=filters.first)
    if filters.last is not None:
        found = found.filter(issued_on__lte=filters.last)
    if text := filters.text.strip():
        found = found.filter(_called(text))
    return found


def _called(text: str) -> Q:
    """Match an invoice by its number, or by the number of its order."""
    tail = text[-_DIGITS:]
    named = Q(order_number=text)
    if len(text) > _DIGITS and tail.isascii() and tail.isdecimal():
        return named | Q(series=text[:-_DIGITS], number=int(tail))
    return named

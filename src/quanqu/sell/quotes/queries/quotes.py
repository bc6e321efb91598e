"""Quotes, as an actor may see them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.quotes.contracts import (
    QuoteAct,
    QuoteDetail,
    QuoteFilters,
    QuoteLine,
    QuoteLineDraft,
    QuoteNotFoundError,
    QuoteRow,
    QuoteState,
    QuoteStep,
)
from quanqu.sell.quotes.models import Line, Quote, Rule, Step
from quanqu.sell.quotes.rules.quotes import needs_approval

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "count_quotes",
    "get_quote",
    "lines_in",
    "list_quotes",
    "quote_limit",
    "quote_number",
    "row_of",
]

VIEW: Final = "orders.view"
_NEWEST: Final = Sorting("newest", "key", read=read_number)
_LONGEST_NUMBER: Final = 15


def get_quote(*, actor: Actor, quote_id: UUID) -> QuoteDetail:
    """Return a quote with its lines beside what the place asks today, and what was done with it.

    Raises: NotAllowedError, QuoteNotFoundError.
    """
    row = _seen(actor, None).filter(id=quote_id).first()
    if row is None:
        raise QuoteNotFoundError(ref=encode("quo", quote_id))
    told = list(Line.objects.filter(quote_key=row.key).order_by("line_no"))
    offers = offers_at(
        place_key=row.place_key,
        company_key=row.company_key,
        variant_keys={one.variant_key for one in told},
    )
    lines = []
    for one in told:
        offer = offers.get(one.variant_key)
        lines.append(
            QuoteLine(
                line_no=one.line_no,
                variant_key=one.variant_key,
                sku=offer.sku if offer else "",
                name=offer.name if offer else "",
                quantity=one.quantity,
                unit_price_minor=one.unit_price_minor,
                asked_minor=offer.price_minor if offer and offer.currency == row.currency else None,
            )
        )
    steps = tuple(
        QuoteStep(one.at, one.actor, QuoteAct(one.act), one.detail)
        for one in Step.objects.filter(quote_key=row.key).order_by("key")
    )
    head = row_of(row, quote_limit(company_key=row.company_key))
    return QuoteDetail(head, row.shipping_minor, row.note, tuple(lines), steps)


def list_quotes(
    *, actor: Actor, filters: QuoteFilters, cursor: str | None = None, limit: int = 50
) -> Page[QuoteRow]:
    """Return a page of quotes, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_found(actor, filters), cursor, limit)
    return Page(_rows(rows), following)


def count_quotes(*, actor: Actor, filters: QuoteFilters) -> int:
    """Return how many quotes match. Raises: NotAllowedError, UnitNotFoundError."""
    return _found(actor, filters).count()


def quote_limit(*, company_key: int) -> tuple[int, str] | None:
    """Return up to which total, and in which currency, one person sends quotes of a company alone;
    None: any."""
    row = Rule.objects.filter(company_key=company_key).first()
    return (row.limit_minor, row.currency) if row else None


def lines_in(quote_key: int) -> list[QuoteLineDraft]:
    """Return the lines of a quote as they were agreed."""
    return [
        QuoteLineDraft(one.variant_key, one.quantity, one.unit_price_minor)
        for one in Line.objects.filter(quote_key=quote_key).order_by("line_no")
    ]


def quote_number(day: date, key: int) -> str:
    """Return the number people call a quote by."""
    return f"Q{day:%y%m%d}-{key:05d}"


def row_of(row: Quote, limit: tuple[int, str] | None) -> QuoteRow:
    """Return a quote as others see it, with the limit of its company."""
    total, is_draft = row.goods_minor + row.shipping_minor, row.state == QuoteState.DRAFT
    return QuoteRow(
        id=row.id,
        key=row.key,
        number=quote_number(row.made_at.date(), row.key),
        place_key=row.place_key,
        company_key=row.company_key,
        state=QuoteState(row.state),
        edition=row.edition,
        buyer=row.buyer,
        currency=row.currency,
        total_minor=total,
        valid_until=row.valid_until,
        subject_key=row.subject_key,
        order_id=row.order_id,
        needs_approval=is_draft
        and needs_approval(
            total_minor=total,
            currency=row.currency,
            limit=limit,
            is_approved=row.approved_edition == row.edition,
        ),
        made_by=row.made_by,
        made_at=row.made_at,
    )


def _rows(rows: Sequence[Quote]) -> tuple[QuoteRow, ...]:
    limits = {
        one.company_key: (one.limit_minor, one.currency)
        for one in Rule.objects.filter(company_key__in={row.company_key for row in rows})
    }
    return tuple(row_of(row, limits.get(row.company_key)) for row in rows)


def _found(actor: Actor, filters: QuoteFilters) -> "QuerySet[Quote]":
    found = _seen(actor, filters.unit_id)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    if text := filters.search.strip():
        wanted = Q(buyer__icontains=text)
        with suppress(MalformedIdError):
            wanted |= Q(id=decode("quo", text))
        number = text.rpartition("-")[2]
        if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
            wanted |= Q(key=int(number))
        found = found.filter(wanted)
    return found


def _seen(actor: Actor, unit_id: str | None) -> "QuerySet[Quote]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    rows = Quote.objects.all()
    return rows if scope.everything else rows.filter(place_key__in=scope.places)

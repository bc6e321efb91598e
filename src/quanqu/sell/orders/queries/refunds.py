"""List refunds."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.orders.contracts import (
    LineKind,
    RefundFilters,
    RefundKind,
    RefundLineRow,
    RefundRow,
)
from quanqu.sell.orders.models import Order, Refund, RefundLine
from quanqu.sell.orders.queries.lists import VIEW

_NEWEST: Final = Sorting("newest", "refunded_at", read=read_moment)


def list_refunds(
    *, actor: Actor, filters: RefundFilters, cursor: str | None = None, limit: int = 50
) -> Page[RefundRow]:
    """Return a page of refunds with their lines, newest first.

    Raises: NotAllowedError, MalformedCursorError.
    """
    rows, following = _NEWEST.page(_filtered(actor, filters).select_related("order"), cursor, limit)
    return Page(refund_rows(rows), following)


def refund_rows(rows: Sequence[Refund]) -> tuple[RefundRow, ...]:
    """Return refunds with their lines as contracts, in their order; their orders are read."""
    lines: dict[int, list[RefundLine]] = {row.key: [] for row in rows}
    for line in RefundLine.objects.filter(refund__in=rows).order_by("refund_id", "line_no"):
        lines[line.refund_id].append(line)
    return tuple(
        RefundRow(
            key=row.key,
            id=encode("ref", row.id),
            place_key=row.place_key,
            external_id=row.external_id,
            order_id=encode("ord", row.order.id) if row.order else "",
            order_external_id=row.order_external_id,
            subject_key=row.subject_key,
            refunded_at=row.refunded_at,
            business_date=row.business_date,
            kind=RefundKind(row.kind),
            amount=Money(row.amount_minor, row.currency),
            reason=row.reason,
            country=area.country,
            region=area.region,
            city=area.city,
            lines=_lines(lines[row.key], row.currency),
        )
        for row in rows
        for area in [_told_area(row)]
    )


def _told_area(row: Refund) -> Refund | Order:
    """Return whose country, region and city hold: the refund's own, or else its order's."""
    return row if row.country or row.region or row.city or row.order is None else row.order


def _lines(rows: Iterable[RefundLine], currency: str) -> tuple[RefundLineRow, ...]:
    return tuple(
        RefundLineRow(
            line_no=row.line_no,
            kind=LineKind(row.kind),
            sku=row.sku,
            variant_key=row.variant_key,
            name=row.name,
            quantity=row.quantity,
            amount=Money(row.amount_minor, currency),
        )
        for row in rows
    )


def _filtered(actor: Actor, filters: RefundFilters) -> "QuerySet[Refund]":
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    found = Refund.objects.all()
    if not scope.everything:
        found = found.filter(place_key__in=scope.places)
    wanted = {
        "place_key__in": filters.place_keys,
        "kind__in": {kind.value for kind in filters.kinds} or None,
        "business_date__gte": filters.first,
        "business_date__lte": filters.last,
        "subject_key__in": filters.subject_keys,
        "order__isnull": None if filters.is_linked is None else not filters.is_linked,
        "external_id": filters.text or None,
    }
    return found.filter(**{name: value for name, value in wanted.items() if value is not None})

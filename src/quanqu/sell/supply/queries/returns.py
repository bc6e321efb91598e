"""Returns to suppliers with their lines and credits."""

from collections.abc import Sequence
from typing import Final

from django.db.models import F, prefetch_related_objects

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.supply.contracts import (
    Credit,
    ReturnFilters,
    ReturnFrom,
    ReturnNotFoundError,
    SupplierReturn,
    SupplierReturnLine,
)
from quanqu.sell.supply.models import SupplierReturn as ReturnRow
from quanqu.sell.supply.queries.scoping import returns_in_scope

__all__ = ["get_return", "list_returns", "return_infos"]

_NEWEST: Final = Sorting("newest", "returned_at", read=read_moment)


def list_returns(
    *, actor: Actor, filters: ReturnFilters, cursor: str | None = None, limit: int = 50
) -> Page[SupplierReturn]:
    """Return a page of returns to suppliers, newest first. Raises: NotAllowedError."""
    found = returns_in_scope(actor)
    if filters.supplier_id:
        found = found.filter(supplier__id=decode("sup", filters.supplier_id))
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    if filters.is_credited is not None:
        whole = {"credited_minor": F("expected_minor")}
        found = found.filter(**whole) if filters.is_credited else found.exclude(**whole)
    rows, following = _NEWEST.page(found, cursor, limit)
    return Page(return_infos(rows), following)


def get_return(*, actor: Actor, return_id: str) -> SupplierReturn:
    """Return a return to a supplier. Raises: ReturnNotFoundError, MalformedIdError."""
    row = returns_in_scope(actor).filter(id=decode("srt", return_id)).first()
    if row is None:
        raise ReturnNotFoundError(ref=return_id)
    return return_infos([row])[0]


def return_infos(rows: Sequence[ReturnRow]) -> tuple[SupplierReturn, ...]:
    """Return returns with their lines and credits, read together."""
    prefetch_related_objects(list(rows), "supplier", "lines", "credits")
    return tuple(_return(row) for row in rows)


def _return(row: ReturnRow) -> SupplierReturn:
    currency = row.supplier.currency
    lines = sorted(row.lines.all(), key=lambda line: line.line_no)
    credits_ = sorted(row.credits.all(), key=lambda one: one.key)
    return SupplierReturn(
        key=row.key,
        id=encode("srt", row.id),
        company_key=row.company_key,
        place_key=row.place_key,
        supplier_id=encode("sup", row.supplier.id),
        supplier_name=row.supplier.name,
        reference=row.reference,
        reason=row.reason,
        taken_from=ReturnFrom(row.taken_from),
        returned_at=row.returned_at,
        actor_name=row.actor_name,
        expected=Money(row.expected_minor, currency),
        credited=Money(row.credited_minor, currency),
        lines=tuple(
            SupplierReturnLine(
                line.line_no, line.variant_key, line.quantity, Money(line.unit_cost_minor, currency)
            )
            for line in lines
        ),
        credits=tuple(
            Credit(
                Money(one.amount_minor, currency), one.reference, one.recorded_at, one.actor_name
            )
            for one in credits_
        ),
    )

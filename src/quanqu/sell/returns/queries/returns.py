"""Returns, as an actor may see them."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.returns.contracts import (
    OPEN_STATES,
    EntryKind,
    EntryView,
    Grade,
    PhotoView,
    ReturnDetail,
    ReturnFilters,
    ReturnLine,
    ReturnNotFoundError,
    ReturnRow,
    ReturnState,
    ReturnStep,
    StepView,
)
from quanqu.sell.returns.models import Entry, Photo, Return, StepTaken
from quanqu.sell.returns.models import ReturnLine as LineRow
from quanqu.sell.returns.queries.rights import returns_in_scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "count_returns",
    "get_return",
    "lines_of",
    "list_returns",
    "return_number",
    "returns_of_orders",
    "row_of",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_returns(
    *, actor: Actor, filters: ReturnFilters, cursor: str | None = None, limit: int = 50
) -> Page[ReturnRow]:
    """Return a page of returns, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_filtered(actor, filters), cursor, limit)
    units = _units([row.key for row in rows])
    return Page(tuple(row_of(row, units.get(row.key, 0)) for row in rows), following)


def count_returns(*, actor: Actor, filters: ReturnFilters) -> int:
    """Return how many returns the filters leave. Raises: NotAllowedError, UnitNotFoundError."""
    return _filtered(actor, filters).count()


def get_return(*, actor: Actor, return_id: UUID) -> ReturnDetail:
    """Return a return with its lines, steps, ledger and photos.

    Raises: NotAllowedError, ReturnNotFoundError.
    """
    row = returns_in_scope(actor).filter(id=return_id).first()
    if row is None:
        raise ReturnNotFoundError(ref=encode("ret", return_id))
    lines = lines_of(row.key)
    return ReturnDetail(
        row=row_of(row, sum(line.quantity for line in lines)),
        lines=tuple(_line(line) for line in lines),
        steps=tuple(
            StepView(one.at, one.actor, ReturnStep(one.step), ReturnState(one.state), one.detail)
            for one in StepTaken.objects.filter(return_key=row.key).order_by("key")
        ),
        entries=tuple(
            EntryView(
                one.key, one.at, EntryKind(one.kind), one.line_no, one.state, one.quantity,
                one.amount_minor, one.tender, one.payment_id, one.actor,
            )
            for one in Entry.objects.filter(return_key=row.key).order_by("key")
        ),
        photos=tuple(
            PhotoView(one.id, one.media_type, one.size, one.at)
            for one in Photo.objects.filter(return_key=row.key).defer("sealed").order_by("key")
        ),
    )  # fmt: skip


def returns_of_orders(*, actor: Actor, order_ids: Collection[UUID]) -> tuple[ReturnRow, ...]:
    """Return the returns of orders in scope, newest first. Raises: NotAllowedError."""
    rows = list(returns_in_scope(actor).filter(order_id__in=list(order_ids)).order_by("-key")[:200])
    units = _units([row.key for row in rows])
    return tuple(row_of(row, units.get(row.key, 0)) for row in rows)


def lines_of(return_key: int) -> list[LineRow]:
    """Return the lines of a return in their order."""
    return list(LineRow.objects.filter(return_key=return_key).order_by("line_no"))


def return_number(row: Return) -> str:
    """Return the number people call a return by: its day and its key."""
    return f"R{row.business_date:%y%m%d}-{row.key:06d}"


def row_of(row: Return, units: int) -> ReturnRow:
    """Return a row as others see it."""
    return ReturnRow(
        id=row.id,
        key=row.key,
        number=return_number(row),
        order_id=row.order_id,
        order_number=row.order_number,
        place_key=row.place_key,
        sale_place_key=row.sale_place_key,
        company_key=row.company_key,
        state=ReturnState(row.state),
        keeps_goods=row.keeps_goods,
        by_parcel=row.by_parcel,
        is_exception=row.is_exception,
        is_live=row.is_live,
        currency=row.currency,
        goods_minor=row.goods_minor,
        fee_minor=row.fee_minor,
        label_minor=row.label_minor,
        shipping_minor=row.shipping_minor,
        refund_minor=row.refund_minor,
        credit_minor=row.credit_minor,
        credit_left_minor=row.credit_minor - row.credit_used_minor,
        exchange_order_id=row.exchange_order_id,
        supplier_return_id=row.supplier_return_id,
        units=units,
        doubts=tuple(row.doubts),
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        business_date=row.business_date,
        policy_number=row.policy_number,
        note=row.note,
    )


def _line(row: LineRow) -> ReturnLine:
    return ReturnLine(
        line_no=row.line_no,
        variant_key=row.variant_key,
        sku=row.sku,
        name=row.name,
        quantity=row.quantity,
        reason=row.reason,
        note=row.note,
        received=row.received,
        units={Grade(grade): count for grade, count in row.grades.items()},
        goods_minor=row.goods_minor,
        fee_minor=row.fee_minor,
    )


def _units(keys: Sequence[int]) -> dict[int, int]:
    found = LineRow.objects.filter(return_key__in=keys).values_list("return_key")
    return {key: int(units) for key, units in found.annotate(units=Sum("quantity")).order_by()}


def _filtered(actor: Actor, filters: ReturnFilters) -> "QuerySet[Return]":
    found = returns_in_scope(actor, unit_id=filters.unit_id)
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    if filters.is_open is not None:
        open_states = [state.value for state in OPEN_STATES]
        found = (
            found.filter(state__in=open_states)
            if filters.is_open
            else found.exclude(state__in=open_states)
        )
    if filters.order_id is not None:
        found = found.filter(order_id=filters.order_id)
    if filters.reason:
        of_reason = LineRow.objects.filter(reason=filters.reason).values("return_key")
        found = found.filter(key__in=of_reason)
    if filters.first is not None:
        found = found.filter(business_date__gte=filters.first)
    if filters.last is not None:
        found = found.filter(business_date__lte=filters.last)
    if filters.text:
        found = found.filter(_called(filters.text.strip()))
    return found


def _called(text: str) -> Q:
    """Match a return by its number or its key, or by the number of its order."""
    tail = text.rpartition("-")[2]
    named = Q(order_number=text)
    if text[:1] in ("R", "r") and tail.isdecimal() and len(tail) <= 18:
        return named | Q(key=int(tail))
    return named

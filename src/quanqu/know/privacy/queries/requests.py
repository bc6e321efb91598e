"""Reads of requests: lists with their clock, one with trail, steps and report."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.personal.contracts import Holding, Store
from quanqu.infra.personal.facade import holdings
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.privacy.contracts import (
    VIEW,
    LegalBasis,
    RequestDetail,
    RequestFilters,
    RequestKind,
    RequestNotFoundError,
    RequestRow,
    RequestState,
    StepRow,
    TrailRow,
)
from quanqu.know.privacy.models import Request, RequestAct, RequestStep
from quanqu.know.privacy.queries.rights import inside, outside, require_whole
from quanqu.know.privacy.rules.states import is_open

OPEN = (*(one.value for one in RequestState if is_open(one)), RequestState.RUNNING.value)


def list_requests(
    *,
    actor: Actor,
    filters: RequestFilters,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RequestRow]:
    """Return a page of requests, newest first. Raises: NotAllowedError."""
    require_whole(actor, VIEW)
    found = Request.objects.order_by("-key")
    if filters.kind is not None:
        found = found.filter(kind=filters.kind.value)
    if filters.state is not None:
        found = found.filter(state=filters.state.value)
    if filters.is_open is not None:
        found = (found.filter if filters.is_open else found.exclude)(state__in=OPEN)
    if cursor:
        found = found.filter(key__lt=decode_key(cursor))
    rows = list(found[: limit + 1])
    items = tuple(row_of(row, now) for row in rows[:limit])
    return Page(items, encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None)


def count_open_requests(*, actor: Actor, now: datetime) -> tuple[int, int]:
    """Return how many requests are open, and how many of them are overdue."""
    require_whole(actor, VIEW)
    found = Request.objects.filter(state__in=OPEN)
    return found.count(), found.filter(due_at__lt=now).count()


def list_requests_of(*, actor: Actor, customer_id: UUID, now: datetime) -> tuple[RequestRow, ...]:
    """Return the latest requests about one customer. Raises: NotAllowedError."""
    require_whole(actor, VIEW)
    found = Request.objects.filter(customer_ids__contains=[customer_id]).order_by("-key")
    return tuple(row_of(row, now) for row in found[:20])


def list_open_requests_of(
    *, actor: Actor, customer_ids: Collection[UUID], now: datetime
) -> tuple[RequestRow, ...]:
    """Return the requests that are not closed about a customer, the first due first, at most 100.

    `customer_ids` are all ids the customer is and was known by.  Raises: NotAllowedError.
    """
    require_whole(actor, VIEW)
    found = Request.objects.filter(state__in=OPEN, customer_ids__overlap=list(customer_ids))
    return tuple(row_of(row, now) for row in found.order_by("due_at", "key")[:100])


def get_request(*, actor: Actor, request_id: str, now: datetime) -> RequestDetail:
    """Return one request. Raises: NotAllowedError, RequestNotFoundError."""
    require_whole(actor, VIEW)
    row = find_row(request_id)
    acts = RequestAct.objects.filter(request=row).order_by("key")
    return RequestDetail(
        row=row_of(row, now),
        trail=tuple(TrailRow(act.at, act.actor_name, act.act, act.note) for act in acts),
        steps=steps_of(row),
        report=row.report,
        corrected_fields=tuple(row.corrected),
    )


def find_row(request_id: str) -> Request:
    """Return a request's row by its outside id. Raises: RequestNotFoundError."""
    row = Request.objects.filter(id=inside(request_id)).first()
    if row is None:
        raise RequestNotFoundError(ref=request_id)
    return row


def steps_of(row: Request) -> tuple[StepRow, ...]:
    """Return what was done for a request, place by place."""
    known = {one.code: one for one in holdings()}
    found = RequestStep.objects.filter(request=row).order_by("number")
    return tuple(_step(step, known.get(step.place)) for step in found)


def row_of(row: Request, now: datetime) -> RequestRow:
    """Return a request as lists show it."""
    state = RequestState(row.state)
    is_running = is_open(state) or state is RequestState.RUNNING
    return RequestRow(
        id=outside(row.id),
        kind=RequestKind(row.kind),
        state=state,
        basis=LegalBasis(row.basis),
        people=row.people,
        customer_ids=tuple(encode("cus", one) for one in row.customer_ids),
        received_at=row.received_at,
        due_at=row.due_at,
        is_extended=row.is_extended,
        is_overdue=is_running and row.due_at < now,
        needs_approval=row.needs_approval,
        closed_at=row.closed_at,
        closed_reason=row.closed_reason,
        package_expires_at=row.package_expires_at,
    )


def _step(step: RequestStep, holding: Holding | None) -> StepRow:
    return StepRow(
        place=step.place,
        store=step.place.partition(":")[0],
        treatment=holding.treatment.value if holding else "",
        classes=tuple(each.value for each in holding.classes) if holding else (),
        rows_before=step.rows_before,
        rows_after=step.rows_after,
        how=_how(holding) if holding else "",
        finished_at=step.finished_at,
    )


def _how(holding: Holding) -> str:
    told = f"counted again by {holding.found_by}"
    if holding.store is Store.LAKE:
        told += "; older versions, stray files and old entries of the log deleted"
    return told

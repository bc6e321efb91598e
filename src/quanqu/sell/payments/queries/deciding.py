"""Refunds that providers refused: those that await a decision, and how others were decided."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import read_moment
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.payments.contracts import (
    EntryKind,
    OperationState,
    RefundDecision,
    RefundNotFoundError,
    RefundWay,
    RefusedRefund,
)
from quanqu.sell.payments.models import Operation, Payment, RefundDecisionRow
from quanqu.sell.payments.queries.payments import VIEW

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "count_refused_refunds",
    "decision_of",
    "find_decision",
    "get_refused_refund",
    "list_refused_refunds",
    "open_refunds",
]

_ORDER: Final = "asked"
_DECIDED: Final = RefundDecisionRow.objects.filter(operation_id=OuterRef("id"))


def list_refused_refunds(
    *, actor: Actor, unit_id: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[RefusedRefund]:
    """Return a page of the refunds that await a decision, the oldest first.

    Raises: NotAllowedError, UnitNotFoundError, MalformedCursorError.
    """
    found = _undecided(actor, unit_id).select_related("payment").order_by("asked_at", "id")
    if cursor:
        found = found.filter(_after(cursor))
    rows = list(found[: limit + 1])
    is_last = len(rows) <= limit
    following = None if is_last else encode_cursor([_ORDER, *_place(rows[limit - 1])])
    return Page(tuple(map(_refused, rows[:limit])), following)


def count_refused_refunds(*, actor: Actor, unit_id: str | None = None) -> int:
    """Return how many refunds await a decision. Raises: NotAllowedError, UnitNotFoundError."""
    return _undecided(actor, unit_id).count()


def get_refused_refund(*, actor: Actor, operation_id: UUID) -> RefusedRefund:
    """Return a refund that a provider refused, decided or not.

    Raises: NotAllowedError, RefundNotFoundError.
    """
    row = _seen(actor, None).select_related("payment").filter(id=operation_id).first()
    if row is None:
        raise RefundNotFoundError(ref=encode("rfd", operation_id))
    return _refused(row)


def find_decision(*, actor: Actor, operation_id: UUID) -> RefundDecision | None:
    """Return how a refused refund was decided; None while nobody did.

    Raises: NotAllowedError, RefundNotFoundError.
    """
    get_refused_refund(actor=actor, operation_id=operation_id)
    rows = RefundDecisionRow.objects.select_related("payment")
    row = rows.filter(operation_id=operation_id).first()
    return None if row is None else decision_of(row, row.payment)


def open_refunds(*, references: Collection[str]) -> dict[str, int]:
    """Return by reference what refused refunds have not given back: those that nobody decided, and
    those of which nothing is owed any more.  Units: minor units; no rights are checked here."""
    dropped = _DECIDED.filter(way=RefundWay.NONE.value)
    found = _REFUSED.filter(payment__reference__in=list(references)).filter(
        ~Exists(_DECIDED) | Exists(dropped)
    )
    sums = found.values("payment__reference").annotate(minor=Sum("amount_minor")).order_by()
    return {row["payment__reference"]: int(row["minor"]) for row in sums}


def decision_of(row: RefundDecisionRow, payment: Payment) -> RefundDecision:
    """Return a decision as others see it."""
    return RefundDecision(
        operation_id=row.operation_id,
        way=RefundWay(row.way),
        payment_id=row.other_id or payment.id,
        follow_id=row.follow_id,
        tender=row.tender,
        amount_minor=row.amount_minor,
        currency=payment.currency,
        reason=row.reason,
        at=row.at,
        actor=row.actor,
    )


_REFUSED: Final = Operation.objects.filter(
    Q(kind=EntryKind.REFUND.value, state=OperationState.REFUSED.value)
)


def _seen(actor: Actor, unit_id: str | None) -> "QuerySet[Operation]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    found = _REFUSED.all()
    return found if scope.everything else found.filter(payment__place_key__in=scope.places)


def _undecided(actor: Actor, unit_id: str | None) -> "QuerySet[Operation]":
    return _seen(actor, unit_id).filter(~Exists(_DECIDED))


def _place(row: Operation) -> tuple[str, str]:
    return row.asked_at.isoformat(), str(row.id)


def _after(cursor: str) -> Q:
    """Match what comes after a cursor. Raises: MalformedCursorError."""
    code, moment, name = decode_cursor(cursor, length=3)
    try:
        if code != _ORDER or not isinstance(moment, str) or not isinstance(name, str):
            raise ValueError(cursor)
        at, key = read_moment(moment), UUID(name)
    except ValueError:
        raise MalformedCursorError(text=cursor) from None
    return Q(asked_at__gt=at) | Q(asked_at=at, id__gt=key)


def _refused(row: Operation) -> RefusedRefund:
    payment = row.payment
    return RefusedRefund(
        operation_id=row.id,
        key=payment.key,
        payment_id=payment.id,
        reference=payment.reference,
        tender=payment.tender,
        place_key=payment.place_key,
        company_key=payment.company_key,
        currency=payment.currency,
        amount_minor=row.amount_minor,
        reason=row.reason,
        note=row.note,
        refused_at=row.settled_at or row.asked_at,
    )

"""Ask providers: claimed first, asked outside of any transaction, written down afterwards.

Whoever is killed in between leaves the operation claimed for half a minute; then the provider is
asked what became of it, and only what it never heard of is asked for again, under the same id.
Of the captures of a payment one is under way at a time: what a provider tells of captures are
totals, and so it is known which of them was done.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.ids import encode
from quanqu.sell.payments.actions.accounts import access_of
from quanqu.sell.payments.actions.allowed import may_at
from quanqu.sell.payments.actions.learning import knows_the_means
from quanqu.sell.payments.actions.outcomes import settle
from quanqu.sell.payments.adapters import GATEWAYS
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    InsideTransactionError,
    OperationState,
    PaymentNotFoundError,
    PaymentView,
)
from quanqu.sell.payments.models import Account, Operation, Payment
from quanqu.sell.payments.ports import Access, Answer, Gateway, Outcome, Task
from quanqu.sell.payments.queries.payments import VIEW, view_of

__all__ = [
    "CARRY_JOB",
    "SHOWN",
    "carry_out",
    "carry_soon",
    "list_due",
    "queue_due",
    "refresh_payment",
]

CARRY_JOB: Final = "payments.carry_out"
SHOWN: Final = "payments.shown_code"
LEASE: Final = timedelta(seconds=30)
MOST_AT_ONCE: Final = 500

_LOCK: Final = (
    "SELECT p.key FROM payments_payment p WHERE p.key = (SELECT payment_key "
    "FROM payments_operation WHERE id = %(id)s) FOR UPDATE"
)
_CLAIM: Final = (
    "UPDATE payments_operation o SET state = 'sent', tries = o.tries + 1, due_at = %(until)s, "
    "is_last = o.is_last OR (b.state = 'ready' AND o.kind = 'capture' "
    "AND (p.takes_parts IS NOT TRUE "
    "OR o.amount_minor >= p.authorised_minor - p.captured_minor - p.voided_minor)) "
    "FROM (SELECT id, state FROM payments_operation WHERE id = %(id)s FOR UPDATE) b, "
    "payments_payment p WHERE o.id = b.id AND p.key = o.payment_key AND (b.state = 'ready' "
    "OR (b.state IN ('sent', 'pending', 'unknown') AND o.due_at <= %(now)s)) "
    "AND NOT (b.state = 'ready' AND o.kind = 'capture' AND EXISTS (SELECT 1 "
    "FROM payments_operation u WHERE u.payment_key = o.payment_key AND u.kind = 'capture' "
    "AND u.id <> o.id AND (u.state IN ('sent', 'pending', 'unknown') "
    "OR (o.is_last AND u.state = 'ready')))) RETURNING b.state"
)
_LATER: Final = (
    "UPDATE payments_operation SET due_at = %(later)s, tries = tries + %(tries)s "
    "WHERE id = %(id)s AND state = 'ready'"
)
_TURN: Final = timedelta(seconds=3)


def carry_soon(operation_id: UUID, *, now: datetime) -> None:
    """Ask the provider now; within a transaction, a job does so after it."""
    if connection.in_atomic_block:
        defer(CARRY_JOB, operation_id=str(operation_id))
    else:
        carry_out(operation_id=operation_id, now=now)


def carry_out(*, operation_id: UUID, now: datetime) -> bool:
    """Ask a provider for an operation that is due, or what became of it; False: nothing was asked.

    A capture waits while another one of its payment is under way (the last one also for those that
    are to be asked for), and while it is not known
    whether its payment can be captured again.  Locks: the payment, then the operation, to claim.
    Raises: InsideTransactionError.
    """
    if connection.in_atomic_block:
        raise InsideTransactionError
    if not knows_the_means(operation_id):
        _put_off(operation_id, now, tries=1)
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, {"id": operation_id})
        cursor.execute(_CLAIM, {"id": operation_id, "now": now, "until": now + LEASE})
        claimed = cursor.fetchone()
        if claimed is None:
            _put_off(operation_id, now)
    if claimed is None:
        return False
    operation = Operation.objects.select_related("payment").get(id=operation_id)
    account = Account.objects.get(key=operation.payment.account_key or 0)
    gateway, access = GATEWAYS[account.provider], access_of(account)
    is_first = claimed[0] == OperationState.READY.value
    settle(operation_id, _ask(gateway, access, operation, is_first=is_first, now=now), now=now)
    return True


def _put_off(operation_id: UUID, now: datetime, *, tries: int = 0) -> None:
    """Look again in a moment at what was not asked yet; nothing else is changed."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, {"id": operation_id, "later": now + _TURN, "tries": tries})


def queue_due(*, now: datetime) -> int:
    """Have everything that is due asked for, each by a job of its own; return how much that was.

    A provider that is slow, or an operation that fails, holds up nothing else.
    """
    ids = list_due(now=now)
    for one in ids:
        defer(CARRY_JOB, once=f"{CARRY_JOB}:{one}", operation_id=str(one))
    return len(ids)


def list_due(*, now: datetime) -> list[UUID]:
    """Return the operations of which a provider is to be asked now, the longest due first."""
    due = Operation.objects.filter(due_at__lte=now).order_by("due_at")
    return list(due.values_list("id", flat=True)[:MOST_AT_ONCE])


def refresh_payment(*, actor: Actor, payment_id: UUID, now: datetime) -> PaymentView:
    """Ask the provider now how a payment stands, as when the shopper comes back from paying.

    Raises: NotAllowedError, PaymentNotFoundError, InsideTransactionError.
    """
    actor.require(VIEW)
    row = Payment.objects.filter(id=payment_id).first()
    if row is None or not may_at(actor, VIEW, row.place_key):
        raise PaymentNotFoundError(ref=encode("pay", payment_id))
    waiting = [OperationState.PENDING.value, OperationState.UNKNOWN.value]
    with transaction.atomic():
        Payment.objects.select_for_update().get(key=row.key)  # before its operations, as all do
        open_ones = Operation.objects.filter(payment=row, due_at__isnull=False)
        open_ones.filter(state__in=waiting).update(due_at=now)
        ids = list(open_ones.values_list("id", flat=True))
    for operation_id in ids:
        carry_out(operation_id=operation_id, now=now)
    row.refresh_from_db()
    return view_of(row)


def _ask(
    gateway: Gateway, access: Access, operation: Operation, *, is_first: bool, now: datetime
) -> Answer:
    task = _task(operation)
    answer = Answer(Outcome.ABSENT) if is_first else gateway.find(access, task, now=now)
    is_start = task.kind is EntryKind.AUTHORISATION
    is_late = task.expires_at is not None and task.expires_at <= now
    if is_start and is_late and answer.outcome in (Outcome.PENDING, Outcome.ABSENT):
        if answer.outcome is Outcome.ABSENT and is_first:
            return Answer(Outcome.REFUSED, reason="expired")
        return gateway.close(access, task, now=now)
    is_lost = answer.outcome is Outcome.PENDING and answer.next_step is None
    if is_start and is_lost and operation.payment.next_step is None and not task.shown_code:
        return gateway.do(access, task, now=now)  # how the shopper pays was told and not heard
    if is_start and answer.outcome is Outcome.ABSENT and operation.payment.next_step is not None:
        return Answer(Outcome.PENDING)  # a code that nobody scanned yet
    if answer.outcome is Outcome.ABSENT:
        return gateway.do(access, task, now=now)
    return answer


def _task(operation: Operation) -> Task:
    row = operation.payment
    shown = {}
    if operation.shown_enc is not None:
        sealed = decrypt(bytes(operation.shown_enc), purpose=SHOWN)
        shown = msgspec.json.decode(sealed, type=dict[str, str])
    return Task(
        operation_id=operation.id,
        payment_id=row.id,
        kind=EntryKind(operation.kind),
        amount_minor=operation.amount_minor,
        payment_minor=row.amount_minor,
        currency=row.currency,
        capture=CaptureMode(row.capture),
        tender=row.tender,
        provider_ref=row.provider_ref,
        reference=row.reference,
        description=row.description,
        token=row.token,
        shown_code=shown.get("shown_code", ""),
        payer=shown.get("payer", ""),
        return_url=shown.get("return_url", ""),
        reason=operation.note,
        expires_at=row.expires_at,
        captured_minor=row.captured_minor,
        is_last=operation.is_last,
    )

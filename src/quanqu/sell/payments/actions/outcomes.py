"""What a provider said, by answer or notice, in whatever order and however often: booked once."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.sell.payments.actions.booking import Booked, keep, standing_of, write_entries
from quanqu.sell.payments.actions.facts import OVER, PROBLEMS, book_facts, end_operation
from quanqu.sell.payments.actions.learning import keep_means, learn_soon
from quanqu.sell.payments.contracts import EntryKind, OperationState, PaymentState
from quanqu.sell.payments.models import Operation, Payment
from quanqu.sell.payments.ports import Answer, Fact, Notice, Outcome
from quanqu.sell.payments.rules.standing import Problem, Standing, book, let_go
from quanqu.sell.payments.rules.waiting import wait_for

__all__ = ["settle", "settle_notice"]

_WAITS: Final = {
    Outcome.PENDING: (OperationState.PENDING, PaymentState.PENDING),
    Outcome.UNKNOWN: (OperationState.UNKNOWN, PaymentState.UNKNOWN),
}


@transaction.atomic
def settle(operation_id: UUID, answer: Answer, *, now: datetime) -> None:
    """Write down what a provider answered.  Locks: the payment, then the operation."""
    key = Operation.objects.values_list("payment", flat=True).get(id=operation_id)
    row = Payment.objects.select_for_update().get(key=key)
    operation = Operation.objects.select_for_update().get(id=operation_id)
    _note(row, answer.provider_ref)
    keep_means(row, answer.means)
    if answer.next_step is not None:
        row.next_step = {"kind": answer.next_step.kind, "value": answer.next_step.value}
    is_part = operation.kind == EntryKind.CAPTURE.value and operation.state not in OVER
    if is_part and answer.outcome is Outcome.REFUSED:
        _refuse(row, operation, answer.reason, now)  # what else was taken is not it
    told = book_facts(row, answer.facts, operation, now)
    operation.refresh_from_db()
    if operation.state not in OVER:
        if answer.outcome in _WAITS:
            _wait(row, operation, answer.outcome, now)
        elif answer.outcome is Outcome.REFUSED:
            _refuse(row, operation, answer.reason, now)
        else:
            _finish(row, operation, told, now)
    keep(row, standing_of(row), now=now)


@transaction.atomic
def settle_notice(account_key: int, notice: Notice, *, now: datetime) -> str:
    """Write down what a provider told by itself, and return what came of it."""
    rows = Payment.objects.select_for_update().filter(account_key=account_key)
    if notice.payment_id is not None:
        row = rows.filter(id=notice.payment_id).first()
    elif notice.provider_ref:
        row = rows.filter(provider_ref=notice.provider_ref).first()
    else:
        row = None
    if row is None:
        return "no_payment"
    _note(row, notice.provider_ref)
    keep_means(row, notice.means)
    told = book_facts(row, notice.facts, None, now)
    if notice.refused_operation is not None:
        wanted = Operation.objects.select_for_update().filter(payment=row)
        operation = wanted.filter(id=notice.refused_operation).exclude(state__in=OVER).first()
        if operation is not None:
            _refuse(row, operation, notice.reason, now)
    if notice.is_over:
        _close(row, notice.reason, now)
    keep(row, standing_of(row), now=now)
    if told == "booked":
        learn_soon(row)
    return told


def _note(row: Payment, provider_ref: str) -> None:
    if provider_ref and not row.provider_ref:
        row.provider_ref = provider_ref


def _wait(row: Payment, operation: Operation, outcome: Outcome, now: datetime) -> None:
    state, payment_state = _WAITS[outcome]
    operation.state = state.value
    operation.due_at = now + wait_for(outcome, operation.tries)
    operation.save()
    is_shown = outcome is Outcome.UNKNOWN and row.next_step is not None
    if operation.id == row.id and not is_shown:  # silence later on changes nothing for the shopper
        row.state = payment_state.value


def _finish(row: Payment, operation: Operation, told: str, now: datetime) -> None:
    """End what was answered and is not booked by its own fact: known before, or it cannot be."""
    standing = let_go(standing_of(row), EntryKind(operation.kind), operation.amount_minor)
    keep(row, standing, now=now)
    is_odd = told in PROBLEMS
    operation.reason = told if is_odd else ""
    end_operation(operation, OperationState.REFUSED if is_odd else OperationState.DONE, now)


def _refuse(row: Payment, operation: Operation, reason: str, now: datetime) -> None:
    operation.reason = reason
    kind = EntryKind(operation.kind)
    standing = let_go(standing_of(row), kind, operation.amount_minor)
    end_operation(operation, OperationState.REFUSED, now)
    if kind is EntryKind.AUTHORISATION:
        _fail(row, standing, reason, operation.actor, now)
    else:
        keep(row, standing, now=now)


def _close(row: Payment, reason: str, now: datetime) -> None:
    """A payment ended at the provider: a promise is void, without one it failed."""
    start = Operation.objects.select_for_update().filter(payment=row, id=row.id).first()
    standing = standing_of(row)
    left = standing.authorised - standing.captured - standing.voided
    if left:
        asked = Operation.objects.select_for_update().filter(payment=row, kind="void")
        operation = asked.exclude(state__in=OVER).first()
        fact = Fact(
            EntryKind.VOID, left, row.currency, f"{row.provider_ref}:canceled",
            operation.id if operation else None,
        )  # fmt: skip
        book_facts(row, (fact,), operation, now)
    elif start is not None and start.state not in OVER:
        _refuse(row, start, reason, now)


def _fail(row: Payment, standing: Standing, reason: str, actor: str, now: datetime) -> None:
    failed = book(standing, EntryKind.FAILURE, 0)
    if isinstance(failed, Problem) or failed.state is not PaymentState.FAILED:
        return
    if row.state == PaymentState.FAILED.value:
        return
    row.reason, row.next_step = reason, None
    keep(row, failed, now=now)
    write_entries(row, [Booked(EntryKind.FAILURE, 0, row.id, actor, reason=reason)], now=now)

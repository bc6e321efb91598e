"""What a provider said, by answer or notice, in whatever order and however often: booked once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.sell.payments.actions.booking import Booked, keep, standing_of, write_entries
from quanqu.sell.payments.contracts import EntryKind, OperationState, PaymentState
from quanqu.sell.payments.models import Entry, Operation, Payment
from quanqu.sell.payments.ports import Answer, Fact, Notice, Outcome
from quanqu.sell.payments.registry import tender_of
from quanqu.sell.payments.rules.standing import Problem, Standing, book, let_go, what_follows
from quanqu.sell.payments.rules.waiting import wait_for

__all__ = ["settle", "settle_notice"]

_ORDER: Final = list(EntryKind)
_OVER: Final = frozenset({OperationState.DONE.value, OperationState.REFUSED.value})
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
    if answer.next_step is not None:
        row.next_step = {"kind": answer.next_step.kind, "value": answer.next_step.value}
    told = _book_facts(row, answer.facts, operation, now)
    operation.refresh_from_db()
    if operation.state not in _OVER:
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
    told = _book_facts(row, notice.facts, None, now)
    if notice.refused_operation is not None:
        wanted = Operation.objects.select_for_update().filter(payment=row)
        operation = wanted.filter(id=notice.refused_operation).exclude(state__in=_OVER).first()
        if operation is not None:
            _refuse(row, operation, notice.reason, now)
    if notice.is_over:
        _close(row, notice.reason, now)
    keep(row, standing_of(row), now=now)
    return told


def _note(row: Payment, provider_ref: str) -> None:
    if provider_ref and not row.provider_ref:
        row.provider_ref = provider_ref


def _book_facts(row: Payment, facts: Sequence[Fact], asked: Operation | None, now: datetime) -> str:
    """Book what is new, in the order money moves; return what came of it."""
    tender, told, entries = tender_of(row.tender), "known", []
    for fact in sorted(facts, key=lambda one: _ORDER.index(one.kind)):
        operation = _operation(row, fact, asked)
        operation_id = operation.id if operation else _own_id(row, fact)
        if _is_known(row, fact, operation_id):
            continue
        standing = standing_of(row)
        if operation is not None and operation.state not in _OVER:
            standing = let_go(standing, fact.kind, operation.amount_minor)
        found: Standing | Problem = Problem.CURRENCY_CHANGED
        if fact.currency == row.currency:
            found = book(standing, fact.kind, fact.amount_minor)
        if isinstance(found, Problem):
            told = _trouble(row, found, now)
            break
        actor = operation.actor if operation else "provider"
        entries.append(Booked(fact.kind, fact.amount_minor, operation_id, actor, fact.provider_id))
        if rest := what_follows(found, fact.kind, tender):
            voided = book(found, EntryKind.VOID, rest)
            if isinstance(voided, Standing):
                found = voided
                entries.append(Booked(EntryKind.VOID, rest, operation_id, actor))
        if operation is not None and operation.state not in _OVER:
            _end(operation, OperationState.DONE, now, fact.provider_id)
        row.next_step, told = None, "booked"
        keep(row, found, now=now)
    if entries:
        write_entries(row, entries, now=now)
    return told


def _operation(row: Payment, fact: Fact, asked: Operation | None) -> Operation | None:
    """Return what asked for a fact: told by the provider, just answered, or the one that waits."""
    if asked is not None and asked.kind == fact.kind and fact.operation_id in (None, asked.id):
        return asked
    found = Operation.objects.select_for_update().filter(payment=row)
    if fact.operation_id is not None:
        return found.filter(id=fact.operation_id).first()
    open_ones = found.filter(kind=fact.kind.value, amount_minor=fact.amount_minor)
    return open_ones.exclude(state__in=_OVER).order_by("asked_at").first()


def _own_id(row: Payment, fact: Fact) -> UUID:
    """Return an id for what nobody here asked for; money taken with its promise has that one's."""
    if fact.kind in (EntryKind.AUTHORISATION, EntryKind.CAPTURE) and not row.captured_minor:
        return row.id
    return uuid5(row.id, f"{fact.kind.value}:{fact.provider_id}")


def _is_known(row: Payment, fact: Fact, operation_id: UUID) -> bool:
    same = Entry.objects.filter(payment=row, kind=fact.kind.value)
    is_told = same.filter(provider_id=fact.provider_id).exclude(provider_id="").exists()
    return is_told or same.filter(operation_id=operation_id).exists()


def _trouble(row: Payment, problem: Problem, now: datetime) -> str:
    """Note what cannot be; what came too early is asked for again, in its order."""
    if problem is Problem.TOO_EARLY:
        waiting = Operation.objects.filter(payment=row).exclude(state__in=_OVER)
        waiting.update(due_at=now)
        return problem.value
    row.problem = problem.value
    start = Operation.objects.filter(payment=row, id=row.id).exclude(state__in=_OVER)
    start.update(state=OperationState.REFUSED.value, due_at=None, reason=problem.value)
    return problem.value


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
    is_odd = told in [problem.value for problem in Problem]
    operation.reason = told if is_odd else ""
    _end(operation, OperationState.REFUSED if is_odd else OperationState.DONE, now)


def _refuse(row: Payment, operation: Operation, reason: str, now: datetime) -> None:
    operation.reason = reason
    kind = EntryKind(operation.kind)
    standing = let_go(standing_of(row), kind, operation.amount_minor)
    _end(operation, OperationState.REFUSED, now)
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
        operation = asked.exclude(state__in=_OVER).first()
        fact = Fact(
            EntryKind.VOID, left, row.currency, f"{row.provider_ref}:canceled",
            operation.id if operation else None,
        )  # fmt: skip
        _book_facts(row, (fact,), operation, now)
    elif start is not None and start.state not in _OVER:
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


def _end(operation: Operation, state: OperationState, now: datetime, provider_id: str = "") -> None:
    operation.state, operation.due_at, operation.settled_at = state.value, None, now
    operation.provider_id = provider_id or operation.provider_id
    operation.shown_enc = None
    operation.save()

"""Book what a provider says that happened: once each, by who asked for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db.models import QuerySet

from quanqu.sell.payments.actions.booking import (
    Booked,
    keep,
    standing_of,
    tender_for,
    write_entries,
)
from quanqu.sell.payments.contracts import EntryKind, OperationState
from quanqu.sell.payments.models import Entry, Operation, Payment
from quanqu.sell.payments.ports import Fact
from quanqu.sell.payments.rules.standing import (
    Problem,
    Standing,
    book,
    let_go,
    new_of_total,
    what_follows,
)

__all__ = ["OVER", "PROBLEMS", "book_facts", "end_operation"]

OVER: Final = frozenset({OperationState.DONE.value, OperationState.REFUSED.value})
PROBLEMS: Final = frozenset(one.value for one in Problem)
_ORDER: Final = list(EntryKind)


def book_facts(row: Payment, facts: Sequence[Fact], asked: Operation | None, now: datetime) -> str:
    """Book what is new, in the order money moves; return what came of it."""
    told, entries = "known", list[Booked]()
    for fact in sorted(facts, key=lambda one: _ORDER.index(one.kind)):
        if fact.is_total:
            done = _take_total(row, fact, asked, entries, now)
        else:
            done = _take(row, fact, asked, entries, now)
        if done != "known":
            told = done
        if done in PROBLEMS:
            break
    if entries:
        write_entries(row, entries, now=now)
    return told


def _take(
    row: Payment, fact: Fact, asked: Operation | None, entries: list[Booked], now: datetime
) -> str:
    """Book one thing that happened, unless it is booked; return what came of it."""
    operation = _operation(row, fact, asked)
    if _is_known(row, fact, operation.id if operation else _own_id(row, fact)):
        return "known"
    done = _write(row, fact, operation, entries, now)
    if isinstance(done, str):
        return done
    if rest := what_follows(done, fact.kind, tender_for(row)):
        _give_up(row, rest, operation, fact, entries, now)
    return "booked"


def _take_total(
    row: Payment, fact: Fact, asked: Operation | None, entries: list[Booked], now: datetime
) -> str:
    """Book what is new of all that was captured, and what its end gives up; return what came of it.

    What is new is the capture under way, where there is one.
    """
    operation = _asked(row, EntryKind.CAPTURE).exclude(state=OperationState.READY.value).first()
    was = standing_of(row)
    new = new_of_total(
        was,
        fact.amount_minor,
        operation.amount_minor if operation else None,
        is_answered=operation is not None and asked is not None and operation.id == asked.id,
    )
    if isinstance(new, Problem):
        return _trouble(row, new, now)
    mine, other = new
    is_last = row.takes_parts is False or (operation is not None and operation.is_last)
    is_final = fact.is_final or (mine + other > 0 and is_last)
    is_whole = is_final and not was.captured and 0 in new
    parts = [(other, None, was.captured + other), (mine, operation, fact.amount_minor)]
    told = "known"
    for amount, by, total in parts:
        if not amount:
            continue
        name = fact.provider_id if is_whole else f"{fact.provider_id}:{total}"
        done = _write(row, replace(fact, amount_minor=amount, provider_id=name), by, entries, now)
        if isinstance(done, str):
            return done
        told = "booked"
    standing = standing_of(row)
    rest = standing.authorised - standing.captured - standing.voided
    if is_final and rest:
        void = operation if mine else _asked(row, EntryKind.VOID).first()
        _give_up(row, rest, void, fact, entries, now)
        told = "booked"
    return told


def _write(
    row: Payment, fact: Fact, operation: Operation | None, entries: list[Booked], now: datetime
) -> Standing | str:
    """Book a fact that is new, by who asked for it; return what came of it, or the problem."""
    standing = standing_of(row)
    is_open = operation is not None and operation.state not in OVER
    if operation is not None and is_open:
        standing = let_go(standing, fact.kind, operation.amount_minor)
    found: Standing | Problem = Problem.CURRENCY_CHANGED
    if fact.currency == row.currency:
        found = book(standing, fact.kind, fact.amount_minor)
    if isinstance(found, Problem):
        return _trouble(row, found, now)
    operation_id = operation.id if operation else _own_id(row, fact)
    actor = operation.actor if operation else "provider"
    entries.append(Booked(fact.kind, fact.amount_minor, operation_id, actor, fact.provider_id))
    if operation is not None and is_open:
        end_operation(operation, OperationState.DONE, now, fact.provider_id)
    row.next_step = None
    keep(row, found, now=now)
    return found


def _give_up(
    row: Payment, rest: int, operation: Operation | None, fact: Fact, entries: list[Booked],
    now: datetime,
) -> None:  # fmt: skip
    """Book that the rest of a promise was given up: with a capture, by a void, or over there."""
    name = (
        "" if operation and operation.kind != EntryKind.VOID.value else f"{row.provider_ref}:rest"
    )
    void = Fact(EntryKind.VOID, rest, fact.currency, name, operation.id if operation else None)
    if operation is None or operation.kind == EntryKind.VOID.value:
        _write(row, void, operation, entries, now)
        return
    found = book(standing_of(row), EntryKind.VOID, rest)
    if isinstance(found, Standing):
        entries.append(Booked(EntryKind.VOID, rest, operation.id, operation.actor))
        keep(row, found, now=now)


def _asked(row: Payment, kind: EntryKind) -> "QuerySet[Operation]":
    """Return what was asked and is not over; of captures one at most is more than ready."""
    found = Operation.objects.select_for_update().filter(payment=row, kind=kind.value)
    return found.exclude(state__in=OVER).order_by("asked_at")


def _operation(row: Payment, fact: Fact, asked: Operation | None) -> Operation | None:
    """Return what asked for a fact: told by the provider, just answered, or the one that waits."""
    if asked is not None and asked.kind == fact.kind and fact.operation_id in (None, asked.id):
        return asked
    if fact.operation_id is not None:
        found = Operation.objects.select_for_update().filter(payment=row)
        return found.filter(id=fact.operation_id).first()
    return _asked(row, fact.kind).filter(amount_minor=fact.amount_minor).first()


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
        waiting = Operation.objects.filter(payment=row).exclude(state__in=OVER)
        waiting.update(due_at=now)
        return problem.value
    row.problem = problem.value
    start = Operation.objects.filter(payment=row, id=row.id).exclude(state__in=OVER)
    start.update(state=OperationState.REFUSED.value, due_at=None, reason=problem.value)
    return problem.value


def end_operation(
    operation: Operation, state: OperationState, now: datetime, provider_id: str = ""
) -> None:
    operation.state, operation.due_at, operation.settled_at = state.value, None, now
    operation.provider_id = provider_id or operation.provider_id
    operation.shown_enc = None
    operation.save()

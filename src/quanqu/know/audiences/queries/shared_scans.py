"""Many rules in one pass: all rules on one event by one query, all rules on customers by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.lake.facade import json_text, run, table
from quanqu.know.audiences.contracts import EventRule, Leaf, SequenceRule, Window
from quanqu.know.audiences.queries.compile import customer_condition
from quanqu.know.audiences.queries.event_sets import met
from quanqu.know.audiences.queries.question import KEY, Question, customers_in_scope
from quanqu.know.audiences.rules.days import EARLIEST, window_days
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.states import EPOCH, Part, parts_of

SUBJECT: Final = "subject_key"
AT_ONCE: Final = 48


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which events of the numbering count: after `since` up to `until`, and on which days.

    With `before`, the other day that windows ended on when this was counted: `is_leaving` asks
    for the events that were counted and have left the window; else for those not counted yet.
    """

    since: int
    until: int
    before: date | None = None
    is_leaving: bool = False


def parts_by_subject(
    name: str, rules: Sequence[EventRule], question: Question, stretch: Stretch
) -> pa.Table:
    """Return the parts of every rule on one event by subject: columns subject_key, p0, p1…

    Parts are in the order of the rules and of `parts_of`.
    """
    events = table("fact_event")
    wanted = [events["event"] == name, events[SUBJECT].notnull()]
    wanted += _reach(events, rules, question, stretch)
    if not question.scope.everything:
        wanted.append(events["place_key"].isin(sorted(question.scope.places)))
    chosen = events.filter(wanted)
    found: dict[str, Any] = {}
    windows: dict[Window, ir.BooleanValue] = {}
    for rule in rules:
        if rule.window not in windows:
            windows[rule.window] = _counts(chosen, rule.window, question, stretch)
        counts = ibis.and_(windows[rule.window], *met(chosen, rule.where, question.as_of))
        for part in parts_of(rule):
            found[f"p{len(found)}"] = _part(chosen, rule, part, counts)
    return run(chosen.group_by(SUBJECT).aggregate(**found))


def truth_of_customers(rules: Sequence[Leaf], question: Question) -> pa.Table:
    """Return whether each rule on the customer holds: columns customer_key, r0, r1… by key."""
    customers = customers_in_scope(question.scope)
    held = {
        f"r{at}": customer_condition(customers, rule, question) for at, rule in enumerate(rules)
    }
    return run(customers.select(KEY, **held).order_by(KEY))


def in_batches(rules: Sequence[EventRule], as_of: date) -> Iterator[list[EventRule]]:
    """Yield rules on one event that look back about as far, so that short windows read little."""
    by_reach: dict[int, list[EventRule]] = {}
    for rule in rules:
        first, _ = window_days(rule.window, as_of)
        months = (as_of - (first or EARLIEST)).days // 31
        by_reach.setdefault(min(months.bit_length(), 5), []).append(rule)
    for mine in by_reach.values():
        for at in range(0, len(mine), AT_ONCE):
            yield mine[at : at + AT_ONCE]


def events_of_subjects(
    subjects: pa.Table,
    rules: Sequence[EventRule | SequenceRule],
    question: Question,
    until: int,
) -> pa.Table:
    """Return the events that the rules may look at, of some subjects (column subject_key)."""
    events = table("fact_event")
    names = sorted({name for rule in rules for name in event_names(rule)})
    windows = [window_days(rule.window, question.as_of) for rule in rules]
    first = min(first or EARLIEST for first, _ in windows)
    wanted = [events["event"].isin(names), events["event_key"] <= until]
    wanted += _days(events, None if first == EARLIEST else first, question.as_of)
    columns = {"event_key", "event", SUBJECT, "place_key", "occurred_at", "day", "part"}
    columns |= {column for rule in rules for column in _columns(rule)}
    kept = events.filter(wanted).select(*sorted(columns))
    return run(kept.semi_join(ibis.memtable(subjects), SUBJECT))


def event_names(rule: EventRule | SequenceRule) -> set[str]:
    """Return the names of the events a rule looks at."""
    if isinstance(rule, EventRule):
        return {rule.event}
    others = {one.event for step in rule.steps for one in step.without}
    return {step.event for step in rule.steps} | others


def _columns(rule: EventRule | SequenceRule) -> set[str]:
    if isinstance(rule, EventRule):
        fields = [one.field for one in rule.where] + ([rule.of] if rule.of else [])
    else:
        conditions = [one for step in rule.steps for one in step.where]
        conditions += [one for step in rule.steps for other in step.without for one in other.where]
        fields = [one.field for one in conditions]
        fields += [field for step in rule.steps for field in step.same]
    return {"properties" if field.startswith(PROPERTIES) else field for field in fields}


def _reach(
    events: ir.Table, rules: Sequence[EventRule], question: Question, stretch: Stretch
) -> list[ir.BooleanValue]:
    """Return filters that leave out what no rule counts, so that files can be left out."""
    windows = [window_days(rule.window, question.as_of) for rule in rules]
    last = max(last for _, last in windows)
    reach = [events["event_key"] <= stretch.until]
    if stretch.before is None:
        first = min(first or EARLIEST for first, _ in windows)
        reach.append(events["event_key"] > stretch.since)
        return [*reach, *_days(events, None if first == EARLIEST else first, last)]
    old = [window_days(rule.window, stretch.before) for rule in rules]
    if stretch.is_leaving:
        first = min(first or EARLIEST for first, _ in old)
        return [*reach, *_days(events, first, max(end for _, end in old))]
    entering = ibis.and_(*_days(events, min(end for _, end in old), last))
    return [*reach, (events["event_key"] > stretch.since) | entering]


def _counts(
    events: ir.Table, window: Window, question: Question, stretch: Stretch
) -> ir.BooleanValue:
    """Return whether an event within reach counts for a window."""
    now = _within(events, window_days(window, question.as_of))
    if stretch.before is None:
        return now
    then = _within(events, window_days(window, stretch.before))
    is_old = events["event_key"] <= stretch.since
    return then & ~now & is_old if stretch.is_leaving else now & ~(then & is_old)


def _within(events: ir.Table, days: tuple[date | None, date]) -> ir.BooleanValue:
    first, last = days
    before = events["day"] <= ibis.literal(last)
    return before if first is None else before & (events["day"] >= ibis.literal(first))


def _days(events: ir.Table, first: date | None, last: date) -> list[ir.BooleanValue]:
    wanted = [events["day"] <= ibis.literal(last), events["part"] <= f"{last:%Y%m}"]
    if first is not None:
        wanted += [events["day"] >= ibis.literal(first), events["part"] >= f"{first:%Y%m}"]
    return wanted


def _part(events: ir.Table, rule: EventRule, part: Part, counts: ir.BooleanValue) -> ir.Value:
    if part.name == "count":
        return events.count(where=counts).cast("int32")
    if part.name in ("first", "last"):
        number = events["day"].delta(ibis.literal(EPOCH), unit="day").cast("int32")
    elif rule.of is not None and rule.of.startswith(PROPERTIES):
        number = json_text(events["properties"], rule.of[len(PROPERTIES) :]).try_cast("float64")
    else:
        number = events[rule.of or ""]
    if part.name == "known":
        return number.count(where=counts).cast("int32")
    if part.kind == "add":
        total = number.sum(where=counts).fill_null(0)
        return total.cast("float64" if part.dtype == "float64" else "int64")
    end = number.min(where=counts) if part.kind == "min" else number.max(where=counts)
    return end.cast(part.dtype)

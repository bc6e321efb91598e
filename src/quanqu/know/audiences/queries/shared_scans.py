"""Many rules at once: all rules on customers by one query, all rules on some events by another."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.lake.facade import run, table
from quanqu.know.audiences.contracts import EventRule, Leaf, SequenceRule
from quanqu.know.audiences.queries.compile import customer_condition
from quanqu.know.audiences.queries.event_rows import SUBJECT, within_days
from quanqu.know.audiences.queries.question import KEY, Question, customers_in_scope
from quanqu.know.audiences.rules.days import window_days
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.tallies import Days, merged


def truth_of_customers(rules: Sequence[Leaf], question: Question) -> pa.Table:
    """Return whether each rule on the customer holds: columns customer_key, r0, r1… by key."""
    customers = customers_in_scope(question.scope)
    held = {
        f"r{at}": customer_condition(customers, rule, question) for at, rule in enumerate(rules)
    }
    return run(customers.select(KEY, **held).order_by(KEY))


def events_of_subjects(
    subjects: pa.Table,
    rules: Sequence[EventRule | SequenceRule],
    question: Question,
    until: int,
) -> pa.Table:
    """Return the events that the rules may look at, of some subjects (column subject_key)."""
    events = table("fact_event")
    reach: dict[str, list[Days]] = {}
    for rule in rules:
        for name in event_names(rule):
            reach.setdefault(name, []).append(window_days(rule.window, question.as_of))
    runs = {name: merged(days) for name, days in reach.items()}
    whole = [days for mine in runs.values() for days in mine]
    firsts = [first for first, _ in whole if first is not None]
    first = min(firsts) if len(firsts) == len(whole) else None
    wanted = within_days(events, first, max(last for _, last in whole))
    wanted += [events["event"].isin(sorted(runs)), events["event_key"] <= until]
    wanted.append(ibis.or_(*(_inside(events, name, mine) for name, mine in runs.items())))
    columns = {"event_key", "event", SUBJECT, "place_key", "occurred_at", "day", "part"}
    columns |= {column for rule in rules for column in _columns(rule)}
    kept = events.filter(wanted).select(*sorted(columns))
    return run(kept.semi_join(ibis.memtable(subjects), SUBJECT))


def _inside(events: ir.Table, name: str, runs: Sequence[Days]) -> ir.BooleanValue:
    days = (ibis.and_(*within_days(events, *one)) for one in runs)
    return (events["event"] == name) & ibis.or_(*days)


def event_names(rule: Leaf) -> set[str]:
    """Return the names of the events a rule looks at."""
    if isinstance(rule, EventRule):
        return {rule.event}
    if not isinstance(rule, SequenceRule):
        return set()
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

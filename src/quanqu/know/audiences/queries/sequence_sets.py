"""Sequences: steps in order, found in one pass over each customer's events for every step.

A step is reached by an event when the latest earlier event that reached the step before (with the
same values) is near enough and nothing forbidden lies between.  Taking the latest is enough: an
earlier one is farther away and has all the more in between.
"""

from typing import Any, Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import json_text, table
from quanqu.know.audiences.contracts import Happening, SequenceRule, Step, TimeUnit
from quanqu.know.audiences.queries.event_sets import inside, met
from quanqu.know.audiences.queries.question import KEY, KeySet, Question
from quanqu.know.audiences.rules.fields import PROPERTIES

SECONDS: Final = {TimeUnit.MINUTES: 60, TimeUnit.HOURS: 3_600, TimeUnit.DAYS: 86_400}


def sequence_keys(rule: SequenceRule, question: Question) -> KeySet:
    """Return the keys of the customers whose events contain the steps in order."""
    found = _ordered(rule, question)
    found = found.mutate(reached=found["is_0"])
    for at, step in enumerate(rule.steps[1:], start=1):
        found = _follow(found, step, at)
    return KeySet(found.filter(found["reached"]).select(KEY))


def _ordered(rule: SequenceRule, question: Question) -> ir.Table:
    """Return the events that matter, numbered in order for each customer, with what they are."""
    events = question.events
    names = {step.event for step in rule.steps}
    names |= {other.event for step in rule.steps for other in step.without}
    wanted = [events["event"].isin(sorted(names)), *inside(events, rule.window, question)]
    chosen = events.filter(wanted)
    flags: dict[str, Any] = {}
    for at, step in enumerate(rule.steps):
        flags[f"is_{at}"] = _is(chosen, step, question)
        for number, field in enumerate(step.same):
            flags[f"same_{at}_{number}"] = _value(chosen, field)
        if step.without:
            flags[f"stop_{at}"] = ibis.or_(*(_is(chosen, one, question) for one in step.without))
    marked = chosen.select(
        "subject_key",
        "event_key",
        "occurred_at",
        second=chosen["occurred_at"].epoch_seconds(),
        **flags,
    )
    matters = ibis.or_(*(marked[name] for name in flags if name.startswith(("is_", "stop_"))))
    owned = marked.filter(matters).inner_join(table("dim_identity"), "subject_key")
    order = ibis.window(group_by=owned[KEY], order_by=[owned["occurred_at"], owned["event_key"]])
    return owned.select(KEY, "second", *flags, place=ibis.row_number().over(order))


def _is(events: ir.Table, what: Step | Happening, question: Question) -> ir.BooleanValue:
    held = [events["event"] == what.event, *met(events, what.where, question.as_of)]
    return ibis.and_(*held).fill_null(False)


def _value(events: ir.Table, field: str) -> ir.StringValue:
    if field.startswith(PROPERTIES):
        return json_text(events["properties"], field[len(PROPERTIES) :])
    return events[field].cast("string")


def _follow(found: ir.Table, step: Step, at: int) -> ir.Table:
    """Replace `reached` by whether an event reaches this step."""
    same = [f"same_{at}_{number}" for number in range(len(step.same))]
    alike = _earlier(found, [KEY, *same])
    place, second = found["place"], found["second"]
    earlier: dict[str, Any] = {
        "before": found["reached"].ifelse(place, ibis.null("int64")).max().over(alike),
        "before_s": found["reached"].ifelse(second, ibis.null("int64")).max().over(alike),
    }
    if step.without:
        stop = found[f"stop_{at}"].ifelse(place, ibis.null("int64"))
        earlier["stopped"] = stop.max().over(_earlier(found, [KEY]))
    known = found.mutate(**earlier)
    held = [known[f"is_{at}"], known["before"].notnull(), *(known[name].notnull() for name in same)]
    if step.within is not None:
        most = step.within.number * SECONDS[step.within.unit]
        held.append((known["second"] - known["before_s"] <= most).fill_null(False))
    if step.without:
        held.append((known["stopped"] < known["before"]).fill_null(True))
    reached = known.mutate(reached=ibis.and_(*held))
    return reached.drop(*earlier)


def _earlier(found: ir.Table, names: list[str]) -> Any:
    group = [found[name] for name in names]
    return ibis.window(group_by=group, order_by=found["place"], rows=(None, -1))

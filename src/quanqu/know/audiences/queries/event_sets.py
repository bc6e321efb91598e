"""Measures of events, and the customers whose measures compare as said."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import json_text, table
from quanqu.know.audiences.contracts import EventRule, Measure, Op, PropertyRule, Window
from quanqu.know.audiences.queries.conditions import day_condition, event_condition
from quanqu.know.audiences.queries.question import KEY, KeySet, Question
from quanqu.know.audiences.rules.days import narrowed, window_days
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.truth import compare, holds_without_events, is_existence

A_MONDAY: Final = date(1969, 12, 29)


def event_keys(rule: EventRule, question: Question) -> KeySet:
    """Return the keys for which the rule holds; if customers without any such event satisfy it,
    all but the keys for which it does not."""
    rule = narrowed(rule)
    events = matching_events(rule, question)
    is_complement = holds_without_events(rule)
    if is_existence(rule):
        identity = table("dim_identity")
        return KeySet(identity.semi_join(events, "subject_key").select(KEY), is_complement)
    owned = events.inner_join(table("dim_identity"), "subject_key")
    if rule.within_any_days is not None:
        return KeySet(_burst(owned, rule))
    holds = measured(owned, rule, question.as_of)
    grouped = owned.group_by(KEY).aggregate(holds=~holds if is_complement else holds)
    return KeySet(grouped.filter(grouped["holds"]).select(KEY), is_complement)


def matching_events(rule: EventRule, question: Question) -> ir.Table:
    """Return the events of the rule inside its window: subject, day, and what is measured."""
    events = question.events
    wanted = [events["event"] == rule.event, *inside(events, rule.window, question)]
    wanted += met(events, rule.where, question.as_of)
    return events.filter(wanted).select("subject_key", "day", *_measured_columns(rule))


def inside(events: ir.Table, window: Window, question: Question) -> list[ir.BooleanValue]:
    """Return the conditions of a window and of the scope on events."""
    first, last = window_days(window, question.as_of)
    wanted = [events["day"] <= ibis.literal(last), events["part"] <= f"{last:%Y%m}"]
    if first is not None:
        wanted += [events["day"] >= ibis.literal(first), events["part"] >= f"{first:%Y%m}"]
    if not question.scope.everything:
        wanted.append(events["place_key"].isin(sorted(question.scope.places)))
    return wanted


def met(events: ir.Table, conditions: Sequence[PropertyRule], as_of: date) -> list[ir.BooleanValue]:
    """Return conditions on single events as filters."""
    return [event_condition(events, condition, as_of) for condition in conditions]


def measured(owned: ir.Table, rule: EventRule, as_of: date) -> ir.BooleanValue:
    """Return whether one customer's events, taken together, satisfy the rule; never null."""
    if rule.measure is Measure.FIRST:
        held = day_condition(owned["day"].min(), rule.op, rule.value, as_of)
    elif rule.measure is Measure.LAST:
        held = day_condition(owned["day"].max(), rule.op, rule.value, as_of)
    else:
        held = compare(rule.op, measure_number(owned, rule, as_of), rule.value)
    return held.fill_null(rule.op is Op.NE)


def measure_number(owned: ir.Table, rule: EventRule, as_of: date) -> ir.NumericValue:
    """Return the measure of a customer's events, null for one of no values at all."""
    if rule.measure is Measure.RECENCY:
        return ibis.literal(as_of).delta(owned["day"].max(), unit="day")
    if rule.measure is Measure.DISTINCT_DAYS:
        return owned["day"].nunique()
    if rule.measure is Measure.DISTINCT_WEEKS:
        weeks = owned["day"].delta(ibis.literal(A_MONDAY), unit="day") // 7
        return weeks.nunique()
    if rule.of is None:
        return owned.count()
    if rule.measure is Measure.DISTINCT:
        return _property(owned, rule.of, as_number=False).nunique()
    column = _property(owned, rule.of, as_number=True)
    if rule.measure is Measure.SUM:
        return column.sum().fill_null(0)
    if rule.measure is Measure.AVERAGE:
        return column.mean()
    return column.min() if rule.measure is Measure.MIN else column.max()


def _property(owned: ir.Table, field: str, *, as_number: bool) -> ir.Column:
    if not field.startswith(PROPERTIES):
        return owned[field]
    text = json_text(owned["properties"], field[len(PROPERTIES) :])
    return text.try_cast("float64") if as_number else text


def _measured_columns(rule: EventRule) -> Iterable[str]:
    if rule.of is None:
        return ()
    return ("properties",) if rule.of.startswith(PROPERTIES) else (rule.of,)


def _burst(owned: ir.Table, rule: EventRule) -> ir.Table:
    """Return the keys with `value` events within so many days in a row: the event that many
    places later, in order of days, is near enough."""
    by_day = ibis.window(group_by=owned[KEY], order_by=owned["day"])
    days = rule.within_any_days or 1
    ahead = owned.select(
        owned[KEY], "day", later=owned["day"].lead(int(str(rule.value)) - 1).over(by_day)
    )
    near = ahead["later"].delta(ahead["day"], unit="day") < days
    return ahead.filter(near.fill_null(False)).select(KEY)

"""Compile a definition to one Ibis expression of filters, semi-joins and anti-joins.

Every rule becomes a set of customer keys, given as its members or as its complement, or a filter on
dim_customer.  And intersects sets by joins, or is the opposite of an intersection of opposites,
not turns members into complement: no set of all customers is ever made.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import json_text, table
from quanqu.know.audiences.contracts import (
    And,
    EventRule,
    Measure,
    Node,
    Not,
    Or,
    ProfileRule,
)
from quanqu.know.audiences.queries.conditions import (
    day_condition,
    event_condition,
    profile_condition,
    profile_text,
)
from quanqu.know.audiences.rules.days import window_days
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.truth import compare, holds_without_events, is_existence

TABLES = ("dim_customer", "dim_identity", "dim_presence", "fact_event")
KEY = "customer_key"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked beside the rules: the day that windows end on, and what may be looked at."""

    as_of: date
    scope: Scope


def customers_in_scope(scope: Scope) -> ir.Table:
    """Return the customers seen at a place of the scope."""
    customers = table("dim_customer")
    if scope.everything:
        return customers
    presence = table("dim_presence")
    seen = presence.filter(presence["place_key"].isin(sorted(scope.places)))
    return customers.semi_join(seen, KEY)


def compile_audience(match: Node, question: Question) -> ir.Table:
    """Return the keys of the customers in scope for whom the rules hold: one column."""
    return keep(customers_in_scope(question.scope), match, question).select(KEY)


def keep(customers: ir.Table, node: Node, question: Question) -> ir.Table:
    """Return the customers for whom the node holds."""
    plain, other = [node], []
    if not _is_of_profile(node):
        parts = node.nodes if isinstance(node, And) else (node,)
        plain = [part for part in parts if _is_of_profile(part)]
        other = [part for part in parts if not _is_of_profile(part)]
    if plain:
        held = [_filter(customers, part, question) for part in plain]
        customers = customers.filter(held)
    if not other:
        return customers
    found = _intersection([_key_set(part, question) for part in sorted(other, key=_breadth)])
    join = customers.anti_join if found.is_complement else customers.semi_join
    return join(found.keys, KEY)


def held_by(mine: ir.Table, rule: ProfileRule | EventRule, question: Question) -> ir.Table:
    """Return what one customer has for a rule as text: `held`, the field or the measure.

    `mine` is the customer's one row; a missing field is null, and so is a day without events.
    """
    if isinstance(rule, ProfileRule):
        return mine.select(held=profile_text(mine, rule.field))
    subjects = table("dim_identity").semi_join(mine, KEY)
    owned = _events(rule, question).semi_join(subjects, "subject_key")
    if rule.measure in (Measure.FIRST, Measure.LAST):
        days = owned["day"]
        value = days.min() if rule.measure is Measure.FIRST else days.max()
    else:
        value = _number(owned, rule, question.as_of)
    return owned.aggregate(held=value.cast("string"))


@dataclass(frozen=True, slots=True)
class _KeySet:
    """Customer keys, or (is_complement) all but these; a key may be there more than once."""

    keys: ir.Table
    is_complement: bool = False

    def opposite(self) -> "_KeySet":
        """Return the keys that are not in this set."""
        return _KeySet(self.keys, not self.is_complement)


def _key_set(node: Node, question: Question) -> _KeySet:
    if _is_of_profile(node):
        customers = table("dim_customer")
        return _KeySet(customers.filter(_filter(customers, node, question)).select(KEY))
    if isinstance(node, Not):
        return _key_set(node.node, question).opposite()
    if isinstance(node, And | Or):
        sets = [_key_set(child, question) for child in sorted(node.nodes, key=_breadth)]
        if isinstance(node, And):
            return _intersection(sets)
        return _intersection([found.opposite() for found in sets]).opposite()
    if isinstance(node, EventRule):
        return _event_keys(node, question)
    raise TypeError(f"not a node: {node!r}")


def _intersection(sets: list[_KeySet]) -> _KeySet:
    inside = [found.keys for found in sets if not found.is_complement]
    outside = [found.keys for found in sets if found.is_complement]
    if not inside:
        return _KeySet(ibis.union(*outside) if len(outside) > 1 else outside[0], True)
    keys = inside[0]
    for other in inside[1:]:
        keys = keys.semi_join(other, KEY)
    for other in outside:
        keys = keys.anti_join(other, KEY)
    return _KeySet(keys)


def _is_of_profile(node: Node) -> bool:
    if isinstance(node, Not):
        return _is_of_profile(node.node)
    if isinstance(node, And | Or):
        return all(_is_of_profile(child) for child in node.nodes)
    return isinstance(node, ProfileRule)


def _breadth(node: Node) -> tuple[int, float]:
    """Order what narrows most first: measures over few days, then bare existence, then the rest."""
    if not isinstance(node, EventRule):
        return 2, 0.0
    days = node.window.last_days or math.inf
    return int(is_existence(node)), days / (1 + len(node.where))


def _filter(
    customers: ir.Table, node: Node, question: Question, *, is_negated: bool = False
) -> ir.BooleanValue:
    """Return a condition on rows of dim_customer; a not is pushed down to the rules."""
    if isinstance(node, Not):
        return _filter(customers, node.node, question, is_negated=not is_negated)
    if isinstance(node, And | Or):
        held = [_filter(customers, child, question, is_negated=is_negated) for child in node.nodes]
        return ibis.and_(*held) if isinstance(node, And) is not is_negated else ibis.or_(*held)
    if isinstance(node, EventRule):
        raise TypeError("an event rule is not a filter on customers")
    condition = profile_condition(customers, node, question.as_of)
    return ~condition if is_negated else condition


def _event_keys(rule: EventRule, question: Question) -> _KeySet:
    """Return the keys for which the rule holds; if customers without any such event satisfy it,
    all but the keys for which it does not."""
    events = _events(rule, question)
    is_complement = holds_without_events(rule)
    if is_existence(rule):
        identity = table("dim_identity")
        return _KeySet(identity.semi_join(events, "subject_key").select(KEY), is_complement)
    owned = events.inner_join(table("dim_identity"), "subject_key")
    holds = _measured(owned, rule, question.as_of)
    grouped = owned.group_by(KEY).aggregate(holds=~holds if is_complement else holds)
    return _KeySet(grouped.filter(grouped["holds"]).select(KEY), is_complement)


def _events(rule: EventRule, question: Question) -> ir.Table:
    events = table("fact_event")
    first, last = window_days(rule.window, question.as_of)
    wanted = [
        events["event"] == rule.event,
        events["day"] <= ibis.literal(last),
        events["part"] <= f"{last:%Y%m}",
    ]
    if first is not None:
        wanted += [events["day"] >= ibis.literal(first), events["part"] >= f"{first:%Y%m}"]
    if not question.scope.everything:
        wanted.append(events["place_key"].isin(sorted(question.scope.places)))
    wanted += [event_condition(events, condition, question.as_of) for condition in rule.where]
    return events.filter(wanted).select("subject_key", "day", *_added_up(rule))


def _added_up(rule: EventRule) -> Iterable[str]:
    if rule.of is None:
        return ()
    return ("properties",) if rule.of.startswith(PROPERTIES) else (rule.of,)


def _measured(owned: ir.Table, rule: EventRule, as_of: date) -> ir.BooleanValue:
    """Return whether one customer's events, taken together, satisfy the rule; never null."""
    if rule.measure is Measure.FIRST:
        held = day_condition(owned["day"].min(), rule.op, rule.value, as_of)
    elif rule.measure is Measure.LAST:
        held = day_condition(owned["day"].max(), rule.op, rule.value, as_of)
    else:
        held = compare(rule.op, _number(owned, rule, as_of), rule.value)
    return held.fill_null(False)


def _number(owned: ir.Table, rule: EventRule, as_of: date) -> ir.NumericValue:
    if rule.measure is Measure.RECENCY:
        return ibis.literal(as_of).delta(owned["day"].max(), unit="day")
    if rule.measure is Measure.DISTINCT_DAYS:
        return owned["day"].nunique()
    if rule.of is None:
        return owned.count()
    if rule.of.startswith(PROPERTIES):
        text = json_text(owned["properties"], rule.of[len(PROPERTIES) :])
        return text.try_cast("float64").sum().fill_null(0)
    return owned[rule.of].sum().fill_null(0)

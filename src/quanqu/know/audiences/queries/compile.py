"""Compile a definition to one Ibis expression of filters, semi-joins and anti-joins.

Every rule becomes a set of customer keys, given as its members or as its complement, or a filter on
dim_customer.  And intersects sets by joins, or is the opposite of an intersection of opposites,
not turns members into complement: no set of all customers is ever made.
"""

import math

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import table
from quanqu.know.audiences.contracts import (
    And,
    AudienceRule,
    BirthdayRule,
    CatchmentRule,
    ConsentRule,
    DecileRule,
    EventRule,
    ListRule,
    NearRule,
    Node,
    Not,
    Or,
    ProfileRule,
    SequenceRule,
    SplitRule,
)
from quanqu.know.audiences.queries.conditions import (
    birthday_condition,
    catchment_condition,
    near_condition,
    profile_condition,
    split_condition,
)
from quanqu.know.audiences.queries.consent_sets import consent_keys
from quanqu.know.audiences.queries.event_sets import event_keys
from quanqu.know.audiences.queries.listed import listed_subjects
from quanqu.know.audiences.queries.question import KEY, KeySet, Question, customers_in_scope
from quanqu.know.audiences.queries.rank_sets import decile_keys
from quanqu.know.audiences.queries.score_sets import score_keys
from quanqu.know.audiences.queries.sequence_sets import sequence_keys
from quanqu.know.audiences.rules.fields import SCORES
from quanqu.know.audiences.rules.truth import is_existence

_OF_CUSTOMER = (ProfileRule, BirthdayRule, NearRule, CatchmentRule, SplitRule)


def compile_audience(match: Node, question: Question) -> ir.Table:
    """Return the keys of the customers in scope for whom the rules hold: one column."""
    return keep(customers_in_scope(question.scope), match, question).select(KEY)


def keep(customers: ir.Table, node: Node, question: Question) -> ir.Table:
    """Return the customers for whom the node holds."""
    plain, other = [node], []
    if not _is_of_customer(node):
        parts = node.nodes if isinstance(node, And) else (node,)
        plain = [part for part in parts if _is_of_customer(part)]
        other = [part for part in parts if not _is_of_customer(part)]
    if plain:
        held = [_filter(customers, part, question) for part in plain]
        customers = customers.filter(held)
    if not other:
        return customers
    found = _intersection([_key_set(part, question) for part in sorted(other, key=_breadth)])
    join = customers.anti_join if found.is_complement else customers.semi_join
    return join(found.keys, KEY)


def _key_set(node: Node, question: Question) -> KeySet:
    if _is_of_customer(node):
        customers = table("dim_customer")
        return KeySet(customers.filter(_filter(customers, node, question)).select(KEY))
    if isinstance(node, Not):
        return _key_set(node.node, question).opposite()
    if isinstance(node, And | Or):
        sets = [_key_set(child, question) for child in sorted(node.nodes, key=_breadth)]
        if isinstance(node, And):
            return _intersection(sets)
        return _intersection([found.opposite() for found in sets]).opposite()
    return leaf_keys(node, question)


def is_of_customer(rule: Node) -> bool:
    """Tell whether a rule is a filter on rows of dim_customer; scores stand in a table of their
    own."""
    is_score = isinstance(rule, ProfileRule) and rule.field.startswith(SCORES)
    return isinstance(rule, _OF_CUSTOMER) and not is_score


def leaf_keys(rule: Node, question: Question) -> KeySet:
    """Return the keys of those for whom a rule that is no filter on customers holds."""
    if isinstance(rule, EventRule):
        return event_keys(rule, question)
    if isinstance(rule, SequenceRule):
        return sequence_keys(rule, question)
    if isinstance(rule, DecileRule):
        return decile_keys(rule, question)
    if isinstance(rule, ConsentRule):
        return consent_keys(rule, question)
    if isinstance(rule, ProfileRule):
        return score_keys(rule)
    if isinstance(rule, AudienceRule):
        return KeySet(ibis.memtable(question.memberships[rule]))
    if isinstance(rule, ListRule):
        subjects = ibis.memtable(listed_subjects(rule))
        return KeySet(table("dim_identity").semi_join(subjects, "subject_key").select(KEY))
    raise TypeError(f"not a rule over keys: {rule!r}")


def _intersection(sets: list[KeySet]) -> KeySet:
    inside = [found.keys for found in sets if not found.is_complement]
    outside = [found.keys for found in sets if found.is_complement]
    if not inside:
        return KeySet(ibis.union(*outside) if len(outside) > 1 else outside[0], True)
    keys = inside[0]
    for other in inside[1:]:
        keys = keys.semi_join(other, KEY)
    for other in outside:
        keys = keys.anti_join(other, KEY)
    return KeySet(keys)


def _is_of_customer(node: Node) -> bool:
    if isinstance(node, Not):
        return _is_of_customer(node.node)
    if isinstance(node, And | Or):
        return all(_is_of_customer(child) for child in node.nodes)
    return is_of_customer(node)


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
    condition = customer_condition(customers, node, question)
    return ~condition if is_negated else condition


def customer_condition(customers: ir.Table, rule: Node, question: Question) -> ir.BooleanValue:
    """Return whether a row of dim_customer satisfies a rule on the customer; never null."""
    if isinstance(rule, ProfileRule):
        return profile_condition(customers, rule, question.as_of)
    if isinstance(rule, BirthdayRule):
        return birthday_condition(customers, rule, question.as_of)
    if isinstance(rule, NearRule):
        return near_condition(customers, rule)
    if isinstance(rule, CatchmentRule):
        return catchment_condition(customers, rule)
    if isinstance(rule, SplitRule):
        return split_condition(customers, rule)
    raise TypeError(f"not a rule on the customer: {rule!r}")

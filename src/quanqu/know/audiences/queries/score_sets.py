"""Customers by a number that a model gave them."""

import ibis.expr.types as ir

from quanqu.infra.lake.facade import table
from quanqu.know.audiences.contracts import Op, ProfileRule
from quanqu.know.audiences.queries.question import KEY, KeySet
from quanqu.know.audiences.rules.fields import SCORES
from quanqu.know.audiences.rules.truth import compare

_OPPOSITE = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.NOT_EXISTS: Op.EXISTS}


def score_rows(field: str) -> ir.Table:
    """Return who has the score of a field (`scores.<name>`): customer_key and value."""
    rows = table("dim_score")
    return rows.filter(rows["score"] == field[len(SCORES) :]).select(KEY, "value")


def score_keys(rule: ProfileRule) -> KeySet:
    """Return the keys of those whose number compares as said.

    Whoever has none satisfies `ne`, `not_in` and `not_exists` only, as with every field.
    """
    if rule.op in _OPPOSITE:
        positive = ProfileRule(rule.field, _OPPOSITE[rule.op], rule.value)
        return score_keys(positive).opposite()
    rows = score_rows(rule.field)
    if rule.op is not Op.EXISTS:
        value = rows["value"]
        is_in = rule.op is Op.IN
        rows = rows.filter(value.isin(rule.value) if is_in else compare(rule.op, value, rule.value))
    return KeySet(rows.select(KEY))

"""Tenths of the customers in order of a number."""

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import json_text
from quanqu.know.audiences.contracts import DecileRule
from quanqu.know.audiences.queries.question import KEY, KeySet, Question, customers_in_scope
from quanqu.know.audiences.queries.score_sets import score_rows
from quanqu.know.audiences.rules.fields import SCORES, json_field

_LARGEST = 1e300  # more is no number that anybody meant, and NaN is more on every engine


def decile_keys(rule: DecileRule, question: Question) -> KeySet:
    """Return the keys of those in the wanted tenths of the customers in scope with a number.

    Equal numbers are put in order of the key; with a number of customers that ten does not divide,
    the first tenths are one larger.
    """
    numbered = _numbered(rule.field, customers_in_scope(question.scope))
    known = numbered.filter(numbered["number"].abs() < _LARGEST)
    order = ibis.window(order_by=[known["number"].desc(), known[KEY]])
    ranked = known.select(KEY, tenth=ibis.ntile(10).over(order))
    wanted = ranked["tenth"].between(rule.from_tenth - 1, rule.to_tenth - 1)
    return KeySet(ranked.filter(wanted).select(KEY))


def _numbered(field: str, customers: ir.Table) -> ir.Table:
    """Return the customers with the number of a field, null or left out where there is none."""
    if field.startswith(SCORES):
        return score_rows(field).semi_join(customers, KEY).rename(number="value")
    if inside := json_field(field):
        text = json_text(customers[inside[0]], inside[1])
        return customers.select(KEY, number=text.try_cast("float64"))
    return customers.select(KEY, number=customers[field].cast("float64"))

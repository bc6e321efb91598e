"""Customers whom the consent gate allows to be reached, as the lake has it."""

import ibis

from quanqu.infra.lake.facade import table
from quanqu.know.audiences.contracts import ConsentRule
from quanqu.know.audiences.queries.question import KEY, KeySet, Question
from quanqu.know.audiences.rules.consents import REACHED_BY, needs_word


def consent_keys(rule: ConsentRule, question: Question) -> KeySet:
    """Return the keys of those who are allowed; a grant that ends before the day asked for is none.

    Where no word is needed the lake lists only whom it is forbidden for.  What was allowed in the
    past is not in this table: the gate's ledger knows that.
    """
    rows = table("dim_consent")
    mine = rows.filter((rows["purpose"] == rule.purpose) & (rows["channel"] == rule.channel))
    allowed = mine["is_allowed"].fill_null(False)
    if not needs_word(rule.purpose):
        found = KeySet(mine.filter(~allowed).select(KEY), is_complement=True)
    else:
        ends = mine["valid_until"].date() > ibis.literal(question.as_of)
        found = KeySet(mine.filter(allowed & ends.fill_null(True)).select(KEY))
    if not rule.is_reachable:
        return found
    customers = table("dim_customer")
    types = customers["identifier_types"]
    reached = ibis.or_(
        *(types.contains(kind).fill_null(False) for kind in REACHED_BY[rule.channel])
    )
    keys = customers.filter(reached).select(KEY)
    join = keys.anti_join if found.is_complement else keys.semi_join
    return KeySet(join(found.keys, KEY))

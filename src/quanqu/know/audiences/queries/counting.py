"""Who satisfies a tree of rules, as flags over all customers: a builder's count in one pass.

Rules on events are counted over arrays (`rules.tallies`), rules on customers by one query, the rest
by queries of their own.  What a rule came to is remembered as a bitmap until a table it was read
from changes, so that changing one rule of many asks for that one only.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from quanqu.infra.lake.facade import IN_PROCESS, engine_name, run, snapshot_version
from quanqu.know.audiences.contracts import (
    AudienceRule,
    ConsentRule,
    EventRule,
    Leaf,
    ListRule,
    Measure,
    Node,
)
from quanqu.know.audiences.queries.compile import customer_condition, is_of_customer, leaf_keys
from quanqu.know.audiences.queries.event_rows import EVERY_EVENT, event_rows
from quanqu.know.audiences.queries.everybody import Everybody, everybody
from quanqu.know.audiences.queries.question import KEY, TABLES, Question, customers_in_scope
from quanqu.know.audiences.rules.days import narrowed
from quanqu.know.audiences.rules.reading import leaves, rule_key
from quanqu.know.audiences.rules.states import decide, parts_of, state_key
from quanqu.know.audiences.rules.tallies import Rows, add_rows
from quanqu.know.audiences.rules.truth import compare, members_of

Flags = npt.NDArray[np.bool_]

MOST_REMEMBERED: Final = 256
"""Bitmaps that are remembered: an eighth of a megabyte each for a million customers."""
_CUSTOMERS: Final = ("dim_customer", "dim_presence")

_remembered: Final[OrderedDict[Hashable, npt.NDArray[np.uint8]]] = OrderedDict()
_guard: Final = threading.Lock()


def keys_of_members(match: Node, question: Question) -> npt.NDArray[np.int64] | None:
    """Return the keys of the customers in scope for whom the rules hold, in order.

    None: the engine of the settings is another one, or keys lie too far apart for arrays.
    """
    if engine_name() != IN_PROCESS:
        return None
    people = everybody()
    if people is None:
        return None
    held = _held(people, [rule for _, rule in leaves(match)], question)
    members = members_of(match, lambda rule: held[rule_key(rule)])
    return np.flatnonzero(members & _in_scope(people, question))


def forget_remembered() -> None:
    """Forget every bitmap, as a measurement of first answers needs."""
    with _guard:
        _remembered.clear()


def _held(people: Everybody, rules: Sequence[Leaf], question: Question) -> Mapping[str, Flags]:
    """Return for each rule, by its key, for whom it holds."""
    known = {rule_key(rule): rule for rule in rules}
    names = {name: _name_of(rule, people, question) for name, rule in known.items()}
    held = {name: found for name in known if (found := _recalled(names[name], people)) is not None}
    left = [rule for name, rule in known.items() if name not in held]
    fresh = {
        **_of_customers(people, [one for one in left if is_of_customer(one)], question),
        **_of_events(people, [one for one in left if _is_tallied(one)], question),
    }
    for rule in left:
        if rule_key(rule) not in fresh:
            fresh[rule_key(rule)] = _asked(people, rule, question)
    for name, flags in fresh.items():
        _remember(names[name], flags)
    return {**held, **fresh}


def _is_tallied(rule: Leaf) -> bool:
    return isinstance(rule, EventRule) and (bool(parts_of(rule)) or _counts_days(rule))


def _counts_days(rule: EventRule) -> bool:
    return rule.measure is Measure.DISTINCT_DAYS and rule.within_any_days is None


def _of_customers(people: Everybody, rules: Sequence[Leaf], question: Question) -> dict[str, Flags]:
    if not rules:
        return {}
    customers = customers_in_scope(question.scope)
    told = {f"r{at}": customer_condition(customers, one, question) for at, one in enumerate(rules)}
    found = run(customers.select(KEY, **told))
    keys = found[KEY].to_numpy()
    return {
        rule_key(rule): people.flags(keys[found[f"r{at}"].to_numpy()])
        for at, rule in enumerate(rules)
    }


def _of_events(people: Everybody, rules: Sequence[Any], question: Question) -> dict[str, Flags]:
    """Add up what the rules measure, customer by customer, and decide."""
    if not rules:
        return {}
    narrow = {rule_key(rule): narrowed(rule) for rule in rules}
    asked = {state_key(rule): rule for rule in narrow.values()}
    size = people.nobody + 1
    states = {
        name: [part.empty(size) for part in parts_of(one)] or [np.zeros(size, np.int32)]
        for name, one in asked.items()
    }
    for found in event_rows(list(asked.values()), question, EVERY_EVENT):
        found.rows.places = people.owners_of(found.subjects)
        for (piece, at), asking in groupby(found.wanted, key=lambda one: one[1:]):
            chosen = found.rows.chosen(piece, at)
            for rule, *_ in asking:
                if _counts_days(rule):
                    _add_days(found.rows, chosen, states[state_key(rule)][0])
                else:
                    add_rows(found.rows, chosen, rule, states[state_key(rule)], piece.sign)
    return {
        name: _decided(rule, [one[:-1] for one in states[state_key(rule)]], question)
        for name, rule in narrow.items()
    }


def _add_days(rows: Rows, chosen: Any, counts: npt.NDArray[np.int32]) -> None:
    """Count the different days of each customer; no day is in two stretches of rows."""
    places, days = rows.places[chosen].astype(np.int64), rows.days[chosen].astype(np.int64)
    if len(days):
        first = int(days.min())
        span = int(days.max()) - first + 1
        pairs = np.sort(places * span + days - first)  # NumPy's unique takes ten times as long
        is_new = np.concatenate([[True], pairs[1:] != pairs[:-1]])
        np.add.at(counts, pairs[is_new] // span, np.int32(1))


def _decided(rule: EventRule, kept: Sequence[Any], question: Question) -> Flags:
    if _counts_days(rule):
        return np.asarray(compare(rule.op, kept[0], rule.value))
    return decide(rule, kept, question.as_of)


def _asked(people: Everybody, rule: Leaf, question: Question) -> Flags:
    found = leaf_keys(rule, question)
    flags = people.flags(run(found.keys.select(KEY))[KEY].to_numpy())
    return ~flags if found.is_complement else flags


def _in_scope(people: Everybody, question: Question) -> Flags:
    if question.scope.everything:
        return people.is_customer
    name = (snapshot_version(_CUSTOMERS), question.scope.places, people.nobody)
    if (found := _recalled(name, people)) is None:
        keys = run(customers_in_scope(question.scope).select(KEY))[KEY].to_numpy()
        found = people.flags(keys)
        _remember(name, found)
    return found & people.is_customer


def _name_of(rule: Leaf, people: Everybody, question: Question) -> Hashable | None:
    """Return what a bitmap is remembered under; None for what other tables decide too."""
    if isinstance(rule, AudienceRule | ConsentRule | ListRule):
        return None
    read = _CUSTOMERS if is_of_customer(rule) else (*TABLES, "dim_score")
    scope = None if question.scope.everything else question.scope.places
    return rule_key(rule), question.as_of, scope, snapshot_version(read), people.nobody


def _recalled(name: Hashable | None, people: Everybody) -> Flags | None:
    if name is None:
        return None
    with _guard:
        packed = _remembered.get(name)
        if packed is None:
            return None
        _remembered.move_to_end(name)
    return np.unpackbits(packed, count=people.nobody).astype(bool)


def _remember(name: Hashable | None, flags: Flags) -> None:
    if name is None:
        return
    with _guard:
        _remembered[name] = np.packbits(flags)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)

"""Whether each kept rule holds for each customer: from its parts, or by a query of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.lake.facade import run
from quanqu.know.audiences.contracts import (
    AudienceRule,
    ConsentRule,
    DecileRule,
    EventRule,
    Leaf,
    ListRule,
    ProfileRule,
    SequenceRule,
)
from quanqu.know.audiences.queries.compile import is_of_customer, leaf_keys
from quanqu.know.audiences.queries.event_rows import SUBJECT
from quanqu.know.audiences.queries.kept_marks import (
    Kept,
    Touched,
)
from quanqu.know.audiences.queries.kept_people import (
    Places,
)
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.shared_scans import (
    event_names,
    events_of_subjects,
    truth_of_customers,
)
from quanqu.know.audiences.rules.reading import rule_key
from quanqu.know.audiences.rules.states import Array, decide, parts_of, state_key


def decide_all(
    kept: Kept,
    rules: Sequence[EventRule],
    as_of: date,
    touched: Touched | None,
    stay: set[str],
) -> None:
    """Decide rules from their parts: for those touched where more is known already, or for all."""
    runs: dict[str | None, tuple[Places, tuple[Places, Places, Places]]] = {}
    for name, same in groupby(sorted(rules, key=state_key), key=state_key):
        together: dict[str | None, list[Array]] = {}
        for rule in same:
            is_some = touched is not None and name in stay and rule_key(rule) in kept.bits
            of = rule.event if is_some else None
            if of not in runs:
                customers = np.arange(len(kept.people.keys))
                customers = touched.by({of}) if touched is not None and of else customers
                runs[of] = (customers, kept.people.runs_of(customers))
            customers, (at, places, begins) = runs[of]
            if of not in together:
                together[of] = _together(kept, rule, len(customers), (at, places, begins))
            held = decide(rule, together[of], as_of)
            if of is None:
                kept.bits[rule_key(rule)] = held
            else:
                _set_some(kept, rule, customers, held)


def _together(
    kept: Kept, rule: EventRule, size: int, runs: tuple[Places, Places, Places]
) -> list[Array]:
    """Return the parts of customers' measures, each put together from its identifiers'."""
    at, places, begins = runs
    made = []
    for part, state in zip(parts_of(rule), kept.states[state_key(rule)], strict=True):
        whole = part.empty(size)
        if len(at):
            whole[at] = part.together(state[places], begins)
        made.append(whole)
    return made


def _set_some(kept: Kept, rule: Leaf, customers: Places, held: Array) -> None:
    """Change some bits in a copy: whoever holds the bitmap of before may go on reading it."""
    before = kept.bits[rule_key(rule)]
    if np.array_equal(before[customers], held):
        return
    bits = before.copy()
    bits[customers] = held
    kept.bits[rule_key(rule)] = bits


def work_out_others(
    kept: Kept, question: Question, wanted: Sequence[Leaf], touched: Touched | None
) -> None:
    """Work out the rules whose measures are not kept in parts: for those touched, or for all."""
    plain = [one for one in wanted if is_of_customer(one) or isinstance(one, ListRule)]
    if touched is not None and kept.read == kept.dimensions:
        plain = [rule for rule in plain if rule_key(rule) not in kept.bits]
    _of_customers(kept, question, [rule for rule in plain if not isinstance(rule, ListRule)])
    for one in plain:
        if isinstance(one, ListRule):
            kept.bits[rule_key(one)] = _bits_of(kept, one, question)
    kept.read = kept.dimensions
    ordered: list[EventRule | SequenceRule] = []
    for rule in wanted:
        is_score = isinstance(rule, ProfileRule) and not is_of_customer(rule)
        if is_score or isinstance(rule, DecileRule | AudienceRule | ConsentRule):
            kept.bits[rule_key(rule)] = _bits_of(kept, rule, question)
        elif isinstance(rule, SequenceRule) or (isinstance(rule, EventRule) and not parts_of(rule)):
            ordered.append(rule)
    some = [] if touched is None else [one for one in ordered if rule_key(one) in kept.bits]
    again = {rule_key(rule) for rule in some}
    for rule in ordered:
        if rule_key(rule) not in again:
            kept.bits[rule_key(rule)] = _bits_of(kept, rule, question)
    if some and touched is not None:
        _again(kept, question, some, touched)


def _of_customers(kept: Kept, question: Question, rules: Sequence[Leaf]) -> None:
    if not rules:
        return
    found = truth_of_customers(rules, question)
    at, known = kept.people.find_customers(found[KEY].to_numpy())
    for number, rule in enumerate(rules):
        bits = np.zeros(len(kept.people.keys), bool)
        bits[at] = found[f"r{number}"].to_numpy()[known]
        kept.bits[rule_key(rule)] = bits


def _again(
    kept: Kept,
    question: Question,
    rules: Sequence[EventRule | SequenceRule],
    touched: Touched,
) -> None:
    """Work out rules for those with new events that they look at, and for changed customers."""
    names = {name for rule in rules for name in event_names(rule)}
    customers = touched.by(names)
    if not len(customers):
        return
    _, places, _ = kept.people.runs_of(customers)
    subjects = pa.table({SUBJECT: kept.people.subjects[places]})
    rows = events_of_subjects(subjects, rules, question, kept.mark.until)
    for rule in rules:
        of = event_names(rule)
        mine = rows.filter(pc.is_in(rows["event"], pa.array(sorted(of))))
        bits = _bits_of(kept, rule, replace(question, some_events=mine))
        _set_some(kept, rule, touched.by(of), bits[touched.by(of)])


def _bits_of(kept: Kept, rule: Leaf, question: Question) -> Array:
    found = leaf_keys(rule, question)
    keys = run(found.keys.select(KEY).distinct())[KEY].to_numpy()
    at, _ = kept.people.find_customers(np.sort(keys))
    bits = np.zeros(len(kept.people.keys), bool)
    bits[at] = True
    return ~bits if found.is_complement else bits

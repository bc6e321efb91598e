"""Who satisfies each rule, kept in memory and brought up to date by what is new.

Kept are, by rule: the parts of its measure for every identifier, and a bitmap over the customers.
Everything is keyed by the versions of the lake's tables that it was worked out from, and made anew
when the events that were counted are not all there any more.  Nothing kept is needed: a process
that starts works it out from the lake.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.lake.facade import row_count, run, snapshot_version, table
from quanqu.know.audiences.contracts import (
    AudienceRule,
    ConsentRule,
    DecileRule,
    EventRule,
    Leaf,
    SequenceRule,
)
from quanqu.know.audiences.queries.compile import OF_CUSTOMER, leaf_keys
from quanqu.know.audiences.queries.kept_people import (
    People,
    Places,
    changed_owners,
    read_people,
)
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.shared_scans import (
    SUBJECT,
    Stretch,
    event_names,
    events_of_subjects,
    in_batches,
    parts_by_subject,
    truth_of_customers,
)
from quanqu.know.audiences.rules.days import is_moving
from quanqu.know.audiences.rules.reading import rule_key
from quanqu.know.audiences.rules.states import Array, can_forget, decide, parts_of

DIMENSIONS = ("dim_customer", "dim_identity", "dim_presence")
MANY = 0.2


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where events were counted: the last number, how many there are, and the day asked."""

    until: int
    events: int
    as_of: date


@dataclass(slots=True)
class Kept:
    """What is kept over one scope, by `rule_key`."""

    people: People
    dimensions: str
    mark: Mark
    states: dict[str, list[Array]] = field(default_factory=dict)
    bits: dict[str, Array] = field(default_factory=dict)
    rules: dict[str, EventRule] = field(default_factory=dict)
    read: str = ""

    def held(self, rule: Leaf) -> Array:
        """Return for each customer whether a rule that is kept holds."""
        return self.bits[rule_key(rule)]


@dataclass(frozen=True, slots=True)
class Advance:
    """What an update did: customers looked at again (None: all), rules worked out from nothing."""

    touched: Places | None
    anew: int


def keep(question: Question, rules: Iterable[Leaf]) -> Kept:
    """Work out every rule from nothing."""
    dimensions = _dimensions()  # before they are read: what is newer must not pass for read
    kept = Kept(read_people(question), dimensions, _mark(question))
    _update(kept, question, _distinct(rules), None)
    return kept


def advance(kept: Kept, question: Question, rules: Iterable[Leaf]) -> Advance:
    """Bring what is kept to the newest lake and another day; rules not wanted are dropped."""
    wanted = _distinct(rules)
    mark = _mark(question, kept.mark.until)
    fresh = _count_fresh(kept.mark.until, mark.until)
    is_whole = kept.mark.events + fresh == mark.events
    if not is_whole or question.as_of < kept.mark.as_of:
        made = keep(question, wanted)
        for name in ("people", "dimensions", "mark", "states", "bits", "rules", "read"):
            setattr(kept, name, getattr(made, name))
        return Advance(None, len(wanted))
    names = {rule_key(rule) for rule in wanted}
    if _is_same(kept, mark, names) and not any(
        isinstance(one, AudienceRule | ConsentRule) for one in wanted
    ):
        return Advance(np.empty(0, np.int64), 0)
    kept.states = {name: state for name, state in kept.states.items() if name in names}
    kept.bits = {name: bits for name, bits in kept.bits.items() if name in names}
    changed = _new_people(kept, question)
    before, kept.mark = kept.mark, mark
    return _update(kept, question, wanted, (before, changed))


def _update(
    kept: Kept,
    question: Question,
    wanted: Sequence[Leaf],
    known: tuple[Mark, Places | None] | None,
) -> Advance:
    """Count what is new; `known`: up to where it was counted, whose customers changed (None:
    nobody knows, or new dimensions)."""
    events = [rule for rule in wanted if isinstance(rule, EventRule) and parts_of(rule)]
    before = known[0] if known else None
    has_turned = before is not None and before.as_of != question.as_of
    stay = [
        one
        for one in events
        if rule_key(one) in kept.states and (not has_turned or can_forget(one))
    ]
    kept_on = {rule_key(one) for one in stay}
    anew = [rule for rule in events if rule_key(rule) not in kept_on]
    moved: list[Places] = []
    if before is not None and (stay or kept.bits):
        moved = _count_new(kept, question, stay, before)
    kept.rules = {rule_key(rule): rule for rule in events}
    for rule in anew:
        kept.states[rule_key(rule)] = [
            part.empty(len(kept.people.subjects)) for part in parts_of(rule)
        ]
    _count(kept, question, anew, Stretch(-1, kept.mark.until))
    changed = known[1] if known else None
    touched = None
    if changed is not None and not has_turned:
        touched = np.unique(np.concatenate([changed, *moved])).astype(np.int64)
        touched = None if len(touched) > MANY * len(kept.people.keys) else touched
    for rule in events:
        _decide(kept, rule, question.as_of, touched if rule_key(rule) in kept_on else None)
    _others(kept, question, wanted, touched)
    return Advance(touched, len(anew) if known else len(wanted))


def _count_new(
    kept: Kept, question: Question, rules: Sequence[EventRule], before: Mark
) -> list[Places]:
    """Add the new events and take away what has left moving windows; return whom it concerns."""
    since, until = before.until, kept.mark.until
    if since == until and before.as_of == question.as_of:
        return []
    fresh = _fresh_subjects(since, until)
    _meet(kept, fresh)
    if before.as_of == question.as_of:
        _count(kept, question, rules, Stretch(since, until))
    else:
        _count(kept, question, rules, Stretch(since, until, before.as_of))
        moving = [rule for rule in rules if is_moving(rule.window)]
        _count(kept, question, moving, Stretch(since, until, before.as_of, is_leaving=True))
    return [kept.people.owners_of(kept.people.places_of(fresh))]


def _count(kept: Kept, question: Question, rules: Sequence[EventRule], stretch: Stretch) -> None:
    by_name: dict[str, list[EventRule]] = {}
    for rule in rules:
        by_name.setdefault(rule.event, []).append(rule)
    for name, mine in by_name.items():
        for part in in_batches(mine, question.as_of):
            _put(kept, part, parts_by_subject(name, part, question, stretch), stretch.is_leaving)


def _put(kept: Kept, rules: Sequence[EventRule], found: pa.Table, is_leaving: bool) -> None:
    subjects = found[SUBJECT].to_numpy()
    _meet(kept, subjects)
    at = kept.people.places_of(subjects)
    number = 0
    for rule in rules:
        for part, state in zip(parts_of(rule), kept.states[rule_key(rule)], strict=True):
            column = found[f"p{number}"]
            number += 1
            if column.null_count:
                column = pc.fill_null(column, pa.scalar(part.nothing, column.type))
            part.put(state, at, column.to_numpy(), sign=-1 if is_leaving else 1)


def _meet(kept: Kept, subjects: Any) -> None:
    """Make room for identifiers that were not met before."""
    people = kept.people.with_subjects(subjects)
    if people is not kept.people:
        at = people.places_of(kept.people.subjects)
        _move_states(kept, at, len(people.subjects))
        kept.people = people


def _move_states(kept: Kept, at: Places, size: int) -> None:
    for name, states in kept.states.items():
        moved = [part.empty(size) for part in parts_of(kept.rules[name])]
        for state, place in zip(states, moved, strict=True):
            place[at] = state
        kept.states[name] = moved


def _new_people(kept: Kept, question: Question) -> Places | None:
    """Take in changed customers and identifiers; return the customers it concerns."""
    dimensions = _dimensions()
    if dimensions == kept.dimensions:
        return np.empty(0, np.int64)
    before, after = kept.people, read_people(question)
    after = after.with_subjects(before.subjects)
    changed = changed_owners(before, after)
    _move_states(kept, after.places_of(before.subjects), len(after.subjects))
    same = np.intersect1d(before.keys, after.keys)
    old, new = np.searchsorted(before.keys, same), np.searchsorted(after.keys, same)
    for name, bits in kept.bits.items():
        moved = np.zeros(len(after.keys), bool)
        moved[new] = bits[old]
        kept.bits[name] = moved
    kept.people, kept.dimensions = after, dimensions
    return changed


def _decide(kept: Kept, rule: EventRule, as_of: date, touched: Places | None) -> None:
    people, parts, states = kept.people, parts_of(rule), kept.states[rule_key(rule)]
    customers = np.arange(len(people.keys)) if touched is None else touched
    owners, places, begins = people.runs_of(customers)
    together = [part.empty(len(customers)) for part in parts]
    if len(owners):
        at = np.searchsorted(customers, owners)
        for part, state, whole in zip(parts, states, together, strict=True):
            whole[at] = part.together(state[places], begins)
    held = decide(rule, together, as_of)
    if touched is None:
        kept.bits[rule_key(rule)] = held
    else:
        _set_some(kept, rule, customers, held)


def _set_some(kept: Kept, rule: Leaf, customers: Places, held: Array) -> None:
    """Change some bits in a copy: whoever holds the bitmap of before may go on reading it."""
    bits = kept.bits[rule_key(rule)].copy()
    bits[customers] = held
    kept.bits[rule_key(rule)] = bits


def _others(kept: Kept, question: Question, wanted: Sequence[Leaf], touched: Places | None) -> None:
    """Work out the rules whose measures are not kept in parts: for those touched, or for all."""
    plain = [rule for rule in wanted if isinstance(rule, OF_CUSTOMER)]
    if touched is not None and kept.read == kept.dimensions:
        plain = [rule for rule in plain if rule_key(rule) not in kept.bits]
    _of_customers(kept, question, plain)
    kept.read = kept.dimensions
    ordered: list[EventRule | SequenceRule] = []
    for rule in wanted:
        if isinstance(rule, DecileRule | AudienceRule | ConsentRule):
            kept.bits[rule_key(rule)] = _bits_of(kept, rule, question)
        elif isinstance(rule, SequenceRule) or (isinstance(rule, EventRule) and not parts_of(rule)):
            ordered.append(rule)
    some = [] if touched is None else [one for one in ordered if rule_key(one) in kept.bits]
    again = {rule_key(rule) for rule in some}
    for rule in ordered:
        if rule_key(rule) not in again:
            kept.bits[rule_key(rule)] = _bits_of(kept, rule, question)
    if some and touched is not None and len(touched):
        _again(kept, question, some, touched)


def _of_customers(kept: Kept, question: Question, rules: Sequence[Leaf]) -> None:
    if not rules:
        return
    found = truth_of_customers(rules, question)
    known = np.isin(found[KEY].to_numpy(), kept.people.keys)
    at = np.searchsorted(kept.people.keys, found[KEY].to_numpy()[known])
    for number, rule in enumerate(rules):
        bits = np.zeros(len(kept.people.keys), bool)
        bits[at] = found[f"r{number}"].to_numpy()[known]
        kept.bits[rule_key(rule)] = bits


def _again(
    kept: Kept,
    question: Question,
    rules: Sequence[EventRule | SequenceRule],
    touched: Places,
) -> None:
    _, places, _ = kept.people.runs_of(touched)
    subjects = pa.table({SUBJECT: kept.people.subjects[places]})
    rows = events_of_subjects(subjects, rules, question, kept.mark.until)
    for rule in rules:
        mine = rows.filter(pc.is_in(rows["event"], pa.array(sorted(event_names(rule)))))
        bits = _bits_of(kept, rule, replace(question, some_events=mine))
        _set_some(kept, rule, touched, bits[touched])


def _bits_of(kept: Kept, rule: Leaf, question: Question) -> Array:
    found = leaf_keys(rule, question)
    keys = run(found.keys.select(KEY).distinct())[KEY].to_numpy()
    at = np.searchsorted(kept.people.keys, np.intersect1d(keys, kept.people.keys))
    bits = np.zeros(len(kept.people.keys), bool)
    bits[at] = True
    return ~bits if found.is_complement else bits


def _is_same(kept: Kept, mark: Mark, names: set[str]) -> bool:
    return mark == kept.mark and _dimensions() == kept.dimensions and names == set(kept.bits)


def _distinct(rules: Iterable[Leaf]) -> list[Leaf]:
    return list({rule_key(rule): rule for rule in rules}.values())


def _dimensions() -> str:
    return snapshot_version(DIMENSIONS)


def _mark(question: Question, since: int = -1) -> Mark:
    """Return the newest mark; `since`, when it is known, leaves files of before unread."""
    events = table("fact_event")
    fresh = events.filter(events["event_key"] > since)
    last = run(fresh.aggregate(until=fresh["event_key"].max().fill_null(since)))
    return Mark(int(last["until"][0].as_py()), row_count("fact_event"), question.as_of)


def _count_fresh(since: int, until: int) -> int:
    events = table("fact_event")
    fresh = (events["event_key"] > since) & (events["event_key"] <= until)
    return int(run(events.filter(fresh).count()).column(0)[0].as_py())


def _fresh_subjects(since: int, until: int) -> Any:
    events = table("fact_event")
    fresh = (events["event_key"] > since) & (events["event_key"] <= until)
    chosen = events.filter(fresh & events[SUBJECT].notnull())
    return np.unique(run(chosen.select(SUBJECT).distinct())[SUBJECT].to_numpy())

"""Who satisfies each rule, kept in memory and brought up to date by what is new.

Kept are, by rule: the parts of its measure for every identifier, and a bitmap over the customers.
Everything is keyed by the versions of the lake's tables that it was worked out from, and made anew
when the events that were counted are not all there any more.  Nothing kept is needed: a process
that starts works it out from the lake.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from quanqu.infra.lake.facade import snapshot_version
from quanqu.know.audiences.contracts import (
    AudienceRule,
    ConsentRule,
    EventRule,
    Leaf,
)
from quanqu.know.audiences.queries.event_rows import Stretch, event_rows
from quanqu.know.audiences.queries.kept_bits import decide_all, work_out_others
from quanqu.know.audiences.queries.kept_marks import (
    Kept,
    Mark,
    Touched,
    fresh_subjects,
    newest_mark,
)
from quanqu.know.audiences.queries.kept_people import (
    Places,
    changed_owners,
    read_people,
)
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.queries.shared_scans import (
    event_names,
)
from quanqu.know.audiences.rules.reading import rule_key
from quanqu.know.audiences.rules.states import can_forget, parts_of, state_key
from quanqu.know.audiences.rules.tallies import add_rows

DIMENSIONS = ("dim_customer", "dim_identity", "dim_presence", "dim_score")
MANY = 0.2


@dataclass(frozen=True, slots=True)
class Advance:
    """What an update did: customers looked at again (None: all), rules worked out from nothing."""

    touched: Places | None
    anew: int


def keep(question: Question, rules: Iterable[Leaf]) -> Kept:
    """Work out every rule from nothing."""
    dimensions = _dimensions()  # before they are read: what is newer must not pass for read
    mark, _ = newest_mark(question)
    kept = Kept(read_people(question), dimensions, mark)
    _update(kept, question, _distinct(rules), None)
    return kept


def advance(kept: Kept, question: Question, rules: Iterable[Leaf]) -> Advance:
    """Bring what is kept to the newest lake and another day; rules not wanted are dropped."""
    wanted = _distinct(rules)
    mark, fresh = newest_mark(question, kept.mark.until)
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
    states = {state_key(rule) for rule in _in_parts(wanted)}
    kept.states = {name: state for name, state in kept.states.items() if name in states}
    kept.bits = {name: bits for name, bits in kept.bits.items() if name in names}
    changed = _new_people(kept, question)
    before, kept.mark = kept.mark, mark
    return _update(kept, question, wanted, (before, changed))


def _update(
    kept: Kept,
    question: Question,
    wanted: Sequence[Leaf],
    known: tuple[Mark, Places] | None,
) -> Advance:
    """Count what is new; `known`: up to where it was counted, and whose customers changed (None:
    nothing is kept yet)."""
    events = _in_parts(wanted)
    rules = {state_key(rule): rule for rule in events}
    before = known[0] if known else None
    has_turned = before is not None and before.as_of != question.as_of
    stay = {
        name: rule
        for name, rule in rules.items()
        if name in kept.states and (not has_turned or can_forget(rule))
    }
    touched = None
    if known is not None and (stay or kept.bits):
        touched = _count_new(kept, question, list(stay.values()), wanted, known)
    kept.rules = rules
    anew = [rule for name, rule in rules.items() if name not in stay]
    for rule in anew:
        kept.states[state_key(rule)] = [
            part.empty(len(kept.people.subjects)) for part in parts_of(rule)
        ]
    _count(kept, question, anew, Stretch(-1, kept.mark.until))
    if touched is not None and (
        has_turned or len(touched.everybody) > MANY * len(kept.people.keys)
    ):
        touched = None
    decide_all(kept, events, question.as_of, touched, set(stay))
    work_out_others(kept, question, wanted, touched)
    return Advance(touched.everybody if touched else None, len(anew) if known else len(wanted))


def _in_parts(rules: Iterable[Leaf]) -> list[EventRule]:
    return [rule for rule in rules if isinstance(rule, EventRule) and parts_of(rule)]


def _count_new(
    kept: Kept,
    question: Question,
    rules: Sequence[EventRule],
    wanted: Sequence[Leaf],
    known: tuple[Mark, Places],
) -> Touched:
    """Add the new events and take away what has left moving windows; return whom it concerns."""
    before, changed = known
    since, until = before.until, kept.mark.until
    names = {name for rule in wanted for name in event_names(rule)}
    fresh = fresh_subjects(since, until, names) if since != until and names else {}
    for subjects in fresh.values():
        _meet(kept, subjects)
    if fresh or before.as_of != question.as_of:
        _count(kept, question, rules, Stretch(since, until, before.as_of))
    people = kept.people
    moved = {name: people.owners_of(people.places_of(mine)) for name, mine in fresh.items()}
    return Touched(changed, moved)


def _count(kept: Kept, question: Question, rules: Sequence[EventRule], stretch: Stretch) -> None:
    for found in event_rows(rules, question, stretch):
        _meet(kept, found.subjects)
        found.rows.places = kept.people.places_of(found.subjects)
        for (piece, at), asking in groupby(found.wanted, key=lambda one: one[1:]):
            chosen = found.rows.chosen(piece, at)
            for rule, *_ in asking:
                add_rows(found.rows, chosen, rule, kept.states[state_key(rule)], piece.sign)


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


def _new_people(kept: Kept, question: Question) -> Places:
    """Take in changed customers and identifiers; return the customers it concerns."""
    dimensions = _dimensions()
    if dimensions == kept.dimensions:
        return np.empty(0, np.int64)
    before, after = kept.people, read_people(question)
    after = after.with_subjects(before.subjects)
    changed = changed_owners(before, after)
    if not np.array_equal(before.subjects, after.subjects):
        _move_states(kept, after.places_of(before.subjects), len(after.subjects))
    same = np.intersect1d(before.keys, after.keys)
    old, new = np.searchsorted(before.keys, same), np.searchsorted(after.keys, same)
    for name, bits in kept.bits.items():
        moved = np.zeros(len(after.keys), bool)
        moved[new] = bits[old]
        kept.bits[name] = moved
    kept.people, kept.dimensions = after, dimensions
    return changed


def _is_same(kept: Kept, mark: Mark, names: set[str]) -> bool:
    return mark == kept.mark and _dimensions() == kept.dimensions and names == set(kept.bits)


def _distinct(rules: Iterable[Leaf]) -> list[Leaf]:
    return list({rule_key(rule): rule for rule in rules}.values())


def _dimensions() -> str:
    return snapshot_version(DIMENSIONS)

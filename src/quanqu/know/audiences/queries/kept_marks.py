"""What is kept, up to where events were counted, what came after, and whom that concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from quanqu.infra.lake.facade import row_count, run, snapshot_version, table
from quanqu.know.audiences.contracts import EventRule, Leaf
from quanqu.know.audiences.queries.event_rows import SUBJECT
from quanqu.know.audiences.queries.kept_people import Ints, People, Places
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.rules.reading import rule_key
from quanqu.know.audiences.rules.states import Array

EVENTS: Final = "fact_event"
ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where events were counted: the last number, how many there are, and the day asked."""

    until: int
    events: int
    as_of: date


@dataclass(frozen=True, slots=True)
class Touched:
    """Customers to look at again: those that own other identifiers than before, and by event name
    those with new events."""

    changed: Places
    moved: Mapping[str, Places]

    def by(self, names: Iterable[str]) -> Places:
        """Return those whom rules on events of these names may concern, in order."""
        mine = [self.moved[name] for name in names if name in self.moved]
        return np.unique(np.concatenate([self.changed, *mine])).astype(np.int64)

    @property
    def everybody(self) -> Places:
        """All of them."""
        return self.by(self.moved)


@dataclass(slots=True)
class Kept:
    """What is kept over one scope: bitmaps by `rule_key`, parts and a rule with them by
    `state_key`."""

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


def newest_mark(question: Question, since: int = -1) -> tuple[Mark, int]:
    """Return the newest mark, and how many events came after `since`, when that is known: files of
    before are left unread.  Both are told by one version of the lake, unless it never rests."""
    events = table(EVENTS)
    fresh = events.filter(events["event_key"] > since) if since >= 0 else events
    last = fresh.aggregate(until=fresh["event_key"].max().fill_null(since), fresh=fresh.count())
    for _ in range(ATTEMPTS):
        version = snapshot_version([EVENTS])
        found, count = run(last), row_count(EVENTS)
        if snapshot_version([EVENTS]) == version:
            break
    until, new = int(found["until"][0].as_py()), int(found["fresh"][0].as_py())
    return Mark(until, count, question.as_of), new


def fresh_subjects(since: int, until: int, names: set[str]) -> dict[str, Ints]:
    """Return the identifiers with new events of each of these names."""
    events = table(EVENTS)
    fresh = (events["event_key"] > since) & (events["event_key"] <= until)
    fresh &= events["event"].isin(sorted(names))
    chosen = events.filter(fresh & events[SUBJECT].notnull())
    found = run(chosen.select("event", SUBJECT).distinct())
    subjects, named = found[SUBJECT].to_numpy(), found["event"].dictionary_encode().combine_chunks()
    codes = named.indices.to_numpy()
    return {
        name: np.unique(subjects[codes == code])
        for code, name in enumerate(named.dictionary.to_pylist())
    }

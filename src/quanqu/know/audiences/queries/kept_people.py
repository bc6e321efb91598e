"""Customers and their identifiers as arrays: the index that everything kept stands on."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from quanqu.infra.lake.facade import run, table
from quanqu.know.audiences.queries.event_rows import SUBJECT
from quanqu.know.audiences.queries.question import KEY, Question, customers_in_scope

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[Any]
NOBODY: Final = -1
UNKNOWN: Final = -1
SPARSEST: Final = 16  # keys for each identifier, 64 bytes
SMALL: Final = 65_536


@dataclass(frozen=True, slots=True)
class People:
    """Customers in scope by key, identifiers by key, and whose each is (the customer's place in
    `keys`, or NOBODY's).  `order` sorts identifiers by owner; `starts` are the ends of the runs.
    `found_at` gives the place of an identifier by its key less the first; None: keys lie too far
    apart for that."""

    keys: Ints
    subjects: Ints
    owners: Places
    order: Places
    starts: Places
    found_at: Places | None

    def with_subjects(self, more: Ints) -> "People":
        """Return the same people with more identifiers, which belong to nobody yet."""
        fresh = more[self._find(more) == UNKNOWN]
        if not len(fresh):
            return self
        subjects = np.union1d(self.subjects, fresh)
        owners = np.full(len(subjects), NOBODY, np.int32)
        owners[np.searchsorted(subjects, self.subjects)] = self.owners
        return make_people(self.keys, subjects, owners)

    def places_of(self, subjects: Ints) -> Places:
        """Return where identifiers, all of which are known, stand."""
        if self.found_at is None or not len(subjects):
            return np.searchsorted(self.subjects, subjects)
        return self.found_at[subjects - self.subjects[0]]

    def _find(self, subjects: Ints) -> Places:
        """Return where identifiers stand, or UNKNOWN."""
        if not len(self.subjects):
            return np.full(len(subjects), UNKNOWN)
        if self.found_at is None:
            at = np.minimum(np.searchsorted(self.subjects, subjects), len(self.subjects) - 1)
            return np.where(self.subjects[at] == subjects, at, UNKNOWN)
        is_inside = (subjects >= self.subjects[0]) & (subjects <= self.subjects[-1])
        return np.where(
            is_inside, self.found_at[np.where(is_inside, subjects - self.subjects[0], 0)], UNKNOWN
        )

    def find_customers(self, keys: Ints) -> tuple[Places, Any]:
        """Return the places of those of the keys, which are in order, that are customers in scope,
        and for each key whether it is one."""
        at = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
        is_here = self.keys[at] == keys if len(self.keys) else np.zeros(len(keys), bool)
        return at[is_here], is_here

    def owners_of(self, places: Places) -> Places:
        """Return the distinct customers that own identifiers at these places."""
        found = np.unique(self.owners[places])
        return found[found != NOBODY]

    def runs_of(self, customers: Places) -> tuple[Places, Places, Places]:
        """Return which of the customers have identifiers, the places of these identifiers one
        customer after the other, and where each customer's begin."""
        first, last = self.starts[customers], self.starts[customers + 1]
        has = last > first
        first, sizes = first[has], (last - first)[has]
        begins = np.cumsum(sizes) - sizes
        within = np.arange(int(sizes.sum())) - np.repeat(begins, sizes)
        return np.flatnonzero(has), self.order[np.repeat(first, sizes) + within], begins


def make_people(keys: Ints, subjects: Ints, owners: Places) -> People:
    """Index identifiers by their owners."""
    order = np.argsort(owners, kind="stable").astype(np.int32)
    starts = np.searchsorted(owners[order], np.arange(len(keys) + 1))
    return People(keys, subjects, owners, order, starts, _index(subjects))


def _index(subjects: Ints) -> Places | None:
    """Return places by key less the first: looking up is a hundred times faster than searching."""
    if not len(subjects):
        return None
    spread = int(subjects[-1]) - int(subjects[0]) + 1
    if spread > SPARSEST * len(subjects) + SMALL:
        return None
    places = np.full(spread, UNKNOWN, np.int32)
    places[subjects - subjects[0]] = np.arange(len(subjects), dtype=np.int32)
    return places


def read_people(question: Question) -> People:
    """Read the customers in scope and every identifier from the lake."""
    found = run(customers_in_scope(question.scope).select(KEY))
    keys = np.sort(found[KEY].to_numpy())
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    rows = run(table("dim_identity").select(SUBJECT, KEY).order_by(SUBJECT))
    subjects, owned_by = rows[SUBJECT].to_numpy(), rows[KEY].to_numpy()
    at = np.minimum(np.searchsorted(keys, owned_by), max(len(keys) - 1, 0))
    is_here = keys[at] == owned_by if len(keys) else np.zeros(len(owned_by), bool)
    return make_people(keys, subjects, np.where(is_here, at, NOBODY).astype(np.int32))


def changed_owners(before: People, after: People) -> Places:
    """Return the customers (places in `after`) that own other identifiers than before."""
    every = np.union1d(before.subjects, after.subjects)
    old, new = _owner_keys(before, every), _owner_keys(after, every)
    moved = old != new
    keys = np.union1d(np.union1d(old[moved], new[moved]), np.setdiff1d(after.keys, before.keys))
    keys = np.intersect1d(keys, after.keys)
    return np.searchsorted(after.keys, keys)


def _owner_keys(people: People, every: Ints) -> Ints:
    keys = np.full(len(every), NOBODY, np.int64)
    owned = people.owners != NOBODY
    at = np.searchsorted(every, people.subjects[owned])
    keys[at] = people.keys[people.owners[owned]]
    return keys

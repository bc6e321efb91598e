"""Every customer and whose each identifier is, as arrays by key: brought up to date by partition.

Keys are numbers given in order, so that a key less the first one is a place in an array, and
looking up whose an event is takes one step a row instead of a join.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from quanqu.infra.lake.facade import partition_versions, run, table
from quanqu.know.audiences.queries.event_rows import SUBJECT
from quanqu.know.audiences.queries.question import KEY

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

TABLES: Final = ("dim_customer", "dim_identity")
BUCKET: Final = "bucket"
MOST_PLACES: Final = 100_000_000
"""Places an array may have, of five bytes each; beyond it the engine is asked instead."""
_SPARSEST: Final = 16
_SMALL: Final = 1 << 20
_ROOM: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Everybody:
    """By key: who is a customer, and the key of the customer that an identifier belongs to.

    `owner` has one place more than there are keys; its last place stands for nobody, and whoever
    belongs to nobody has that place as owner.
    """

    is_customer: Flags
    owner: Places
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_tidy: bool = True  # every partition holds the keys that it is named after
    is_dense: bool = True  # keys lie near enough for arrays

    @property
    def nobody(self) -> int:
        """Return the place that stands for nobody."""
        return len(self.is_customer)

    def owners_of(self, subjects: Ints) -> Places:
        """Return the places of the customers that identifiers belong to."""
        within = np.where((subjects >= 0) & (subjects < self.nobody), subjects, self.nobody)
        found: Places = self.owner[within]
        return found

    def flags(self, keys: Ints) -> Flags:
        """Return for each place whether its key is among these."""
        held = np.zeros(self.nobody, bool)
        held[keys[(keys >= 0) & (keys < self.nobody)]] = True
        return held


NOBODY_YET: Final = Everybody(np.zeros(0, bool), np.zeros(1, np.int32))
_guard: Final = threading.Lock()
_known: dict[str, Everybody] = {}


def everybody() -> Everybody | None:
    """Return everybody as the newest versions of the lake tell, None when keys lie too far apart.

    Only the partitions that changed since the last call are read.
    """
    with _guard:
        known = _known.get("", NOBODY_YET)
        versions = {name: partition_versions(name) for name in TABLES}
        if known.versions != versions:
            made = _renewed(known if known.is_tidy else NOBODY_YET, versions)
            if known.is_tidy and not made.is_tidy:
                made = _renewed(NOBODY_YET, versions)
            known = _known[""] = made
        return known if known.is_dense else None


def _renewed(before: Everybody, versions: Mapping[str, Mapping[str, str]]) -> Everybody:
    """Read what changed into copies: whoever holds the arrays of before may go on reading them."""
    changed = {name: _changed(name, before, versions) for name in TABLES}
    customers, are_own = _read("dim_customer", [KEY], changed, versions)
    subjects, owners, too = _read("dim_identity", [SUBJECT, KEY], changed, versions)
    greatest = max(int(keys.max(initial=-1)) for keys in (customers, owners, subjects))
    least = max(before.nobody, greatest + 1)
    people = len(customers) + int(np.count_nonzero(before.is_customer))
    if least > min(MOST_PLACES, _SPARSEST * people + _SMALL):
        return replace(NOBODY_YET, versions=versions, is_tidy=False, is_dense=False)
    is_customer, owner = _grown(before, -(-least // _ROOM) * _ROOM)
    nobody = len(is_customer)
    for name, array, empty in ((TABLES[0], is_customer, 0), (TABLES[1], owner, nobody)):
        for bucket in changed[name]:
            first = int(bucket) * _ROOM
            array[first : min(first + _ROOM, nobody)] = empty
    is_customer[customers] = True
    owner[subjects] = owners
    return Everybody(is_customer, owner, versions, bool(are_own.all() and too.all()))


def _grown(before: Everybody, size: int) -> tuple[Flags, Places]:
    is_customer = np.zeros(size, bool)
    is_customer[: before.nobody] = before.is_customer
    owner = np.full(size + 1, size, np.int32)
    mine = before.owner[:-1]
    owner[: before.nobody] = np.where(mine == before.nobody, size, mine)
    return is_customer, owner


def _read(
    name: str,
    columns: list[str],
    changed: Mapping[str, list[str]],
    versions: Mapping[str, Mapping[str, str]],
) -> list[Any]:
    """Return columns of the partitions that changed, the first a key, and whether each key is in
    the partition that is named after it."""
    wanted = [one for one in changed[name] if one in versions[name]]
    if not wanted:
        return [*(np.empty(0, np.int64) for _ in columns), np.empty(0, bool)]
    rows = table(name)
    if len(wanted) < len(versions[name]):
        rows = rows.filter(rows[BUCKET].isin(wanted))
    is_own = (rows[columns[0]] // _ROOM).cast("int64").cast("string") == rows[BUCKET]
    found = run(rows.select(*columns, is_own=is_own))
    return [found[column].to_numpy() for column in (*columns, "is_own")]


def _changed(name: str, before: Everybody, versions: Mapping[str, Mapping[str, str]]) -> list[str]:
    old, new = before.versions.get(name, {}), versions[name]
    return sorted(one for one in {*old, *new} if old.get(one) != new.get(one))

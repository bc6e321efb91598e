"""The members of many audiences over one scope, kept and brought up to date together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from quanqu.infra.auth.contracts import Scope
from quanqu.know.audiences.contracts import Node
from quanqu.know.audiences.queries.compile import compile_audience
from quanqu.know.audiences.queries.kept import Advance, advance, keep
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.queries.resolving import resolve, with_memberships
from quanqu.know.audiences.rules.reading import leaves, parse, rule_key
from quanqu.know.audiences.rules.truth import members_of

_Bits = tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[Any]]]
Keys = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Members:
    """The members of an audience as bits, packed, over customers by key; `keys` is shared."""

    keys: Keys
    bits: npt.NDArray[np.uint8]
    count: int

    def all_keys(self) -> Keys:
        """Return the keys of the members, in order."""
        return self.keys[np.unpackbits(self.bits, count=len(self.keys)).astype(bool)]

    def since(self, before: "Members") -> tuple[Keys, Keys]:
        """Return the keys of those who came since and of those who left, in order."""
        if before.keys is not self.keys and not np.array_equal(before.keys, self.keys):
            return self.since_keys(before.all_keys())
        return _chosen(self.keys, self.bits & ~before.bits), _chosen(
            self.keys, before.bits & ~self.bits
        )

    def since_keys(self, before: Keys) -> tuple[Keys, Keys]:
        """Return the same for members of before that are given by their keys, in order."""
        new = self.all_keys()
        return np.setdiff1d(new, before, True), np.setdiff1d(before, new, True)


def _chosen(keys: Keys, bits: npt.NDArray[np.uint8]) -> Keys:
    bytes_ = np.flatnonzero(bits)  # few bits are set: only their bytes are unpacked
    within = np.unpackbits(bits[bytes_]).reshape(-1, 8).astype(bool)
    return keys[(bytes_[:, None] * 8 + np.arange(8))[within]]


class KeptMembers:
    """Audiences by their place in the list they were given in; for one thread at a time.

    After a refresh that fails half-way it must be thrown away.
    """

    def __init__(self, matches: Sequence[Node], scope: Scope, as_of: date) -> None:
        self._matches = list(matches)
        self._scope = scope
        self._kept = keep(self._question(as_of), self._rules())
        self._before = self._now()

    def refresh(self, *, as_of: date, matches: Sequence[Node] | None = None) -> Advance:
        """Take in what is new in the lake, another day, and other audiences if they are given."""
        if matches is not None:
            self._matches = list(matches)
        self._before = self._now()
        return advance(self._kept, self._question(as_of), self._rules())

    def members(self, at: int) -> Keys:
        """Return the keys of the members of one audience, in order."""
        return self.held(at).all_keys()

    def held(self, at: int) -> Members:
        """Return the members of one audience as they are held."""
        held = np.asarray(members_of(self._matches[at], self._kept.held))
        return Members(self._kept.people.keys, np.packbits(held), int(np.count_nonzero(held)))

    def turned(self, at: int, customers: Keys) -> list[list[str]]:
        """Return for each customer the JSON paths of the audience's rules that hold now and did not
        before the last refresh, or the other way about."""
        found: list[list[str]] = [[] for _ in customers]
        before, now = self._before, self._now()
        for path, rule in leaves(self._matches[at]):
            name = rule_key(rule)
            if name not in before[1]:
                continue
            flips = _bits_at(before, name, customers) != _bits_at(now, name, customers)
            for place in np.flatnonzero(flips):
                found[place].append(path)
        return found

    def _now(self) -> _Bits:
        return self._kept.people.keys, dict(self._kept.bits)

    def _rules(self) -> list[Any]:
        return [rule for match in self._matches for _, rule in leaves(match)]

    def _question(self, as_of: date) -> Question:
        question = Question(as_of, self._scope)
        held: dict[Any, Any] = {}
        for match in self._matches:
            held |= with_memberships(match, question).memberships
        return Question(as_of, self._scope, held)


def _bits_at(bits: _Bits, name: str, customers: Keys) -> npt.NDArray[Any]:
    """Return whether a rule holds for customers given by key; for nobody who is not there."""
    keys, held = bits
    if not len(keys):
        return np.zeros(len(customers), bool)
    places = np.minimum(np.searchsorted(keys, customers), len(keys) - 1)
    return np.where(keys[places] == customers, held[name][places], False)


def keep_members(
    *, definitions: Sequence[Mapping[str, Any]], scope: Scope, as_of: date
) -> KeptMembers:
    """Work out the members of many definitions over a scope, every rule once, and keep them.

    Raises: DefinitionError.
    """
    matches = [resolve(parse(one).match, scope) for one in definitions]
    return KeptMembers(matches, scope, as_of)


def compile_members(*, definition: Mapping[str, Any], scope: Scope, as_of: date) -> ir.Table:
    """Return the keys of the members of one definition as an expression: one column.

    Raises: DefinitionError.
    """
    match = resolve(parse(definition).match, scope)
    return compile_audience(match, with_memberships(match, Question(as_of, scope)))

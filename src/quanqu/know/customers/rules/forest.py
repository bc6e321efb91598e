"""Union-find that refuses: limits of values per type, and pairs held apart."""

from collections.abc import Iterable, Mapping
from typing import Any

Pair = tuple[int, int]


class Forest:
    """Disjoint sets of keys under their smallest (union-find with path halving; Tarjan 1975).

    A link is refused when a set would have more values of a type and namespace than the limit and
    than either side had, or when it would unite a pair held apart.
    """

    def __init__(
        self, nodes: Mapping[int, Any], limits: Mapping[str, int], apart: Iterable[Pair]
    ) -> None:
        self._parent = {key: key for key in nodes}
        self._limits = limits
        self._counts: dict[int, dict[tuple[str, str], int]] = {}
        self._sizes: dict[int, int] = {}
        self._foes: dict[int, set[int]] = {}
        if limits:
            for key, node in nodes.items():
                if node.type in limits and node.is_strong:
                    self._counts[key] = {(node.type, node.namespace): 1}
        for left, right in apart:
            if left in self._parent and right in self._parent:
                self._foes.setdefault(left, set()).add(right)
                self._foes.setdefault(right, set()).add(left)

    def root(self, key: int) -> int:
        """Return the smallest key of the set."""
        parent = self._parent
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def roots(self) -> dict[int, int]:
        """Return the smallest key of the set of every key."""
        return {key: self.root(key) for key in self._parent}

    def size(self, key: int) -> int:
        """Return how many keys the set has."""
        return self._sizes.get(self.root(key), 1)

    def is_apart(self, one: int, other: int) -> bool:
        """Tell whether two sets hold a pair held apart."""
        return self._are_foes(self.root(one), self.root(other))

    def link(self, one: int, other: int, *, is_firm: bool) -> tuple[str, str] | None:
        """Unite two sets, or return why not: ("apart", "") or ("limit", type).

        A firm link, a person's word, heeds no limit.
        """
        a, b = sorted((self.root(one), self.root(other)))
        if a == b:
            return None
        if self._are_foes(a, b):
            return "apart", ""
        if not is_firm and (type_ := self._over(a, b)) is not None:
            return "limit", type_
        self._unite(a, b)
        return None

    def _are_foes(self, a: int, b: int) -> bool:
        foes = self._foes.get(a)
        if not foes or b not in self._foes or a == b:
            return False
        return any(self.root(foe) == b for foe in foes)

    def _over(self, a: int, b: int) -> str | None:
        one, other = self._counts.get(a), self._counts.get(b)
        if not one or not other:
            return None
        return min(
            (
                type_
                for (type_, namespace), count in one.items()
                if (more := other.get((type_, namespace))) and count + more > self._limits[type_]
            ),
            default=None,
        )

    def _unite(self, a: int, b: int) -> None:
        self._parent[b] = a
        self._sizes[a] = self._sizes.get(a, 1) + self._sizes.pop(b, 1)
        if counts := self._counts.pop(b, None):
            mine = self._counts.setdefault(a, {})
            for what, count in counts.items():
                mine[what] = mine.get(what, 0) + count
        if foes := self._foes.pop(b, None):
            self._foes.setdefault(a, set()).update(foes)

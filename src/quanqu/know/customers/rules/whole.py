"""One ID over everything at once, in columns; what is contested is left to `components.settle`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.know.customers.contracts.ruleset import RuleSet
from quanqu.know.customers.rules.claims import Flags, Ints
from quanqu.know.customers.rules.components import (
    BY_HAND,
    BY_MODEL,
    TOGETHER,
    Edge,
    Node,
    Refusal,
    settle,
)
from quanqu.know.customers.rules.standing import limits_of

NONE: Final = -1
_UNCAPPED: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class WholeGraph:
    """Everything stored, in columns.

    Shapes: per identifier, by ascending key: `key`, `type` and `namespace` (codes into `types` and
    `namespaces`), `tie` (first 8 bytes of its hash, big-endian), `is_blocked`; per pair of
    identifiers and way of knowing: `left`, `right` (positions of identifiers), `observed_us`, `by`
    and `confidence`; `apart` (n, 2) positions of pairs held apart.
    """

    types: Sequence[str]
    namespaces: Sequence[str]
    key: Ints
    type: Ints
    namespace: Ints
    tie: npt.NDArray[np.uint64]
    is_blocked: Flags
    left: Ints
    right: Ints
    observed_us: Ints
    by: Ints
    confidence: npt.NDArray[np.float64]
    apart: Ints


@dataclass(frozen=True, slots=True)
class WholeOutcome:
    """Per identifier the position of the first of its customer, the position of what it follows
    (−1: nothing) and whether it is shared; the refused links by position; and the positions of the
    first of the customers that new evidence must be weighed with whole."""

    root: Ints
    anchor: Ints
    is_shared: Flags
    refused: list[Refusal]
    contested: set[int]


def settle_whole(graph: WholeGraph, rules: RuleSet) -> WholeOutcome:
    """Decide all components from all evidence: the answer of `components.settle`, in columns."""
    look = _Look(graph, rules)
    anchor = look.anchors()
    placed, wide = look.wide()
    anchor[wide] = NONE
    follows = np.flatnonzero(anchor >= 0)
    calm = look.joins & ~wide[graph.left]
    root = connected(
        len(graph.key),
        np.concatenate([graph.left[calm], follows]),
        np.concatenate([graph.right[calm], anchor[follows]]),
    )
    weighed = wide | look.over_limit(root)
    refused, contested = _weigh(look, weighed, placed, root, anchor)
    return WholeOutcome(root, anchor, look.is_shared, refused, contested)


def connected(count: int, left: Ints, right: Ints) -> Ints:
    """Return for each of `count` positions the smallest it is linked to (hooking and pointer
    jumping; Shiloach and Vishkin 1982)."""
    label = np.arange(count, dtype=np.int64)
    while len(left):
        one, other = label[left], label[right]
        differ = one != other
        left, right, one, other = left[differ], right[differ], one[differ], other[differ]
        if not len(left):
            break
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped
    return label


class _Look:
    """What the evidence amounts to under the rules."""

    def __init__(self, graph: WholeGraph, rules: RuleSet) -> None:
        self.graph, self.rules = graph, rules
        told = [rules.types[name] for name in graph.types]
        links = np.array([rule.links for rule in told], dtype=bool)
        caps = [_UNCAPPED if rule.shared_above is None else rule.shared_above for rule in told]
        self.rank = np.array([rule.priority for rule in told], dtype=np.int64)[graph.type]
        self.is_strong = links[graph.type]
        strong_left, strong_right = self.is_strong[graph.left], self.is_strong[graph.right]
        together = graph.by == TOGETHER
        count = len(graph.key)
        beside = np.bincount(graph.left[together & strong_right], minlength=count)
        beside += np.bincount(graph.right[together & strong_left], minlength=count)
        self.is_shared = (beside > np.array(caps, dtype=np.int64)[graph.type]) & ~graph.is_blocked
        self.is_barred = self.is_shared | graph.is_blocked
        free = ~self.is_barred[graph.left] & ~self.is_barred[graph.right]
        self.both_strong = strong_left & strong_right
        self.live = together & free
        self.joins = (graph.by == BY_HAND) | (
            free & ((graph.by == BY_MODEL) | (together & self.both_strong))
        )

    def anchors(self) -> Ints:
        """Return for each that does not link the best it may follow."""
        graph = self.graph
        at = np.flatnonzero(self.live & ~self.both_strong)
        left, right = graph.left[at], graph.right[at]
        above, below = np.where(self._is_above(left, right), (left, right), (right, left))
        order = np.lexsort((graph.tie[above], graph.observed_us[at], ~self.is_strong[above], below))
        below, above = below[order], above[order]
        first = np.flatnonzero(np.diff(below, prepend=-1))
        anchor = np.full(len(graph.key), NONE, dtype=np.int64)
        anchor[below[first]] = above[first]
        return anchor

    def _is_above(self, one: Ints, other: Ints) -> Flags:
        tie = self.graph.tie
        weak_one, weak_other = ~self.is_strong[one], ~self.is_strong[other]
        rank_one, rank_other = self.rank[one], self.rank[other]
        by_rank = (rank_one < rank_other) | ((rank_one == rank_other) & (tie[one] < tie[other]))
        return (weak_one < weak_other) | ((weak_one == weak_other) & by_rank)

    def wide(self) -> tuple[Ints, Flags]:
        """Return who was placed by a person's or a model's word though it does not link (with the
        other end), and everything that evidence of any kind leads to from there and from pairs
        held apart."""
        graph = self.graph
        odd = self.joins & (graph.by != TOGETHER) & ~self.both_strong
        placed = np.unique(np.concatenate([graph.left[odd], graph.right[odd]]))
        special = np.unique(np.concatenate([placed, graph.apart.ravel()]))
        found = np.zeros(len(graph.key), dtype=bool)
        if len(special):
            at = self.live | self.joins
            label = connected(len(graph.key), graph.left[at], graph.right[at])
            found = np.isin(label, label[special])
        return placed, found

    def over_limit(self, root: Ints) -> Flags:
        """Return the members of components with more values of a type than its limit."""
        graph = self.graph
        limits = limits_of(self.rules)
        most = np.array(
            [limits[name].most if name in limits else _UNCAPPED for name in graph.types],
            dtype=np.int64,
        )
        at = np.flatnonzero(most[graph.type] < _UNCAPPED)
        what = graph.type[at] * max(len(graph.namespaces), 1) + graph.namespace[at]
        order = np.lexsort((what, root[at]))
        ordered_root, ordered_what = root[at][order], what[order]
        starts = np.flatnonzero(
            (np.diff(ordered_root, prepend=-1) != 0) | (np.diff(ordered_what, prepend=-1) != 0)
        )
        sizes = np.diff(np.append(starts, len(order)))
        beyond = sizes > most[graph.type[at][order][starts]]
        return np.isin(root, ordered_root[starts[beyond]])


def _weigh(
    look: _Look, weighed: Flags, placed: Ints, root: Ints, anchor: Ints
) -> tuple[list[Refusal], set[int]]:
    """Settle what is contested one by one, into `root` and `anchor`."""
    graph = look.graph
    if not weighed.any():
        return [], set()
    nodes = {
        at: Node(
            int(look.rank[at]),
            bool(look.is_strong[at]),
            int(graph.tie[at]).to_bytes(8, "big"),
            graph.types[graph.type[at]],
            graph.namespaces[graph.namespace[at]],
            bool(look.is_barred[at]),
        )
        for at in np.flatnonzero(weighed).tolist()
    }
    inside = np.flatnonzero(weighed[graph.left] & weighed[graph.right])
    edges = [
        Edge(*row)
        for row in zip(
            graph.left[inside].tolist(),
            graph.right[inside].tolist(),
            graph.observed_us[inside].tolist(),
            graph.by[inside].tolist(),
            graph.confidence[inside].tolist(),
            strict=True,
        )
    ]
    pairs = [(int(one), int(other)) for one, other in graph.apart]
    told = settle(nodes, edges, limits=limits_of(look.rules), apart=pairs)
    at = np.fromiter(told.component, dtype=np.int64, count=len(nodes))
    root[at] = np.fromiter(told.component.values(), dtype=np.int64, count=len(nodes))
    anchor[at] = NONE
    for below, above in told.anchors.items():
        anchor[below] = above
    sore = {end for one in told.refused for end in (one.demoted, one.other)}
    sore |= {end for pair in pairs for end in pair} | set(placed.tolist())
    return told.refused, {told.component[end] for end in sore if end in told.component}

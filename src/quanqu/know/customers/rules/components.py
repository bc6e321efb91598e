"""One ID: which identifiers are one customer's, decided from the evidence alone.

Two strong identifiers seen together are one customer's.  A weak identifier (a device, a cookie)
belongs to one customer and never joins two: of all it was seen with, it follows the strong one
seen first.  The answer depends on the set of evidence, not on the order of its arrival.
Source: docs/rules/identity.md.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Node(NamedTuple):
    """An identifier: rank of its type, whether that is strong, and its hash to break ties."""

    rank: int
    is_strong: bool
    tie: bytes


class Edge(NamedTuple):
    """Evidence: two identifier keys, when they were first seen together (µs since 1970), and
    whether a person said so (such evidence joins whatever the types are)."""

    left: int
    right: int
    observed_us: int
    is_by_hand: bool = False


def components(nodes: Mapping[int, Node], edges: Iterable[Edge]) -> dict[int, int]:
    """Return for every identifier key the smallest key of its component, from all evidence."""
    known = list(edges)
    firm = [(edge.left, edge.right) for edge in known if joins(nodes, edge)]
    return join(nodes, [*firm, *anchors(nodes, known).items()])


def joins(nodes: Mapping[int, Node], edge: Edge) -> bool:
    """Tell whether the evidence makes its two identifiers one customer's by itself."""
    return edge.is_by_hand or (nodes[edge.left].is_strong and nodes[edge.right].is_strong)


def anchors(nodes: Mapping[int, Node], edges: Iterable[Edge]) -> dict[int, int]:
    """Return for each weak identifier the one it follows: strong before weak, then seen together
    earliest, then smallest hash. Those that follow nothing are left out."""
    best: dict[int, tuple[tuple[bool, int, bytes], int]] = {}
    for edge in edges:
        left, right = nodes[edge.left], nodes[edge.right]
        if edge.is_by_hand or (left.is_strong and right.is_strong):
            continue
        is_left_above = (left.rank, left.tie) < (right.rank, right.tie)
        above, below = (edge.left, edge.right) if is_left_above else (edge.right, edge.left)
        merit = (not nodes[above].is_strong, edge.observed_us, nodes[above].tie)
        if below not in best or merit < best[below][0]:
            best[below] = (merit, above)
    return {below: above for below, (_, above) in best.items()}


def join(keys: Iterable[int], links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for every key the smallest key it is linked to, itself included (union-find with
    path halving; Tarjan 1975)."""
    parent = {key: key for key in keys}
    for left, right in links:
        a, b = _root(parent, left), _root(parent, right)
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    return {key: _root(parent, key) for key in parent}


def _root(parent: dict[int, int], key: int) -> int:
    while parent[key] != key:
        parent[key] = parent[parent[key]]
        key = parent[key]
    return key

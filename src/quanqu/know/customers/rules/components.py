"""One ID: which identifiers are one customer's, decided from the evidence alone.

Two linking identifiers seen together are one customer's, unless that breaches a limit or a verdict
"not the same".  One that does not link (a device, a cookie) belongs to one customer and never
joins two.  A barred one (blocked, or shared by many) joins nobody but by a person's word.
The answer depends on the set of evidence, not on the order of its arrival.
Source: docs/rules/identity.md; Kruskal 1956 for the canonical greedy order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from quanqu.know.customers.rules.forest import Forest

TOGETHER: Final = 1
BY_HAND: Final = 0
BY_MODEL: Final = 2
LIMIT: Final = "limit"
APART: Final = "apart"

Pair = tuple[int, int]


class Node(NamedTuple):
    """An identifier: rank of its type, whether that links, its hash to break ties, its type and
    namespace for limits, and whether it joins nobody."""

    rank: int
    is_strong: bool
    tie: bytes
    type: str = ""
    namespace: str = ""
    is_barred: bool = False


class Edge(NamedTuple):
    """Evidence: two identifier keys, when they were first seen together (µs since 1970), who says
    so (a person, a record, a model) and how sure that is (0–1)."""

    left: int
    right: int
    observed_us: int
    by: int = TOGETHER
    confidence: float = 1.0


class Limit(NamedTuple):
    """The most values of a type a customer may have, ever (None) or within a window (µs)."""

    most: int
    window_us: int | None = None


class Refusal(NamedTuple):
    """A link not made: the demoted identifier, the other one, why, and the type whose limit it is
    (for a verdict: the demoted one's type)."""

    demoted: int
    other: int
    reason: str
    type: str


class Option(NamedTuple):
    """One that another may follow, and how well: (does not link, µs, hash), smallest first."""

    merit: tuple[bool, int, bytes]
    above: int


@dataclass(slots=True)
class Outcome:
    """Whose each identifier is (the smallest key of its component), what each that does not link
    follows, and the links refused."""

    component: dict[int, int]
    anchors: dict[int, int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def settle(
    nodes: Mapping[int, Node],
    edges: Iterable[Edge],
    *,
    limits: Mapping[str, Limit] | None = None,
    apart: Iterable[Pair] = (),
) -> Outcome:
    """Decide the components of all `nodes`, from all evidence between them.

    Edges to a key outside `nodes` count for nothing.
    """
    known = [edge for edge in edges if edge.left in nodes and edge.right in nodes]
    limits = limits or {}
    lasting = {name: limit.most for name, limit in limits.items() if limit.window_us is None}
    forest = Forest(nodes, lasting, apart)
    outcome = Outcome({})
    for edge in sorted((one for one in known if joins(nodes, one)), key=_order(nodes)):
        reason = forest.link(edge.left, edge.right, is_firm=edge.by == BY_HAND)
        if reason is not None:
            outcome.refused.append(_refusal(nodes, edge, reason))
    _follow(nodes, known, forest, limits, outcome)
    outcome.component = forest.roots()
    return outcome


def joins(nodes: Mapping[int, Node], edge: Edge) -> bool:
    """Tell whether the evidence may make its two identifiers one customer's by itself."""
    if edge.by == BY_HAND:
        return True
    left, right = nodes[edge.left], nodes[edge.right]
    if left.is_barred or right.is_barred:
        return False
    return edge.by == BY_MODEL or (left.is_strong and right.is_strong)


def candidates(nodes: Mapping[int, Node], edges: Iterable[Edge]) -> dict[int, list[Option]]:
    """Return for each identifier that does not link whom it may follow, best first: a linking one
    before one that is not, then seen together earliest, then smallest hash.  Of two that do not
    link, the weaker follows."""
    found: dict[int, list[Option]] = {}
    for edge in edges:
        left, right = nodes[edge.left], nodes[edge.right]
        if edge.by != TOGETHER or left.is_barred or right.is_barred:
            continue
        if left.is_strong and right.is_strong:
            continue
        above, below = (
            (edge.left, edge.right) if _is_above(left, right) else (edge.right, edge.left)
        )
        merit = (not nodes[above].is_strong, edge.observed_us, nodes[above].tie)
        found.setdefault(below, []).append(Option(merit, above))
    for options in found.values():
        options.sort()
    return found


def anchors(nodes: Mapping[int, Node], edges: Iterable[Edge]) -> dict[int, int]:
    """Return for each identifier that does not link the one it would follow, if nothing else held
    it; those that follow nothing are left out."""
    return {below: options[0].above for below, options in candidates(nodes, edges).items()}


def join(keys: Iterable[int], links: Iterable[Pair]) -> dict[int, int]:
    """Return for every key the smallest key it is linked to, itself included."""
    forest = Forest(dict.fromkeys(keys), {}, ())
    for left, right in links:
        forest.link(left, right, is_firm=True)
    return forest.roots()


def _is_above(one: Node, other: Node) -> bool:
    return (not one.is_strong, one.rank, one.tie) < (not other.is_strong, other.rank, other.tie)


class _order:  # noqa: N801 - a key function with a place to keep the nodes
    """The canonical order of evidence: a person's word, then what was seen together by the weaker
    side's rank, then models by confidence; then time, then hashes."""

    def __init__(self, nodes: Mapping[int, Node]) -> None:
        self.nodes = nodes

    def __call__(self, edge: Edge) -> tuple[int, int, int, float, int, bytes, bytes]:
        one, other = sorted(
            (self.nodes[edge.left], self.nodes[edge.right]), key=lambda node: (node.rank, node.tie)
        )
        worst, best = (0, 0) if edge.by == BY_HAND else (other.rank, one.rank)
        return (edge.by, worst, best, -edge.confidence, edge.observed_us, one.tie, other.tie)


def _refusal(nodes: Mapping[int, Node], edge: Edge, reason: tuple[str, str]) -> Refusal:
    left, right = nodes[edge.left], nodes[edge.right]
    demoted, other = (
        (edge.right, edge.left)
        if (left.rank, left.tie) < (right.rank, right.tie)
        else (edge.left, edge.right)
    )
    return Refusal(demoted, other, reason[0], reason[1] or nodes[demoted].type)


def _follow(
    nodes: Mapping[int, Node],
    edges: list[Edge],
    forest: Forest,
    limits: Mapping[str, Limit],
    outcome: Outcome,
) -> None:
    """Let what does not link follow its best candidate, as far as verdicts and limits allow.

    What a person or a model placed with a linking identifier stays there; what they placed
    together follows as one.  First who follows whom is decided, then, per customer and type in
    the order of time, who is one too many.
    """
    strong = {forest.root(key) for key, node in nodes.items() if node.is_strong}
    best: dict[int, tuple[Option, bytes, int]] = {}
    for below, options in candidates(nodes, edges).items():
        own = forest.root(below)
        if own in strong:
            continue
        option = _allowed(nodes, below, options, forest, outcome)
        if option is not None:
            choice = (option, nodes[below].tie, below)
            best[own] = min(best.get(own, choice), choice)
    chosen = {below: option for option, _, below in best.values()}
    for below in _too_many(nodes, chosen, forest, limits):
        outcome.refused.append(Refusal(below, chosen.pop(below).above, LIMIT, nodes[below].type))
    _attach(nodes, chosen, forest, outcome)


def _allowed(
    nodes: Mapping[int, Node], below: int, options: list[Option], forest: Forest, outcome: Outcome
) -> Option | None:
    for option in options:
        if forest.root(option.above) == forest.root(below):
            continue
        if not forest.is_apart(below, option.above):
            return option
        outcome.refused.append(Refusal(below, option.above, APART, nodes[below].type))
    return None


def _attach(
    nodes: Mapping[int, Node], chosen: dict[int, Option], forest: Forest, outcome: Outcome
) -> None:
    """Join followers in the order of their strength, so that a chain is checked from its top."""
    for below in sorted(chosen, key=lambda key: (nodes[key].rank, nodes[key].tie)):
        above = chosen[below].above
        if forest.is_apart(below, above):  # only now seen: through another that it follows
            outcome.refused.append(Refusal(below, above, APART, nodes[below].type))
            continue
        forest.link(below, above, is_firm=True)
        outcome.anchors[below] = above


def _too_many(
    nodes: Mapping[int, Node],
    chosen: Mapping[int, Option],
    forest: Forest,
    limits: Mapping[str, Limit],
) -> list[int]:
    """Return those that would follow a customer beyond the limit of their type."""
    groups: dict[tuple[int, str, str], list[tuple[int, bytes, int]]] = {}
    for below, option in chosen.items():
        node = nodes[below]
        if node.type in limits:
            top = forest.root(_top(below, chosen))
            place = (option.merit[1], node.tie, below)
            groups.setdefault((top, node.type, node.namespace), []).append(place)
    return [
        below
        for (_, type_, _), members in groups.items()
        for below in _beyond(limits[type_], sorted(members))
    ]


def _beyond(limit: Limit, members: list[tuple[int, bytes, int]]) -> Iterator[int]:
    taken: list[int] = []
    for at, _, below in members:
        if limit.window_us is not None:
            taken = [one for one in taken if one > at - limit.window_us]
        if len(taken) >= limit.most:
            yield below
        else:
            taken.append(at)


def _top(key: int, chosen: Mapping[int, Option]) -> int:
    while key in chosen:
        key = chosen[key].above
    return key

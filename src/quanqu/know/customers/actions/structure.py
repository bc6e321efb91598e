"""Decide which components a set of new or withdrawn evidence changes, loading only those."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from quanqu.know.customers.actions.graph import Graph, linking_neighbours
from quanqu.know.customers.actions.region import decide_region
from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.rules.claims import Ints
from quanqu.know.customers.rules.components import (
    TOGETHER,
    Edge,
    Node,
    Outcome,
    Refusal,
    anchors,
    join,
    joins,
)
from quanqu.know.customers.rules.standing import limits_of, shared
from quanqu.know.customers.rules.whole import WholeOutcome

SHARED = "shared"


@dataclass(slots=True)
class Plan:
    """What becomes of customers: `merges` moves all identifiers of a customer into another,
    `moves` single identifiers, `anchored` changes what a weak identifier follows, `fresh` says
    the customer of each new identifier, `fresh_anchors` what it follows, `barred` who joins
    nobody any more (None: again), `contested` of which customers links are refused, and `refused`
    those links for all `weighed` identifiers."""

    fresh: dict[int, int] = field(default_factory=dict)
    fresh_anchors: dict[int, int] = field(default_factory=dict)
    merges: dict[int, int] = field(default_factory=dict)
    moves: dict[int, tuple[int, int]] = field(default_factory=dict)
    anchored: dict[int, int | None] = field(default_factory=dict)
    grown: set[int] = field(default_factory=set)
    barred: dict[int, str | None] = field(default_factory=dict)
    contested: dict[int, bool] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    weighed: set[int] = field(default_factory=set)

    def add_settled(self, key: Ints, told: WholeOutcome) -> None:
        """Take up what was decided in columns of new identifiers, except whose each one is."""
        self.barred |= dict.fromkeys(key[told.is_shared].tolist(), SHARED)
        refused = [
            one._replace(demoted=int(key[one.demoted]), other=int(key[one.other]))
            for one in told.refused
        ]
        self.refused += refused
        self.weighed |= {end for one in refused for end in (one.demoted, one.other)}
        self.contested |= {int(key[at]): True for at in told.contested}


def make_plan(
    *, rules: RuleSet, fresh: dict[int, Node], edges: list[Edge], loosened: Iterable[int] = ()
) -> Plan:
    """Plan the effect of new `edges` among `fresh` and stored identifiers.

    `loosened` are stored identifiers that lost or changed evidence or verdicts: their customers
    are taken apart and put together again.  Customers of which nothing is refused are joined by
    what is new alone; the others are weighed with all their evidence.
    Locks: the caller holds the identity lock.
    """
    ends = {key for edge in edges for key in (edge.left, edge.right)} - fresh.keys()
    graph = Graph(rules, fresh)
    graph.load(ends | set(loosened))
    plan = Plan()
    reopened = set(loosened) | _bar(plan, graph, edges, set(loosened))
    weak = [key for key in graph.stored if not graph.nodes[key].is_strong]
    known = graph.edges_of(weak)
    graph.load({key for edge in known for key in (edge.left, edge.right)})
    followed = anchors(graph.nodes, [*edges, *known])
    anchored = {
        key: followed.get(key)
        for key in weak
        if key not in reopened and followed.get(key) != graph.anchor[key]
    }
    opened = {graph.customer[key] for key in anchored}
    links = [(edge.left, edge.right) for edge in edges if joins(graph.nodes, edge)]
    links += [(key, followed[key]) for key in fresh if key in followed]
    links += graph.open(opened, anchored)
    graph.load({key for link in links for key in link})
    root, piece = _joined(graph, opened, links)
    complex_ = _complex(graph, root, piece, reopened, edges)
    region = decide_region(
        graph,
        edges,
        members={key for key in graph.nodes if root[piece[key]] in complex_},
        groups=(root, piece),
        freed={key for key, why in plan.barred.items() if why is None},
    )
    _plain(plan, graph, root, piece, opened, region.component)
    plan.anchored |= {key: to for key, to in anchored.items() if key not in region.component}
    plan.fresh_anchors |= {
        key: followed[key] for key in fresh if key in followed and key not in region.component
    }
    _weighed(plan, graph, region)
    plan.grown = set(plan.fresh.values()) - fresh.keys()
    return plan


def _bar(plan: Plan, graph: Graph, edges: list[Edge], loosened: set[int]) -> set[int]:
    """Find who is shared by too many now, or no longer; return the stored ones among them."""
    freed = {key for key in loosened if graph.barred.get(key) == SHARED}
    for key in freed:
        graph.unbar(key)
    asked = [key for key in graph.stored if not graph.nodes[key].is_barred]
    known = linking_neighbours(graph.rules, asked, graph.nodes)
    found = {
        key
        for key in shared(graph.rules, graph.nodes, edges, known)
        if not graph.nodes[key].is_barred
    }
    for key in found:
        graph.nodes[key] = graph.nodes[key]._replace(is_barred=True)
    plan.barred = dict.fromkeys(found - freed, SHARED) | dict.fromkeys(freed - found, None)
    return {key for key in plan.barred if key in graph.stored}


def _joined(
    graph: Graph, opened: set[int], links: list[tuple[int, int]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Join what the links say; a customer that is not opened counts as one piece."""
    piece = {key: key for key in graph.fresh} | {
        key: key if customer in opened else customer for key, customer in graph.customer.items()
    }
    pieces = [(piece[left], piece[right]) for left, right in links]
    return join(piece.values(), pieces), piece


def _complex(
    graph: Graph,
    root: dict[int, int],
    piece: dict[int, int],
    reopened: set[int],
    edges: list[Edge],
) -> set[int]:
    """Return the groups that must be weighed with all their evidence."""
    found = {root[piece[key]] for key in reopened}
    found |= {root[piece[key]] for key in graph.customer if graph.is_contested(key)}
    found |= {
        root[piece[key]] for edge in edges if edge.by != TOGETHER for key in (edge.left, edge.right)
    }
    limits = limits_of(graph.rules)
    counts: dict[tuple[int, str, str], int] = {}
    groups: dict[int, set[int]] = {}
    for own in piece.values():
        groups.setdefault(root[own], set()).add(own)
    changed = {group for group, pieces in groups.items() if len(pieces) > 1} - found
    for key in graph.fresh:
        group, node = root[piece[key]], graph.nodes[key]
        if group in changed and node.type in limits:
            what = (group, node.type, node.namespace)
            counts[what] = counts.get(what, 0) + 1
    customers = {graph.customer[key]: root[piece[key]] for key in graph.customer}
    owners = {customer: group for customer, group in customers.items() if group in changed}
    for customer, type_, namespace, count in graph.counts(list(owners), list(limits)):
        what = (owners[customer], type_, namespace)
        counts[what] = counts.get(what, 0) + count
    return found | {group for (group, type_, _), n in counts.items() if n > limits[type_].most}


def _plain(
    plan: Plan,
    graph: Graph,
    root: dict[int, int],
    piece: dict[int, int],
    opened: set[int],
    weighed: dict[int, int],
) -> None:
    """Plan the groups nothing is refused in."""
    for key in graph.fresh:
        if key not in weighed:
            plan.fresh[key] = root[key]
    for key, customer in graph.customer.items():
        if key in weighed or key not in piece:
            continue
        kept = root[piece[key]]
        if customer in opened:
            if kept != customer:
                plan.moves[key] = (customer, kept)
        elif kept != customer:
            plan.merges[customer] = kept


def _weighed(plan: Plan, graph: Graph, region: Outcome) -> None:
    """Plan what was weighed with all its evidence."""
    for key, kept in region.component.items():
        if key in graph.fresh:
            plan.fresh[key] = kept
            if key in region.anchors:
                plan.fresh_anchors[key] = region.anchors[key]
            continue
        if graph.customer[key] != kept:
            plan.moves[key] = (graph.customer[key], kept)
        if region.anchors.get(key) != graph.anchor[key]:
            plan.anchored[key] = region.anchors.get(key)
    plan.refused = region.refused
    plan.weighed = set(region.component)
    roots = set(region.component.values())
    sore = graph.sore(region)
    plan.contested = {key: key in sore for key in roots}

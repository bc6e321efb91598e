"""Decide which components a set of new or withdrawn evidence changes, loading only those."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from quanqu.know.customers.contracts import KINDS
from quanqu.know.customers.rules.components import Edge, Node, anchors, join, joins

HAND = "hand"
_ACTIVE = (
    "NOT EXISTS (SELECT FROM customers_evidence w WHERE w.left_key = e.left_key "
    "AND w.right_key = e.right_key AND w.withdrawn_at IS NOT NULL)"
)
_EDGE = (
    "SELECT e.left_key, e.right_key, (extract(epoch FROM min(e.observed_at)) * 1000000)::bigint, "  # noqa: S608 - fragments of our own code
    f"e.rule = '{HAND}' AS by_hand FROM customers_evidence e WHERE {{}} AND {_ACTIVE} "
    "GROUP BY e.left_key, e.right_key, by_hand"
)


@dataclass(slots=True)
class Plan:
    """What becomes of customers: `merges` moves all identifiers of a customer into another,
    `moves` single identifiers, `anchored` changes what a weak identifier follows, `fresh` says
    the customer of each new identifier, `fresh_anchors` what it follows."""

    fresh: dict[int, int] = field(default_factory=dict)
    fresh_anchors: dict[int, int] = field(default_factory=dict)
    merges: dict[int, int] = field(default_factory=dict)
    moves: dict[int, tuple[int, int]] = field(default_factory=dict)
    anchored: dict[int, int | None] = field(default_factory=dict)
    grown: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Stored:
    """Existing identifiers read so far: their nodes, customers and anchors."""

    nodes: dict[int, Node] = field(default_factory=dict)
    customer: dict[int, int] = field(default_factory=dict)
    anchor: dict[int, int | None] = field(default_factory=dict)


def make_plan(*, fresh: dict[int, Node], edges: list[Edge], loosened: Iterable[int] = ()) -> Plan:
    """Plan the effect of new `edges` among `fresh` and stored identifiers.

    `loosened` are stored identifiers that lost evidence: their customers are taken apart and put
    together again.  Locks: the caller holds the identity lock.
    """
    ends = {key for edge in edges for key in (edge.left, edge.right)} - fresh.keys()
    stored = _Stored()
    _load(stored, ends | set(loosened))
    weak = [key for key in stored.nodes if not stored.nodes[key].is_strong]
    known = _edges("(e.left_key = ANY(%(k)s) OR e.right_key = ANY(%(k)s))", weak)
    _load(stored, {key for edge in known for key in (edge.left, edge.right)} - fresh.keys())
    nodes = stored.nodes | fresh if fresh else stored.nodes
    followed = anchors(nodes, [*edges, *known])
    plan = Plan(fresh_anchors={key: followed[key] for key in fresh if key in followed})
    plan.anchored = {
        key: followed.get(key) for key in weak if followed.get(key) != stored.anchor[key]
    }
    opened = {stored.customer[key] for key in [*plan.anchored, *loosened]}
    links = [(edge.left, edge.right) for edge in edges if joins(nodes, edge)]
    links += plan.fresh_anchors.items()
    links += _open(stored, opened, plan.anchored)
    _load(stored, {key for link in links for key in link} - fresh.keys())
    _settle(plan, fresh, stored, opened, links)
    return plan


def _settle(
    plan: Plan,
    fresh: dict[int, Node],
    stored: _Stored,
    opened: set[int],
    links: list[tuple[int, int]],
) -> None:
    """Join what the links say; a customer that is not opened counts as one piece."""
    piece = {
        key: key if customer in opened else customer for key, customer in stored.customer.items()
    }
    pieces = [(piece.get(left, left), piece.get(right, right)) for left, right in links]
    root = join([*fresh, *piece.values()], pieces)
    plan.fresh = {key: root[key] for key in fresh}
    for key, customer in stored.customer.items():
        kept = root[piece[key]]
        if customer in opened:
            if kept != customer:
                plan.moves[key] = (customer, kept)
        elif kept != customer:
            plan.merges[customer] = kept
    plan.grown = set(plan.fresh.values()) - fresh.keys()


def _open(
    stored: _Stored, opened: set[int], anchored: dict[int, int | None]
) -> list[tuple[int, int]]:
    """Load the members of the opened customers and return what holds them together."""
    if not opened:
        return []
    _read(stored, "i.customer_key = ANY(%s)", [list(opened)])
    members = [key for key, customer in stored.customer.items() if customer in opened]
    within = _edges("e.left_key = ANY(%(k)s)", members)
    links = [
        (edge.left, edge.right)
        for edge in within
        if edge.right in stored.nodes and joins(stored.nodes, edge)
    ]
    for key in members:
        above = anchored[key] if key in anchored else stored.anchor[key]
        if above is not None:
            links.append((key, above))
    return links


def _load(stored: _Stored, keys: Iterable[int]) -> None:
    wanted = [key for key in keys if key not in stored.nodes]
    if wanted:
        _read(stored, "i.key = ANY(%s)", [wanted])


def _read(stored: _Stored, condition: str, params: list[list[int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.key, i.type, i.value_hash, i.customer_key, i.anchor_key "  # noqa: S608 - fragments of our own code
            f"FROM customers_identifier i WHERE {condition}",
            params,
        )
        for key, type_, value_hash, customer, anchor in cursor.fetchall():
            kind = KINDS[type_]
            stored.nodes[key] = Node(kind.rank, kind.is_strong, bytes(value_hash))
            stored.customer[key] = customer
            stored.anchor[key] = anchor


def _edges(condition: str, keys: list[int]) -> list[Edge]:
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EDGE.format(condition), {"k": keys})
        return [Edge(*row) for row in cursor.fetchall()]


def read_all() -> tuple[dict[int, Node], list[Edge], dict[int, int]]:
    """Read every identifier, all active evidence, and the customer each is assigned to."""
    stored = _Stored()
    _read(stored, "true", [])
    with connection.cursor() as cursor:
        cursor.execute(_EDGE.format("true"))
        edges = [Edge(*row) for row in cursor.fetchall()]
    return stored.nodes, edges, stored.customer

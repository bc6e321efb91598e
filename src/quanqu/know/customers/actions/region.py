"""Weigh customers with all their evidence, and with those that refused links lead to."""

from collections.abc import Mapping

from quanqu.know.customers.actions.graph import Graph, breach_closure
from quanqu.know.customers.rules.components import (
    TOGETHER,
    Edge,
    Outcome,
    candidates,
    joins,
    settle,
)
from quanqu.know.customers.rules.standing import limits_of

Groups = tuple[Mapping[int, int], Mapping[int, int]]


def decide_region(
    graph: Graph, edges: list[Edge], *, members: set[int], groups: Groups, freed: set[int]
) -> Outcome:
    """Decide the components of `members`, and of whatever their outcome depends on.

    `groups` are what new evidence joins by itself (root of each piece, piece of each identifier);
    `freed` may join again, so that all they were seen with is weighed too.
    """
    if not members:
        return Outcome({})
    while True:
        members = _widened(graph, members, groups)
        known = [*edges, *graph.edges_of([key for key in members if key in graph.customer])]
        graph.load({key for edge in known for key in (edge.left, edge.right)})
        needed = _needed(graph, known, members, freed) - members
        if not needed:
            break
        members |= needed
    graph.note_placed(known)
    nodes = {key: graph.nodes[key] for key in members}
    apart = graph.apart_among(members)
    return settle(nodes, known, limits=limits_of(graph.rules), apart=apart)


def _widened(graph: Graph, members: set[int], groups: Groups) -> set[int]:
    """Take customers whole, with those behind refused links and those that what is new joins."""
    root, piece = groups

    def group_of(key: int) -> int | None:
        own = piece.get(key, graph.customer.get(key))
        return None if own is None else root.get(own)

    while True:
        customers = breach_closure(
            {graph.customer[key] for key in members if key in graph.customer}
        )
        graph.load_customers(customers)
        touched = {group_of(key) for key in members} - {None}
        wider = members | {
            key
            for key in graph.nodes
            if graph.customer.get(key) in customers or group_of(key) in touched
        }
        if wider == members:
            return members
        members = wider


def _needed(graph: Graph, known: list[Edge], members: set[int], freed: set[int]) -> set[int]:
    """Return whom the evidence could join the members with."""
    found: set[int] = set()
    for edge in known:
        ends = {edge.left, edge.right}
        if ends & members and (joins(graph.nodes, edge) or ends & freed):
            found |= ends
    held = {key for pair in graph.apart_among(members) for key in pair}
    loose = [edge for edge in known if edge.by == TOGETHER and {edge.left, edge.right} & members]
    for below, options in candidates(graph.nodes, loose).items():
        if below in members:
            taken = options if below in held else options[:1]
            found |= {option.above for option in taken}
    return found

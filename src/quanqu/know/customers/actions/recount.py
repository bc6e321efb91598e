"""Work One ID out anew from everything stored, without changing anything."""

from dataclasses import dataclass

from django.db import connection

from quanqu.know.customers.actions.graph import EDGE, Graph
from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.rules.components import Edge, Outcome, settle
from quanqu.know.customers.rules.standing import limits_of, shared


@dataclass(frozen=True, slots=True)
class Recount:
    """What the evidence says, and of what is stored the customer of each identifier, what it
    follows and who is barred."""

    told: Outcome
    told_shared: set[int]
    customer: dict[int, int]
    anchor: dict[int, int | None]
    barred: dict[int, str]


def recount(rules: RuleSet) -> Recount:
    """Decide all components from all evidence, one identifier at a time: the reference that the
    faster ways are held against."""
    graph = Graph(rules, {})
    graph.load_everything()
    with connection.cursor() as cursor:
        cursor.execute(EDGE.format("true"))
        edges = [Edge(*row) for row in cursor.fetchall()]
    nodes = {
        key: node._replace(is_barred=graph.barred.get(key) == "blocked")
        for key, node in graph.nodes.items()
    }
    told_shared = shared(rules, nodes, edges, {}) - {
        key for key, node in nodes.items() if node.is_barred
    }
    for key in told_shared:
        nodes[key] = nodes[key]._replace(is_barred=True)
    apart = graph.apart_among(set(nodes))
    told = settle(nodes, edges, limits=limits_of(rules), apart=apart)
    return Recount(told, told_shared, graph.customer, graph.anchor, graph.barred)

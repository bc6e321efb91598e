"""How identifiers stand under a rule set: rank, whether they link, limits, who is shared."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from quanqu.know.customers.contracts.identifiers import KINDS
from quanqu.know.customers.contracts.ruleset import RuleSet
from quanqu.know.customers.rules.components import TOGETHER, Edge, Limit, Node

DAY_US: Final = 86_400_000_000


def namespace_of(type_: str, value: str) -> str:
    """Return the namespace of a normal value, empty for types without one."""
    return value.partition(":")[0] if KINDS[type_].is_namespaced else ""


def limits_of(rules: RuleSet) -> dict[str, Limit]:
    """Return the limit of each type that has one."""
    return {
        name: Limit(rule.limit, rule.window_days * DAY_US if rule.window_days else None)
        for name, rule in rules.types.items()
        if rule.limit is not None
    }


def make_node(
    rules: RuleSet, type_: str, value_hash: bytes, namespace: str, *, is_barred: bool = False
) -> Node:
    """Return an identifier as the components see it."""
    rule = rules.types[type_]
    return Node(rule.priority, rule.links, value_hash, type_, namespace, is_barred)


def shared(
    rules: RuleSet,
    nodes: Mapping[int, Node],
    edges: Iterable[Edge],
    known: Mapping[int, set[int]],
) -> set[int]:
    """Return which identifiers have more linking ones beside them than their type allows.

    `known` holds linking neighbours of theirs that `edges` does not tell.
    """
    often: Counter[int] = Counter()
    told = [edge for edge in edges if edge.by == TOGETHER]
    for edge in told:
        often[edge.left] += 1
        often[edge.right] += 1
    caps = {name: rule.shared_above for name, rule in rules.types.items()}
    beside: dict[int, set[int]] = {}
    for key, count in often.items():
        most = caps[nodes[key].type]
        if most is not None and count + len(known.get(key, ())) > most:
            beside[key] = set(known.get(key, ()))
    for key, found in known.items():
        beside.setdefault(key, set(found))
    for edge in told if beside else ():
        for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
            if one in beside and nodes[other].is_strong:
                beside[one].add(other)
    return {
        key
        for key, found in beside.items()
        if (most := caps[nodes[key].type]) is not None and len(found) > most
    }

"""Comparisons of numbers, and the truth of a tree from the truth of its rules."""

import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

from quanqu.know.audiences.contracts import And, EventRule, Leaf, Measure, Node, Not, Op, Or
from quanqu.know.audiences.rules.reading import children

COMPARE: Final[Mapping[Op, Callable[[Any, Any], Any]]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
}


_FROM_NOTHING: Final = (
    Measure.COUNT,
    Measure.SUM,
    Measure.DISTINCT,
    Measure.DISTINCT_DAYS,
    Measure.DISTINCT_WEEKS,
)


def compare(op: Op, number: Any, value: Any) -> Any:
    """Compare a number, or an expression of one, as the rule says."""
    if op is Op.BETWEEN:
        return (number >= value[0]) & (number <= value[1])
    return COMPARE[op](number, value)


def holds_without_events(rule: EventRule) -> bool:
    """Tell whether a customer with no matching event satisfies the rule."""
    if rule.measure in _FROM_NOTHING:
        return bool(compare(rule.op, 0, rule.value))
    return rule.measure not in (Measure.FIRST, Measure.LAST) and rule.op is Op.NE


def is_existence(rule: EventRule) -> bool:
    """Tell whether the rule only asks if there is an event at all: every count from 1 on gives
    the same answer, and none gives the other."""
    if rule.measure is not Measure.COUNT or rule.within_any_days is not None:
        return False
    bounds: list[Any] = rule.value if isinstance(rule.value, list) else [rule.value]
    turns = {int(bound) + step for bound in bounds for step in (-1, 0, 1, 2)}
    answers = {bool(compare(rule.op, count, rule.value)) for count in turns | {1} if count >= 1}
    return answers == {not holds_without_events(rule)}


def members_of(node: Node, held: Callable[[Leaf], Any]) -> Any:
    """Return for each customer whether a tree holds, given that of its rules as arrays."""
    if isinstance(node, Not):
        return ~members_of(node.node, held)
    if isinstance(node, And):
        return reduce(operator.and_, (members_of(child, held) for child in node.nodes))
    if isinstance(node, Or):
        return reduce(operator.or_, (members_of(child, held) for child in node.nodes))
    return held(node)


def split_bound(rate: float) -> str:
    """Return a share of 2^32 as eight hexadecimal digits: the end of a random share (0–1)."""
    return f"{min(math.floor(rate * 2**32), 2**32 - 1):08x}"


def tree_truth(node: Node, path: str, truth: Mapping[str, bool]) -> dict[str, bool]:
    """Return the truth of every node of a tree by JSON path, given that of its rules."""
    below = {
        at: value
        for child_path, child in children(node, path)
        for at, value in tree_truth(child, child_path, truth).items()
    }
    held = [below[child_path] for child_path, _ in children(node, path)]
    if isinstance(node, And):
        mine = all(held)
    elif isinstance(node, Or):
        mine = any(held)
    elif isinstance(node, Not):
        mine = not held[0]
    else:
        mine = truth[path]
    return {path: mine, **below}

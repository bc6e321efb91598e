"""Which tags the rules of others speak of: circles, and the order to work them out in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from quanqu.know.audiences.contracts import DecileRule, Leaf, Op, ProfileRule

VALUES: Final = "tag_values."


def tags_of(rules: Iterable[Leaf], known: Iterable[str]) -> frozenset[str]:
    """Return the tags that rules speak of; "has any tag" speaks of all that are known."""
    found: set[str] = set()
    for rule in rules:
        if not isinstance(rule, ProfileRule | DecileRule):
            continue
        if rule.field.startswith(VALUES):
            found.add(rule.field[len(VALUES) :])
        elif isinstance(rule, ProfileRule) and rule.field == "tags":
            found |= _named(rule, known)
    return frozenset(found)


def _named(rule: ProfileRule, known: Iterable[str]) -> set[str]:
    if rule.op in (Op.EXISTS, Op.NOT_EXISTS):
        return set(known)
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    return {str(value) for value in values}


def circle(name: str, needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the tags on the way from a tag back to itself, both ends included; empty: none."""
    came_from: dict[str, str] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop(0)
        for other in sorted(needs.get(here, ())):
            if other == name:
                return _way(name, here, came_from)
            if other not in came_from:
                came_from[other] = here
                waiting.append(other)
    return ()


def _way(name: str, last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [name]
    while last != name:
        way.append(last)
        last = came_from[last]
    return (name, *reversed(way))


def rounds(names: Sequence[str], needs: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return the tags in rounds: each after those that its rules speak of; one in a circle or that
    waits for one comes last."""
    left, made = set(names), []
    while left:
        ready = sorted(one for one in left if not (needs.get(one, frozenset()) & left))
        made.append(ready or sorted(left))
        left -= set(made[-1])
    return made

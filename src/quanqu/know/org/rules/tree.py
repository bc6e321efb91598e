"""The tree: who may hang below whom, and how a flat list of units becomes nodes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from quanqu.know.org.contracts import (
    PlaceInfo,
    ScopeOption,
    TreeNode,
    UnitInfo,
    UnitKind,
    WrongParentError,
)

_PARENTS: Final = {
    UnitKind.GROUP: frozenset[UnitKind](),
    UnitKind.BRAND: frozenset({UnitKind.GROUP}),
    UnitKind.COMPANY: frozenset({UnitKind.GROUP, UnitKind.BRAND}),
    UnitKind.PLACE: frozenset({UnitKind.COMPANY}),
}


def check_parent(kind: UnitKind, parent_kind: UnitKind) -> None:
    """Refuse a parent of the wrong level. Raises: WrongParentError."""
    if parent_kind not in _PARENTS[kind]:
        raise WrongParentError(kind=kind.value, parent_kind=parent_kind.value)


def is_within(path: str, roots: Iterable[str]) -> bool:
    """Tell whether the unit at `path` is one of the roots or lies below one."""
    return any(path.startswith(root) for root in roots)


def build_tree(
    units: Collection[UnitInfo], places: Mapping[int, PlaceInfo]
) -> tuple[TreeNode, ...]:
    """Hang units under each other by their parent keys, in name order.

    Shapes: units whose parent is not among them become roots of their own; `places` by key.
    """
    present = {unit.key for unit in units}
    below: dict[int | None, list[UnitInfo]] = defaultdict(list)
    for unit in sorted(units, key=lambda found: (found.name.casefold(), found.key)):
        below[unit.parent_key if unit.parent_key in present else None].append(unit)

    def node(unit: UnitInfo) -> TreeNode:
        return TreeNode(unit, places.get(unit.key), tuple(node(child) for child in below[unit.key]))

    return tuple(node(unit) for unit in below[None])


def scope_lines(nodes: Iterable[TreeNode], *, depth: int = 0) -> tuple[ScopeOption, ...]:
    """Flatten nodes to the lines of the scope switcher, each with the places under it."""
    lines: list[ScopeOption] = []
    for node in nodes:
        below = scope_lines(node.children, depth=depth + 1)
        keys = frozenset({node.unit.key} if node.place else ()).union(
            *(line.place_keys for line in below)
        )
        unit = node.unit
        lines.append(ScopeOption(unit.id, unit.kind, unit.code, unit.name, depth, keys))
        lines.extend(below)
    return tuple(lines)

"""Rights over parts of the tree: what a grant reaches, and who may give what away."""

from collections.abc import Iterable

from quanqu.infra.auth.contracts import Actor, ActorKind, Scope
from quanqu.know.org.contracts import UnitInfo, UnitKind
from quanqu.know.org.rules import is_within


def unfold(path: str, kind: UnitKind, units: Iterable[UnitInfo]) -> Scope:
    """Return what a grant over the unit at `path` shows.

    Everything for the group; else the places at or below it, with their companies.
    Shapes: `units` are companies and places, at least those at or below `path`.
    """
    if kind is UnitKind.GROUP:
        return Scope(everything=True)
    places: set[int] = set()
    companies: set[int] = set()
    for unit in units:
        if not unit.path.startswith(path):
            continue
        if unit.kind is UnitKind.COMPANY:
            companies.add(unit.key)
        elif unit.kind is UnitKind.PLACE and unit.parent_key is not None:
            places.add(unit.key)
            companies.add(unit.parent_key)
    return Scope(places=frozenset(places), companies=frozenset(companies))


def visible_paths(actor: Actor, permission: str) -> tuple[str, ...] | None:
    """Return the roots of the parts of the tree where a permission holds; None means all of it."""
    if actor.kind is ActorKind.SYSTEM:
        return None
    paths = [grant.path for grant in actor.grants if permission in grant.permissions]
    if any(grant.scope.everything for grant in actor.grants if permission in grant.permissions):
        return None
    return tuple(sorted(path for path in paths if path))


def may_over(actor: Actor, permission: str, path: str) -> bool:
    """Tell whether a permission holds over all of the unit at `path`."""
    roots = visible_paths(actor, permission)
    return roots is None or is_within(path, roots)


def exceeded_permissions(actor: Actor, wanted: Iterable[str], path: str) -> frozenset[str]:
    """Return the permissions of a role that the actor does not hold over all of `path`."""
    return frozenset(code for code in wanted if not may_over(actor, code, path))

"""The scope switcher as rights: reading within a part of the group is acting with fewer rights."""

from collections.abc import Collection
from dataclasses import replace

from quanqu.infra.auth.contracts import Actor, Grant, Scope

__all__ = ["narrowed"]


def narrowed(actor: Actor, places: Collection[int], companies: Collection[int]) -> Actor:
    """Return the actor with every grant cut to the given places and companies; never wider."""
    return replace(
        actor,
        grants=tuple(
            _cut(grant, frozenset(places), frozenset(companies)) for grant in actor.grants
        ),
    )


def _cut(grant: Grant, places: frozenset[int], companies: frozenset[int]) -> Grant:
    held = grant.scope
    if held.everything:
        return replace(grant, scope=Scope(False, places, companies))
    return replace(grant, scope=Scope(False, places & held.places, companies & held.companies))

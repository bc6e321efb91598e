"""Who may do what to a source."""

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org import facade as org
from quanqu.know.org.contracts import UnitNotFoundError


def require_whole_group(actor: Actor) -> None:
    """Refuse whoever does not manage the timeline of the whole group. Raises: NotAllowedError."""
    if not actor.scope("timeline.manage").everything:
        raise NotAllowedError(permission="timeline.manage")


def require_place(actor: Actor, permission: str, place_key: int | None) -> None:
    """Refuse a place the actor has no such right over; no place at all needs the whole group.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    scope = actor.scope(permission)
    if place_key is None:
        if not scope.everything:
            raise NotAllowedError(permission=permission)
        return
    if not scope.everything and place_key not in scope.places:
        raise UnitNotFoundError(ref=place_key)
    if place_key not in org.places_by_key(keys=[place_key]):
        raise UnitNotFoundError(ref=place_key)

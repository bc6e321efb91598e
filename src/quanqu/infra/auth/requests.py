"""Who acts in an HTTP request: put there by a door, read by any view below it."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest

from quanqu.infra.auth.contracts import Actor, NotSignedInError

__all__ = ["actor_of", "find_actor", "set_actor", "set_actor_source"]

_ACTOR: Final = "quanqu_actor"
_SOURCE: Final = "quanqu_actor_source"


def set_actor(request: HttpRequest, actor: Actor) -> None:
    """Note who acts in this request."""
    setattr(request, _ACTOR, actor)


def set_actor_source(request: HttpRequest, source: Callable[[], Actor | None]) -> None:
    """Note how to find who acts; it is asked at most once, and only if somebody wants to know."""
    setattr(request, _SOURCE, source)


def find_actor(request: HttpRequest) -> Actor | None:
    """Return who acts in this request, or None when nobody signed in."""
    if not hasattr(request, _ACTOR):
        source = getattr(request, _SOURCE, None)
        setattr(request, _ACTOR, source() if source else None)
    actor: Actor | None = getattr(request, _ACTOR)
    return actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request. Raises: NotSignedInError."""
    actor = find_actor(request)
    if actor is None:
        raise NotSignedInError
    return actor

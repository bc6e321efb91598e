"""Who may call: an API key as Bearer token, or a signed-in person's session with its CSRF token."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.infra.auth.facade import find_actor

__all__ = ["ApiKeyAuth", "SessionAuth"]


class ApiKeyAuth(HttpBearer):
    """`Authorization: Bearer qq_live_…`."""

    openapi_bearerFormat = "qq_live_…"  # noqa: N815 - the name the schema writer looks for

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the key's actor. Raises: InvalidTokenError."""
        del token
        return find_actor(request)


class SessionAuth(APIKeyCookie):
    """The session cookie of a signed-in person; unsafe methods need the X-CSRFToken header."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return the person's actor; a key given as Bearer token is not a session."""
        if key is None:
            return None
        actor = find_actor(request)
        return actor if actor is not None and actor.kind is ActorKind.PERSON else None

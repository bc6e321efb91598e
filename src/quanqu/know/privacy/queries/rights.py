"""Privacy is the whole group's: a request reaches every part of it."""

from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.know.privacy.contracts import RequestNotFoundError

PREFIX = "prq"


def require_whole(actor: Actor, permission: str) -> None:
    """Refuse whoever does not hold the permission over the whole group. Raises: NotAllowedError."""
    if not actor.scope(permission).everything:
        raise NotAllowedError(permission=permission)


def outside(value: UUID) -> str:
    """Return the outside id of a request."""
    return encode(PREFIX, value)


def inside(request_id: str) -> UUID:
    """Read the outside id of a request. Raises: RequestNotFoundError."""
    try:
        return decode(PREFIX, request_id)
    except MalformedIdError:
        raise RequestNotFoundError(ref=request_id[:40]) from None


def reference_of(value: UUID) -> str:
    """Return the reference under which know.consent holds what a request restricts."""
    return f"privacy:{outside(value)}"

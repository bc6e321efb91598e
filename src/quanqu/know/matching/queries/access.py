"""Who may match: pairs reach over the whole group, so a part of it is not enough."""

from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError

__all__ = ["MANAGE", "require_whole_group"]

MANAGE: Final = "customers.manage"


def require_whole_group(actor: Actor) -> None:
    """Refuse unless customers may be managed everywhere. Raises: NotAllowedError."""
    if not actor.scope(MANAGE).everything:
        raise NotAllowedError(permission=MANAGE)

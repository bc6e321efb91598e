"""Whose profiles and decisions an actor may see or change: those of whole companies.

A decision tells of every place of a company, so a right over some of its places is not enough.
"""

from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key

__all__ = ["MANAGE", "VIEW", "company_keys", "require_company", "sourced_companies"]

VIEW: Final = "sourcing.view"
MANAGE: Final = "sourcing.manage"


def company_keys(actor: Actor, permission: str) -> frozenset[int] | None:
    """Return the companies that the actor has the right over as a whole; None: all of them.

    Raises: NotAllowedError without the right anywhere.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    if scope.everything:
        return None
    partly = {one.company_key for one in places_by_key().values() if one.key not in scope.places}
    return scope.companies - partly


def require_company(actor: Actor, permission: str, company_key: int) -> None:
    """Refuse unless the actor has the right over the whole company. Raises: NotAllowedError."""
    allowed = company_keys(actor, permission)
    if allowed is not None and company_key not in allowed:
        raise NotAllowedError(permission=permission)


def sourced_companies(*, actor: Actor) -> tuple[UnitInfo, ...]:
    """Return the companies whose profiles and decisions the actor may see, by name.

    Raises: NotAllowedError.
    """
    allowed = company_keys(actor, VIEW)
    found = companies_by_key(keys=allowed)
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.key)))

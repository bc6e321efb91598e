"""Whose books an actor may see or keep: those of companies entrusted as a whole."""

from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.intercompany.contracts import TransferCompanyError

__all__ = ["MANAGE", "VIEW", "booked_companies", "company_keys", "require_companies"]

VIEW: Final = "intercompany.view"
MANAGE: Final = "intercompany.manage"


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


def require_companies(actor: Actor, permission: str, *keys: int) -> None:
    """Refuse unless the actor has the right over all of the companies, and they are there.

    Raises: NotAllowedError, TransferCompanyError.
    """
    allowed = company_keys(actor, permission)
    known = companies_by_key(keys=set(keys))
    for key in keys:
        if key not in known or (allowed is not None and key not in allowed):
            raise TransferCompanyError(ref=known[key].id if key in known else key)


def booked_companies(*, actor: Actor) -> tuple[UnitInfo, ...]:
    """Return the companies whose books the actor may see, by name. Raises: NotAllowedError."""
    found = companies_by_key(keys=company_keys(actor, VIEW))
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.key)))

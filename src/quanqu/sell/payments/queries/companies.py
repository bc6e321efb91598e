"""Of which companies an actor may see the whole: a statement tells of every place of one."""

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key

__all__ = ["VIEW", "companies_seen"]

VIEW = "payments.view"


def companies_seen(actor: Actor, permission: str = VIEW) -> frozenset[int] | None:
    """Return the companies all of whose places a permission holds at, None for every one.

    Raises: NotAllowedError.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    if scope.everything:
        return None
    outside = {one.company_key for key, one in places_by_key().items() if key not in scope.places}
    return frozenset(scope.companies - outside)

"""Who may plan for which places."""

from collections.abc import Iterable
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.replenishment.contracts import ReplenishmentPlaceError

__all__ = ["MANAGE", "require_company", "require_places"]

MANAGE: Final = "supply.manage"


def require_places(actor: Actor, place_keys: Iterable[int]) -> dict[int, PlaceInfo]:
    """Return places at all of which the actor may buy.

    Raises: NotAllowedError without the right anywhere; ReplenishmentPlaceError.
    """
    actor.require(MANAGE)
    scope, wanted = actor.scope(MANAGE), set(place_keys)
    found = places_by_key(keys=wanted)
    for key in sorted(wanted):
        if key not in found or not (scope.everything or key in scope.places):
            raise ReplenishmentPlaceError(ref=key)
    return found


def require_company(actor: Actor, company_key: int) -> None:
    """Refuse unless the actor may buy for a place of the company.

    Raises: NotAllowedError, ReplenishmentPlaceError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if not (scope.everything or company_key in scope.companies):
        raise ReplenishmentPlaceError(ref=company_key)

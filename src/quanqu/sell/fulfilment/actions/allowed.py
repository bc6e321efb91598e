"""Who may do what where: carriers and prices by company, goods by place."""

from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.fulfilment.contracts import CarrierNotFoundError, FulfilmentPlaceError

__all__ = ["MANAGE", "WORK", "require_company", "require_place"]

WORK: Final = "fulfilment.work"
MANAGE: Final = "fulfilment.manage"


def require_company(actor: Actor, company_key: int, ref: object) -> None:
    """Refuse unless the actor manages fulfilment at every place of a company.

    Raises: NotAllowedError; CarrierNotFoundError for a company the actor does not reach at all.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if company_key not in companies_by_key(keys=[company_key]):
        raise CarrierNotFoundError(ref=ref)
    if scope.everything:
        return
    if company_key not in scope.companies:
        raise CarrierNotFoundError(ref=ref)
    whole = {key for key, place in places_by_key().items() if place.company_key == company_key}
    if not whole <= scope.places:
        raise NotAllowedError(permission=MANAGE)


def require_place(actor: Actor, permission: str, place_key: int) -> PlaceInfo:
    """Return a place at which the right holds. Raises: NotAllowedError, FulfilmentPlaceError."""
    actor.require(permission)
    scope = actor.scope(permission)
    place = places_by_key(keys=[place_key]).get(place_key)
    if place is None or not (scope.everything or place_key in scope.places):
        raise FulfilmentPlaceError(ref=place_key)
    return place

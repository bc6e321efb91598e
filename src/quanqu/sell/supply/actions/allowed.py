"""Who may buy for whom: suppliers and rules by company, orders by place."""

from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import decode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.supply.contracts import PurchaseOrderNotFoundError, SupplyPlaceError
from quanqu.sell.supply.models import PurchaseOrder

__all__ = ["APPROVE", "MANAGE", "VIEW", "lock_order", "require_company", "require_place"]

VIEW: Final = "supply.view"
MANAGE: Final = "supply.manage"
APPROVE: Final = "supply.approve"


def require_company(actor: Actor, permission: str, company_key: int) -> None:
    """Refuse unless the right holds at every place of the company: what is set counts for all.

    Raises: NotAllowedError; SupplyPlaceError for a company the actor does not reach at all.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    if scope.everything:
        return
    if company_key not in scope.companies:
        raise SupplyPlaceError(ref=company_key)
    whole = {key for key, place in places_by_key().items() if place.company_key == company_key}
    if not whole <= scope.places:
        raise NotAllowedError(permission=permission)


def require_place(actor: Actor, permission: str, place_key: int) -> PlaceInfo:
    """Return a place at which the right holds. Raises: NotAllowedError, SupplyPlaceError."""
    actor.require(permission)
    scope = actor.scope(permission)
    place = places_by_key(keys=[place_key]).get(place_key)
    if place is None or not (scope.everything or place_key in scope.places):
        raise SupplyPlaceError(ref=place_key)
    return place


def lock_order(actor: Actor, permission: str, order_id: str) -> PurchaseOrder:
    """Lock and return an order at a place where the right holds; others wait for it.

    Raises: NotAllowedError, PurchaseOrderNotFoundError, MalformedIdError.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    locked = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier")
    row = locked.filter(id=decode("pur", order_id)).first()
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise PurchaseOrderNotFoundError(ref=order_id)
    return row

"""Who may see and do what: retailers by place and company, suppliers at their own place."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.dropship.contracts import DropshipNotFoundError, DropshipPlaceError
from quanqu.sell.dropship.models import Order, Terms

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "MANAGE",
    "SUPPLY",
    "VIEW",
    "lock_order",
    "lock_terms",
    "orders_in_scope",
    "require_company",
    "scope_of",
]

VIEW: Final = "dropship.view"
SUPPLY: Final = "dropship.supply"
MANAGE: Final = "dropship.manage"


def scope_of(actor: Actor, *permissions: str, unit_id: str | None = None) -> Scope:
    """Return where any of these rights holds, inside a unit if one is named.

    Raises: NotAllowedError where none holds anywhere, UnitNotFoundError.
    """
    held = [one for one in permissions if actor.can(one)]
    if not held:
        raise NotAllowedError(permission=permissions[0])
    found = Scope()
    for permission in held:
        found = found.union(
            resolve_scope(actor=actor, permission=permission, unit_id=unit_id)
            if unit_id
            else actor.scope(permission)
        )
    return found


def orders_in_scope(actor: Actor, unit_id: str | None = None) -> "QuerySet[Order]":
    """Return the orders that suppliers' places in scope ship, and those that places sold at which
    a retailer may see them."""
    scope, found = scope_of(actor, VIEW, SUPPLY, unit_id=unit_id), Order.objects.all()
    if scope.everything:
        return found
    wanted = Q(place_key__in=scope.places)
    if actor.can(VIEW):
        wanted |= Q(sold_at_key__in=scope_of(actor, VIEW, unit_id=unit_id).places)
    return found.filter(wanted)


def lock_order(actor: Actor, order_id: UUID, *permissions: str) -> Order:
    """Lock an order to a supplier at a place where one of the rights holds.

    Raises: NotAllowedError, DropshipNotFoundError.
    """
    scope = scope_of(actor, *permissions)
    row = Order.objects.select_for_update().filter(id=order_id).first()
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise DropshipNotFoundError(ref=encode("dso", order_id))
    return row


def lock_terms(actor: Actor, place_key: int, *permissions: str) -> Terms:
    """Lock the terms of a place where one of the rights holds.

    Raises: NotAllowedError, DropshipPlaceError.
    """
    scope = scope_of(actor, *permissions)
    row = Terms.objects.select_for_update().filter(place_key=place_key).first()
    if row is None or not (scope.everything or place_key in scope.places):
        raise DropshipPlaceError(ref=place_key)
    return row


def require_company(actor: Actor, company_key: int) -> None:
    """Refuse unless the right to manage holds at every place of a company.

    Raises: NotAllowedError; DropshipPlaceError for a company out of reach.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if scope.everything:
        return
    if company_key not in scope.companies:
        raise DropshipPlaceError(ref=company_key)
    whole = {key for key, place in places_by_key().items() if place.company_key == company_key}
    if not whole <= scope.places:
        raise NotAllowedError(permission=MANAGE)

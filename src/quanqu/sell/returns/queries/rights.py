"""Who may see and handle returns where."""

from typing import TYPE_CHECKING, Final

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import companies_by_key, places_by_key, resolve_scope
from quanqu.sell.returns.contracts import ReturnPlaceError, ReturnPolicyFormatError
from quanqu.sell.returns.models import Return

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "APPROVE",
    "MANAGE",
    "POLICY",
    "VIEW",
    "may_at",
    "require_company",
    "require_place",
    "returns_in_scope",
]

VIEW: Final = "returns.view"
MANAGE: Final = "returns.manage"
APPROVE: Final = "returns.approve"
POLICY: Final = "returns.policy"


def returns_in_scope(
    actor: Actor, permission: str = VIEW, unit_id: str | None = None
) -> "QuerySet[Return]":
    """Return the returns at places where a permission holds.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    scope = resolve_scope(actor=actor, permission=permission, unit_id=unit_id)
    found = Return.objects.all()
    return found if scope.everything else found.filter(place_key__in=scope.places)


def may_at(actor: Actor, permission: str, place_key: int) -> bool:
    """Tell whether a permission holds at a place."""
    scope = actor.scope(permission)
    return scope.everything or place_key in scope.places


def require_place(actor: Actor, permission: str, place_key: int) -> PlaceInfo:
    """Return a place at which a permission holds. Raises: NotAllowedError, ReturnPlaceError."""
    actor.require(permission)
    place = places_by_key(keys=[place_key]).get(place_key)
    if place is None or not may_at(actor, permission, place_key):
        raise ReturnPlaceError(ref=place_key)
    return place


def require_company(actor: Actor, permission: str, company_key: int) -> None:
    """Refuse unless a permission holds at a place of a company.

    To change its policy, it has to hold at all of them.
    Raises: NotAllowedError, ReturnPolicyFormatError.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    places = {key for key, one in places_by_key().items() if one.company_key == company_key}
    is_within = places <= scope.places if permission == POLICY else bool(places & scope.places)
    is_known = company_key in companies_by_key(keys=[company_key])
    if not is_known or not (scope.everything or (company_key in scope.companies and is_within)):
        raise ReturnPolicyFormatError(at="company", problem="there is no such company")

"""Who may see and write invoices where, and keep how whole companies are taxed."""

from typing import TYPE_CHECKING, Final

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key, resolve_scope
from quanqu.sell.invoicing.contracts import TaxCompanyError
from quanqu.sell.invoicing.models import Invoice

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "MANAGE",
    "RULES",
    "VIEW",
    "invoices_in_scope",
    "may_at",
    "require_company",
    "taxed_companies",
]

VIEW: Final = "invoices.view"
MANAGE: Final = "invoices.manage"
RULES: Final = "invoices.rules"


def invoices_in_scope(
    actor: Actor, permission: str = VIEW, unit_id: str | None = None
) -> "QuerySet[Invoice]":
    """Return the invoices of places where a permission holds.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    scope = resolve_scope(actor=actor, permission=permission, unit_id=unit_id)
    found = Invoice.objects.all()
    return found if scope.everything else found.filter(place_key__in=scope.places)


def may_at(actor: Actor, permission: str, place_key: int) -> bool:
    """Tell whether a permission holds at a place."""
    scope = actor.scope(permission)
    return scope.everything or place_key in scope.places


def require_company(actor: Actor, permission: str, company_key: int) -> UnitInfo:
    """Return a company over the whole of which a permission holds; to look, over a place of it.

    Raises: NotAllowedError, TaxCompanyError.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    company = companies_by_key(keys=[company_key]).get(company_key)
    places = {key for key, one in places_by_key().items() if one.company_key == company_key}
    is_within = bool(places & scope.places) if permission == VIEW else places <= scope.places
    if company is None or not (
        scope.everything or (is_within and (permission == VIEW or company_key in scope.companies))
    ):
        raise TaxCompanyError(ref=company_key)
    return company


def taxed_companies(*, actor: Actor) -> tuple[UnitInfo, ...]:
    """Return the companies whose tax rules the actor may see, by name. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    keys = None
    if not scope.everything:
        keys = {one.company_key for one in places_by_key(keys=scope.places).values()}
    if keys is not None and not keys:
        raise NotAllowedError(permission=VIEW)
    found = companies_by_key(keys=keys)
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.key)))

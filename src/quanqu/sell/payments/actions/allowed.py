"""Who may take money, give it back and keep accounts, where."""

from collections.abc import Iterable
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key
from quanqu.sell.payments.contracts import AccountNotFoundError, PaymentNotFoundError

__all__ = ["MANAGE", "REFUND", "may_at", "require_company", "require_places"]

MANAGE: Final = "payments.manage"
REFUND: Final = "payments.refund"


def require_places(actor: Actor, permission: str, place_keys: Iterable[int]) -> None:
    """Refuse unless a permission holds at every place.

    Raises: NotAllowedError without it anywhere; PaymentNotFoundError for a place outside of it.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    outside = () if scope.everything else sorted(set(place_keys) - scope.places)
    if outside:
        raise PaymentNotFoundError(ref=f"place {outside[0]}")


def may_at(actor: Actor, permission: str, place_key: int) -> bool:
    """Tell whether a permission holds at a place."""
    scope = actor.scope(permission)
    return scope.everything or place_key in scope.places


def require_company(actor: Actor, company_key: int, ref: object) -> None:
    """Refuse unless the actor may manage payments at every place of a company.

    Raises: NotAllowedError, AccountNotFoundError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if scope.everything:
        return
    places = {key for key, one in places_by_key().items() if one.company_key == company_key}
    if company_key not in scope.companies or not places <= scope.places:
        raise AccountNotFoundError(ref=ref)

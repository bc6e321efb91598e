"""Who may place and move orders where."""

from collections.abc import Iterable
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.checkout.contracts import LiveOrderNotFoundError

__all__ = ["MANAGE", "may_at", "require_places"]

MANAGE: Final = "orders.manage"


def require_places(actor: Actor, permission: str, place_keys: Iterable[int]) -> None:
    """Refuse unless a permission holds at every one of the places.

    Raises: NotAllowedError without it anywhere; LiveOrderNotFoundError for a place outside of it.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    outside = () if scope.everything else sorted(set(place_keys) - scope.places)
    if outside:
        raise LiveOrderNotFoundError(ref=f"place {outside[0]}")


def may_at(actor: Actor, permission: str, place_key: int) -> bool:
    """Tell whether a permission holds at a place."""
    scope = actor.scope(permission)
    return scope.everything or place_key in scope.places

"""Who may change stock where."""

from collections.abc import Iterable
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.contracts import StockPlaceError

MANAGE: Final = "stock.manage"


def require_places(actor: Actor, place_keys: Iterable[int], permission: str = MANAGE) -> None:
    """Refuse unless the actor may change (or count) stock at every one of the places.

    Raises: NotAllowedError without the right anywhere; StockPlaceError for a place outside of it.
    """
    actor.require(permission)
    scope = actor.scope(permission)
    if scope.everything:
        return
    outside = set(place_keys) - scope.places
    if outside:
        raise StockPlaceError(ref=min(outside))

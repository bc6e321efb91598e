"""Who may change stock where."""

from collections.abc import Iterable
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.contracts import StockPlaceError

MANAGE: Final = "stock.manage"


def require_places(actor: Actor, place_keys: Iterable[int]) -> None:
    """Refuse unless the actor may change stock at every one of the places.

    Raises: NotAllowedError without the right anywhere; StockPlaceError for a place outside of it.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if scope.everything:
        return
    outside = set(place_keys) - scope.places
    if outside:
        raise StockPlaceError(ref=min(outside))

"""Ids of places and SKUs from outside as keys the actor may use, in sets."""

from collections.abc import Sequence

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import PlaceRef
from quanqu.know.org.facade import place_refs, resolve_scope
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.replenishment.api.schemas import ItemAt
from quanqu.sell.replenishment.contracts import ReplenishmentItemError, ReplenishmentPlaceError

__all__ = ["MANAGE", "VIEW", "items_at", "places_of"]

VIEW, MANAGE = "supply.view", "supply.manage"


def items_at(
    actor: Actor, lines: Sequence[ItemAt], permission: str = MANAGE
) -> list[tuple[int, int]]:
    """Return each line as (place, item), at places where the right holds, to buy unless told.

    Raises: NotAllowedError, ReplenishmentPlaceError, ReplenishmentItemError.
    """
    scope = resolve_scope(actor=actor, permission=permission)
    places: dict[str, PlaceRef] = place_refs(place_ids={one.place for one in lines})
    for one in lines:
        place = places.get(one.place)
        if place is None or not (scope.everything or place.key in scope.places):
            raise ReplenishmentPlaceError(ref=one.place)
    refs = variants_by_sku(skus={(places[one.place].company_key, one.sku) for one in lines})
    found = []
    for number, one in enumerate(lines, 1):
        place = places[one.place]
        ref = refs.get((place.company_key, one.sku))
        if ref is None:
            raise ReplenishmentItemError(line=number, ref=one.sku)
        found.append((place.key, ref.key))
    return found


def places_of(actor: Actor, unit_id: str | None) -> frozenset[int] | None:
    """Return the places of a unit in scope; None is all of them."""
    if not unit_id:
        return None
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    return None if scope.everything else scope.places

"""Ids of places and items from outside, as keys the actor may use, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceRef, UnitKind, UnitNotFoundError
from quanqu.know.org.facade import companies_by_key, find_unit, place_refs, resolve_scope
from quanqu.sell.catalog.contracts import VariantRef
from quanqu.sell.catalog.facade import variant_refs, variants_by_sku
from quanqu.sell.inventory.api.schemas import ItemAt
from quanqu.sell.inventory.contracts import StockItemError, StockPlaceError

VIEW, MANAGE = "stock.view", "stock.manage"


@dataclass(frozen=True, slots=True)
class Named:
    """An item at a place, by key and by id."""

    place_key: int
    company_key: int
    variant_key: int
    place: str
    item: str


def place_of(actor: Actor, place_id: str, permission: str = VIEW) -> PlaceRef:
    """Return a place in scope. Raises: NotAllowedError, StockPlaceError, MalformedIdError."""
    return _places(resolve_scope(actor=actor, permission=permission), [place_id])[place_id]


def places_of(
    actor: Actor, place_ids: Iterable[str], permission: str = VIEW
) -> dict[str, PlaceRef]:
    """Return places in scope. Raises: NotAllowedError, StockPlaceError, MalformedIdError."""
    return _places(resolve_scope(actor=actor, permission=permission), place_ids)


def company_of(actor: Actor, company_id: str, permission: str = VIEW) -> tuple[int, frozenset[int]]:
    """Return the key of a company and its places in scope.

    Raises: NotAllowedError, UnitNotFoundError, MalformedIdError.
    """
    scope = resolve_scope(actor=actor, permission=permission, unit_id=company_id)
    unit = find_unit(ref=company_id)
    if unit.kind is not UnitKind.COMPANY:
        raise UnitNotFoundError(ref=company_id)
    return unit.key, scope.places


def require_items(
    actor: Actor, told: Sequence[tuple[str, VariantRef | None]], permission: str = VIEW
) -> list[VariantRef]:
    """Return items, each of a company in scope. Raises: NotAllowedError, StockItemError."""
    scope = resolve_scope(actor=actor, permission=permission)
    found = []
    for name, ref in told:
        if ref is None or not (scope.everything or ref.company_key in scope.companies):
            raise StockItemError(ref=name, place="in scope")
        found.append(ref)
    return found


def items_at(actor: Actor, lines: Sequence[ItemAt], permission: str = MANAGE) -> list[Named]:
    """Return what each line names, in sets.

    Raises: NotAllowedError, StockPlaceError, StockItemError.
    """
    places = _places(
        resolve_scope(actor=actor, permission=permission), {one.place for one in lines}
    )
    by_id = variant_refs(variant_ids={one.item for one in lines if one.item is not None})
    by_sku = variants_by_sku(
        skus={(places[one.place].company_key, one.sku) for one in lines if one.sku is not None}
    )
    found = []
    for one in lines:
        place = places[one.place]
        item = by_id.get(one.item or "") or by_sku.get((place.company_key, one.sku or ""))
        if item is None or item.company_key != place.company_key:
            raise StockItemError(ref=one.item or one.sku, place=one.place)
        found.append(Named(place.key, place.company_key, item.key, one.place, item.id))
    return found


def item_of(actor: Actor, variant_id: str, place_id: str = "") -> VariantRef:
    """Return an item of a company in scope. Raises: StockItemError, MalformedIdError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    ref = variant_refs(variant_ids=[variant_id]).get(variant_id)
    if ref is None or not (scope.everything or ref.company_key in scope.companies):
        raise StockItemError(ref=variant_id, place=place_id or "in scope")
    return ref


def items_called(actor: Actor, sku: str) -> frozenset[int]:
    """Return the items with a SKU in the companies in scope."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    companies = companies_by_key().keys() if scope.everything else scope.companies
    found = variants_by_sku(skus=[(company, sku) for company in companies])
    return frozenset(ref.key for ref in found.values())


def hold_name(request_id: UUID) -> str:
    """Return a hold's id for outside."""
    return encode("hld", request_id)


def _places(scope: Scope, place_ids: Iterable[str]) -> dict[str, PlaceRef]:
    wanted = set(place_ids)
    found = place_refs(place_ids=wanted)
    for place_id in sorted(wanted):
        ref = found.get(place_id)
        if ref is None or not (scope.everything or ref.key in scope.places):
            raise StockPlaceError(ref=place_id)
    return found

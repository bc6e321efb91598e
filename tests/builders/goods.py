"""Items of companies at real places, and stock of them, for what speaks in outside ids."""

from dataclasses import dataclass
from datetime import datetime

from tests.builders import catalog
from tests.builders.org import make_company, make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceInfo, PlaceType, UnitInfo
from quanqu.sell.catalog.facade import record_products, variant_labels
from quanqu.sell.inventory.contracts import Movement, MovementKind, Posting, StockState
from quanqu.sell.inventory.facade import post_movements

NOW = datetime.fromisoformat("2026-11-27T09:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Item:
    """A variant by key, outside id and SKU."""

    key: int
    id: str
    sku: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A company with a store, a warehouse and its items by SKU."""

    company: UnitInfo
    store: PlaceInfo
    depot: PlaceInfo
    items: dict[str, Item]


def make_shop(code: str = "north", *skus: str, category: str = "Tea") -> Shop:
    """Make a company with places and items, tea and a cup unless told otherwise."""
    company = make_company(code)
    store = make_place(f"{code}-store", company=company, place_type=PlaceType.STORE)
    depot = make_place(f"{code}-depot", company=company, place_type=PlaceType.WAREHOUSE)
    return Shop(
        company, store, depot, make_items(company, *(skus or ("tea", "cup")), category=category)
    )


def make_items(company: UnitInfo, *skus: str, category: str = "Tea") -> dict[str, Item]:
    """Record items of a company, each a product of one variant."""
    rows = [
        {
            "external_product": sku,
            "sku": sku,
            "name": f"{company.code} {sku}",
            "category_path": category,
        }
        for sku in skus
    ]
    made = record_products(
        products=catalog.make_products(*rows), company_key=company.key, source="pim", now=NOW
    )
    labels = variant_labels(variant_keys=made["variant_key"].to_pylist())
    return {label.sku: Item(key, label.variant_id, label.sku) for key, label in labels.items()}


def stock(place: PlaceInfo, item: Item, quantity: int, *, now: datetime = NOW, **more: str) -> None:
    """Receive goods at a place."""
    one = Movement(place.key, item.key, MovementKind.RECEIPT, StockState.ON_HAND, quantity)
    posting = Posting((one,), now, more.pop("source", "warehouse"), **more)
    post_movements(actor=SYSTEM, posting=posting, now=now)

"""Suppliers that ship straight to shoppers, for tests: two of them beside a shop's own places."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tests.builders import checkout, fulfilment
from tests.builders.checkout import make_test_account
from tests.builders.fulfilment import address
from tests.builders.goods import NOW, Shop, make_shop
from tests.builders.org import make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.sell.checkout.contracts import Delivery, LineDraft, LiveOrder, OrderDraft, TenderDraft
from quanqu.sell.checkout.facade import place_order, record_live_orders
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import (
    DropshipDetail,
    DropshipFilters,
    OfferDraft,
    TermsDraft,
)
from quanqu.sell.dropship.queries.laws import (
    dues_unlike_the_orders,
    parts_without_their_order,
    shipped_unlike_the_parts,
)
from quanqu.sell.sourcing.queries.places import forget_places
from quanqu.sell.supply.contracts import SupplierDraft
from quanqu.sell.supply.facade import create_supplier

COST = 700


@dataclass(frozen=True, slots=True)
class Mill:
    """A supplier with the place that stands for it."""

    supplier_id: str
    place: PlaceInfo


def make_mill(shop: Shop, code: str = "mill", **terms: Any) -> Mill:
    """Give a shop a supplier that ships tea and cups at 7.00 a unit."""
    draft = SupplierDraft(code, f"{code.title()} & Co", "CNY", lead_time_days=3)
    supplier = create_supplier(actor=SYSTEM, company_key=shop.company.key, draft=draft, now=NOW)
    place = make_place(
        f"{shop.company.code}-{code}", company=shop.company, place_type=PlaceType.SUPPLIER
    )
    told = {"answer_minutes": 60, "lead_days": 2, **terms}
    facade.save_terms(actor=SYSTEM, draft=TermsDraft(place.key, supplier.id, **told), now=NOW)
    mill = Mill(supplier.id, place)
    offer(shop, mill, tea=COST, cup=COST)
    forget_places()
    return mill


def offer(shop: Shop, mill: Mill, **costs: int) -> None:
    """Say what a supplier takes for items by SKU."""
    drafts = [OfferDraft(shop.items[sku].key, cost, f"M-{sku}") for sku, cost in costs.items()]
    facade.save_offers(actor=SYSTEM, place_key=mill.place.key, drafts=drafts, now=NOW)


def state(shop: Shop, mill: Mill, at: datetime = NOW, **units: int) -> dict[str, tuple[str, int]]:
    """Let a supplier state its stock by SKU; return what became of each number."""
    names = {shop.items[sku].key: sku for sku in units}
    told = facade.state_stock(
        actor=SYSTEM,
        place_key=mill.place.key,
        units={shop.items[sku].key: count for sku, count in units.items()},
        stated_at=at,
        now=max(at, NOW),
    )
    return {names[one.variant_key]: (one.outcome.value, one.change) for one in told}


def make_dropshop(code: str = "north", *mills: str) -> tuple[Shop, list[Mill]]:
    """Make a company without goods of its own, whose suppliers state ten units of each item."""
    shop = make_shop(code)
    make_test_account(shop.company.key)
    made = [make_mill(shop, name) for name in mills or ("mill",)]
    for mill in made:
        state(shop, mill, tea=10, cup=10)
    return shop, made


def buy(shop: Shop, *lines: tuple[str, int], now: datetime = NOW, **more: Any) -> LiveOrder:
    """Place an order whose goods come from where sourcing decides, and let suppliers follow it."""
    draft = OrderDraft(
        id=more.pop("order_id", None) or uuid4(),
        place_key=shop.store.key,
        currency="CNY",
        tenders=(TenderDraft("test"),),
        delivery=Delivery.SHIP,
        contact=address(),
        lines=tuple(
            LineDraft(shop.items[sku].key, quantity, None, 1_250)
            for sku, quantity in lines or (("tea", 1),)
        ),
        **more,
    )
    placed = place_order(actor=SYSTEM, draft=draft, now=now)
    record_live_orders(now=now)
    facade.follow_orders(order_ids=[placed.id], now=now)
    return placed


def asked(order_id: UUID | None = None) -> list[DropshipDetail]:
    """Return the orders to suppliers, the oldest first; of one buyer's order if told."""
    found = facade.list_orders(actor=SYSTEM, filters=DropshipFilters(), limit=100).items
    rows = [one for one in reversed(found) if order_id in (None, one.order_id)]
    return [facade.get_order(actor=SYSTEM, order_id=one.id) for one in rows]


def breaches() -> list[str]:
    """Return what breaks a law of drop-shipping, fulfilment, live orders, stock or payments."""
    return [
        *parts_without_their_order(),
        *shipped_unlike_the_parts(),
        *dues_unlike_the_orders(),
        *fulfilment.breaches(),
        *checkout.breaches(),
    ]

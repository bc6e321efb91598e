"""Suppliers, orders and deliveries for tests of supply: a company with two places and items."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.builders.catalog import make_products
from tests.builders.org import make_company, make_place
from tests.builders.stock import level

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.know.org.contracts import PlaceInfo, PlaceType, UnitInfo
from quanqu.sell.catalog.facade import record_products
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    ItemCostDraft,
    PurchaseDetail,
    PurchaseDraft,
    PurchaseLineDraft,
    Receipt,
    ReceiptDraft,
    ReceivedLine,
    SupplierContact,
    SupplierDraft,
)
from quanqu.sell.supply.queries.laws import (
    credits_unlike_the_returns,
    incoming_unlike_the_orders,
    landed_unlike_the_charges,
    received_beyond_tolerance,
    waiting_unlike_the_state,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
RIGHTS = ("supply.view", "supply.manage", "supply.approve", "stock.manage", "stock.view")
_GOODS = ({"sku": "tea", "weight_g": 100}, {"sku": "cup", "weight_g": 350, "gtin": "4006381333931"})


@dataclass(frozen=True, slots=True)
class World:
    """A company that buys tea and cups for a shop and a depot from one supplier."""

    company: UnitInfo
    shop: PlaceInfo
    depot: PlaceInfo
    tea: int
    cup: int
    supplier_id: str

    def level(self, item: int, place: PlaceInfo | None = None) -> dict[str, int]:
        """Return the balances of an item at a place, the shop's unless told otherwise."""
        return level(place=(place or self.shop).key, item=item)

    def buyer(
        self, *permissions: str, places: tuple[PlaceInfo, ...] = (), name: str = "Mei"
    ) -> Actor:
        """Return somebody with rights over places of the company, both unless told otherwise."""
        keys = frozenset(place.key for place in places or (self.shop, self.depot))
        scope = Scope(places=keys, companies=frozenset({self.company.key}))
        granted = Grant(frozenset(permissions or RIGHTS), scope)
        return Actor(ActorKind.PERSON, f"per_{name.lower()}", name, (granted,))


def make_world(code: str = "north", *, now: datetime = NOW, **supplier: Any) -> World:
    """Make a company with its places, items, a supplier and today's costs: tea 2.50, cup 4.00."""
    company = make_company(code)
    shop = make_place(f"{code}-shop", company=company, place_type=PlaceType.STORE)
    depot = make_place(f"{code}-depot", company=company, place_type=PlaceType.WAREHOUSE)
    rows = [{"external_product": one["sku"], "name": one["sku"], **one} for one in _GOODS]
    made = record_products(
        products=make_products(*rows), company_key=company.key, source="shop", now=now
    )
    tea, cup = made["variant_key"].to_pylist()
    made_supplier = facade.create_supplier(
        actor=SYSTEM, company_key=company.key, draft=make_draft(**supplier), now=now
    )
    world = World(company, shop, depot, tea, cup, made_supplier.id)
    costs = [
        cost(tea, 250, supplier_code="T-1", valid_from=now.date()),
        cost(cup, 400, supplier_code="C-1", valid_from=now.date()),
    ]
    facade.record_costs(actor=SYSTEM, supplier_id=world.supplier_id, drafts=costs, now=now)
    return world


def make_draft(**told: Any) -> SupplierDraft:
    """Return a supplier as it is told."""
    usual: dict[str, Any] = {
        "code": "leaf",
        "name": "Leaf & Sons",
        "currency": "CNY",
        "lead_time_days": 7,
        "contact": SupplierContact("Wu Fang", "fang@leaf.example", "+86 138 0000 0000", "Pier 4"),
    }
    return SupplierDraft(**(usual | told))


def cost(item: int, cost_minor: int, *, valid_from: date = TODAY, **told: Any) -> ItemCostDraft:
    """Return what an item costs from a day on, today unless told otherwise."""
    return ItemCostDraft(item, cost_minor, valid_from, **told)


def draft(
    *lines: tuple[int, int], expected_on: date | None = None, note: str = ""
) -> PurchaseDraft:
    """Return an order of (item, quantity)."""
    return PurchaseDraft(tuple(PurchaseLineDraft(*line) for line in lines), expected_on, note)


def make_order(
    world: World,
    *lines: tuple[int, int],
    until: str = "sent",
    place: PlaceInfo | None = None,
    now: datetime = NOW,
    actor: Actor = SYSTEM,
    **told: Any,
) -> str:
    """Make an order and move it on: to a draft, approved or sent."""
    order_id = facade.create_order(
        actor=actor,
        supplier_id=world.supplier_id,
        place_key=(place or world.shop).key,
        draft=draft(*(lines or ((world.tea, 30), (world.cup, 12))), **told),
        now=now,
    )
    if until in {"approved", "sent"}:
        facade.submit_order(actor=actor, order_id=order_id, now=now)
    if until == "sent":
        facade.send_order(actor=actor, order_id=order_id, now=now)
    return order_id


def receive(
    order_id: str,
    reference: str,
    *lines: tuple[int, ...],
    now: datetime = NOW,
    actor: Actor = SYSTEM,
) -> Receipt:
    """Take a delivery of (line, good, damaged) in."""
    wanted = tuple(ReceivedLine(*line) for line in lines)
    told = ReceiptDraft(reference, wanted, now)
    return facade.receive_goods(actor=actor, order_id=order_id, draft=told, now=now)


def order(order_id: str) -> PurchaseDetail:
    """Return an order whole."""
    return facade.get_order(actor=SYSTEM, order_id=order_id)


def days(number: float) -> timedelta:
    """Return a span of days."""
    return timedelta(days=number)


def breaches() -> list[str]:
    """Return what breaks a law of supply now."""
    return [
        *received_beyond_tolerance(),
        *waiting_unlike_the_state(),
        *incoming_unlike_the_orders(),
        *landed_unlike_the_charges(),
        *credits_unlike_the_returns(),
    ]

"""Live orders for tests, and what they break."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.builders.goods import NOW, Shop, make_shop, stock
from tests.builders.payments import make_test_account

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.sell.checkout.contracts import (
    Delivery,
    LineDraft,
    LiveOrder,
    OrderDraft,
    TenderDraft,
)
from quanqu.sell.checkout.facade import place_order
from quanqu.sell.checkout.queries.laws import (
    goods_unlike_the_orders,
    paid_without_order,
    record_unlike_the_orders,
    totals_unlike_the_lines,
)
from quanqu.sell.inventory.queries.laws import (
    balances_unlike_the_ledger,
    claims_unlike_the_holds,
    oversold,
)
from quanqu.sell.payments.queries.laws import beyond_the_promise, unlike_the_ledger

__all__ = ["NOW", "breaches", "draft", "make_open_shop", "order"]

PRICE = 1_250


def make_open_shop(units: int = 10, code: str = "north") -> Shop:
    """Make a company whose places have tea and cups, and that takes the test tender."""
    shop = make_shop(code)
    make_test_account(shop.company.key)
    for item in shop.items.values():
        stock(shop.store, item, units)
        stock(shop.depot, item, units)
    return shop


def draft(
    shop: Shop,
    *lines: tuple[str, int],
    order_id: UUID | None = None,
    tender: str | None = "test",
    token: str = "",
    price: int | None = PRICE,
    **more: Any,
) -> OrderDraft:
    """Return an order of a store for some units of items by SKU."""
    usual = tuple(
        LineDraft(shop.items[sku].key, quantity, shop.store.key, price)
        for sku, quantity in lines or (("tea", 1),)
    )
    return OrderDraft(
        id=order_id or uuid4(),
        place_key=shop.store.key,
        currency="CNY",
        tenders=(TenderDraft(tender, token=token),) if tender else (),
        **{"delivery": Delivery.SHIP, "lines": usual, **more},
    )


def order(shop: Shop, *lines: tuple[str, int], now: datetime = NOW, **more: Any) -> LiveOrder:
    """Place an order."""
    actor: Actor = more.pop("actor", SYSTEM)
    return place_order(actor=actor, draft=draft(shop, *lines, **more), now=now)


def later(seconds: float) -> datetime:
    """Return a time after NOW."""
    return NOW + timedelta(seconds=seconds)


def breaches() -> list[str]:
    """Return what breaks a law of live orders, stock or payments."""
    return [
        *goods_unlike_the_orders(),
        *paid_without_order(),
        *totals_unlike_the_lines(),
        *record_unlike_the_orders(),
        *oversold(),
        *balances_unlike_the_ledger(),
        *claims_unlike_the_holds(),
        *beyond_the_promise(),
        *unlike_the_ledger(),
    ]

"""Two companies of a group, goods that go between them, and what their books break."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.builders.checkout import make_open_shop, order
from tests.builders.goods import NOW, Shop, stock

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.checkout.contracts import Delivery, LineDraft, Step
from quanqu.sell.checkout.facade import move_order, record_live_orders
from quanqu.sell.intercompany.contracts import (
    PriceKind,
    SettlementDraft,
    TransferRule,
    TransferRuleView,
)
from quanqu.sell.intercompany.facade import save_rule
from quanqu.sell.intercompany.queries.laws import (
    books_unlike_each_other,
    entries_unlike_the_movements,
)

__all__ = ["NOW", "breaches", "given", "make_pair", "rule", "ruled", "settlement"]


def make_pair() -> tuple[Shop, Shop]:
    """Make a company that sells, and one at whose warehouse its tea and cups lie too."""
    seller, giver = make_open_shop(code="north"), make_open_shop(code="south")
    for item in seller.items.values():
        stock(giver.depot, item, 20)
    return seller, giver


def given(seller: Shop, giver: Shop, *lines: tuple[str, int], **more: Any) -> UUID:
    """Place an order at the seller whose goods come from the other's warehouse, and ship it."""
    drafts = tuple(
        LineDraft(seller.items[sku].key, quantity, giver.depot.key, 1_250)
        for sku, quantity in lines or (("tea", 2),)
    )
    placed = order(seller, lines=drafts, delivery=Delivery.CARRY_OUT, **more)
    move_order(actor=SYSTEM, order_id=placed.id, step=Step.HAND_OVER, now=NOW)
    record_live_orders(now=NOW)
    return placed.id


def rule(giver: Shop, taker: Shop, **more: Any) -> TransferRule:
    """Return how goods of one are priced for the other: cost and 15 %."""
    told = {
        "kind": PriceKind.COST_PLUS,
        "currency": "CNY",
        "valid_from": date(2026, 1, 1),
        "rate": Decimal("0.15"),
        "amounts": {"tea": 800, "cup": 300},
    } | more
    return TransferRule(giver.company.key, taker.company.key, **told)


def ruled(giver: Shop, taker: Shop, **more: Any) -> TransferRuleView:
    """Write a rule."""
    return save_rule(actor=SYSTEM, rule=rule(giver, taker, **more), now=NOW)


def settlement(payer: Shop, payee: Shop, amount: int, **more: Any) -> SettlementDraft:
    """Return money that one pays the other."""
    told = {"id": uuid4(), "currency": "CNY", "on": NOW.date()} | more
    return SettlementDraft(
        payer_key=payer.company.key, payee_key=payee.company.key, amount_minor=amount, **told
    )


def breaches() -> list[str]:
    """Return what breaks a law of the books between companies."""
    return [*entries_unlike_the_movements(), *books_unlike_each_other()]

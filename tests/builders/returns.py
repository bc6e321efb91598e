"""Returns for tests, the orders they are of, and what they break."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.builders import orders
from tests.builders.checkout import NOW, make_open_shop, order
from tests.builders.goods import Shop

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.ids import decode
from quanqu.sell.checkout.contracts import Delivery, LiveOrder, Step
from quanqu.sell.checkout.facade import move_order, record_live_orders
from quanqu.sell.checkout.queries.laws import goods_unlike_the_orders, paid_without_order
from quanqu.sell.inventory.queries.laws import balances_unlike_the_ledger, oversold
from quanqu.sell.orders.facade import find_by_external
from quanqu.sell.payments.queries.laws import beyond_the_promise, unlike_the_ledger
from quanqu.sell.returns.contracts import Grade, Graded, ReturnAsk, ReturnDraft, ReturnRow
from quanqu.sell.returns.facade import (
    get_return,
    inspect_return,
    open_return,
    receive_return,
    settle_return,
)
from quanqu.sell.returns.queries.laws import (
    claims_unlike_the_returns,
    money_unlike_the_ledger,
    stock_unlike_the_ledger,
)

__all__ = ["NOW", "PNG", "ask", "breaches", "clerk", "draft", "make_open_shop", "settled", "sold"]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "0000030101001827d9bd0000000049454e44ae426082"
)
"""A picture of one dot."""


def sold(shop: Shop, *lines: tuple[str, int], **more: Any) -> LiveOrder:
    """Place an order at the store and hand it over; it is recorded."""
    placed = order(shop, *lines, **{"delivery": Delivery.CARRY_OUT, **more})
    done = move_order(actor=SYSTEM, order_id=placed.id, step=Step.HAND_OVER, now=NOW)
    record_live_orders(now=NOW)
    return done


def recorded(shop: Shop, *lines: dict[str, Any], number: str = "T-1", **more: Any) -> UUID:
    """Record an order another channel tells of and return its id."""
    told = lines or (orders.make_line(sku="tea", quantity=2, unit_price_e4=125_000),)
    made = orders.make_order(
        shop.depot,
        external_id=number,
        number=number,
        placed_at=NOW,
        business_date=NOW.date(),
        currency="CNY",
        lines=[
            {"variant_key": shop.items[line["sku"]].key} | line
            if line.get("sku") in shop.items
            else line
            for line in told
        ],
        **more,
    )
    outcome = orders.record(made, now=NOW)
    assert not outcome.rejected, outcome
    (row,) = find_by_external(actor=SYSTEM, external_id=number)
    return decode("ord", row.id)


def ask(line: int = 1, quantity: int = 1, reason: str = "changed_mind") -> ReturnAsk:
    """Ask for units of a line."""
    return ReturnAsk(line, quantity, reason)


def draft(shop: Shop, order_id: UUID, *asks: ReturnAsk, **more: Any) -> ReturnDraft:
    """Return a return to open at the store."""
    told = {"id": uuid4(), "place_key": shop.store.key} | more
    return ReturnDraft(order_id=order_id, lines=asks or (ask(),), **told)


def opened(shop: Shop, order_id: UUID, *asks: ReturnAsk, **more: Any) -> ReturnRow:
    """Open a return."""
    actor = more.pop("actor", SYSTEM)
    return open_return(actor=actor, draft=draft(shop, order_id, *asks, **more), now=NOW)


def graded(row: ReturnRow, grade: Grade = Grade.A) -> None:
    """Receive all of a return and grade it."""
    receive_return(actor=SYSTEM, return_id=row.id, now=NOW)
    lines = get_return(actor=SYSTEM, return_id=row.id).lines
    grades = [Graded(line.line_no, {grade: line.quantity}) for line in lines]
    inspect_return(actor=SYSTEM, return_id=row.id, grades=grades, now=NOW)


def settled(shop: Shop, order_id: UUID, *asks: ReturnAsk, **more: Any) -> ReturnRow:
    """Open a return, receive, grade and settle it."""
    told = {name: more.pop(name) for name in ("tender", "to_credit") if name in more}
    grade = more.pop("grade", Grade.A)
    row = opened(shop, order_id, *asks, **more)
    graded(row, grade)
    return settle_return(actor=SYSTEM, return_id=row.id, now=NOW, **told)


def clerk(*permissions: str, places: tuple[int, ...]) -> Actor:
    """Return a person with permissions at places."""
    grant = Grant(frozenset(permissions), Scope(places=frozenset(places)))
    return Actor(ActorKind.PERSON, "per_1", "Ada", (grant,))


def later(days: float) -> Any:
    """Return a time after NOW."""
    return NOW + timedelta(days=days)


def breaches() -> list[str]:
    """Return what breaks a law of returns, live orders, stock or payments."""
    return [
        *paid_without_order(),
        *goods_unlike_the_orders(),
        *claims_unlike_the_returns(),
        *money_unlike_the_ledger(),
        *stock_unlike_the_ledger(),
        *oversold(),
        *balances_unlike_the_ledger(),
        *beyond_the_promise(),
        *unlike_the_ledger(),
    ]

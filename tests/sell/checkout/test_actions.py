"""Orders are placed, moved and cancelled with their goods and money, or nothing happens."""

from dataclasses import replace

import pytest
from tests.builders.catalog import show
from tests.builders.checkout import NOW, breaches, draft, later, make_open_shop, order
from tests.builders.goods import Shop
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.laws.facade import laws
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LineDraft,
    LiveFilters,
    LiveOrderNotFoundError,
    LiveState,
    NoPriceError,
    NotEnoughError,
    OrderItemError,
    OrderLineError,
    OrderReusedError,
    OrderStepError,
    PaymentRefusedError,
    PickupCodeError,
    Step,
    TenderDraft,
    TenderSumError,
)
from quanqu.sell.checkout.facade import (
    cancel_order,
    end_window,
    get_live_order,
    list_live_orders,
    move_order,
    place_order,
    record_live_orders,
    settle_payment,
)
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import expire_holds, list_levels
from quanqu.sell.orders.facade import get_order, orders_by_id
from quanqu.sell.payments import registry
from quanqu.sell.payments.facade import get_payments

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


def level(shop, sku="tea"):
    filters = LevelFilters(place_key=shop.store.key, variant_keys=frozenset({shop.items[sku].key}))
    return list_levels(actor=SYSTEM, filters=filters).items[0]


def payments(placed):
    name = encode("ord", placed.id)
    return get_payments(actor=SYSTEM, references=[name])[name]


def move(placed, step, now=NOW, **more):
    return move_order(actor=SYSTEM, order_id=placed.id, step=step, now=now, **more)


def cancel(placed, reason=CancelReason.BUYER, now=NOW):
    return cancel_order(actor=SYSTEM, order_id=placed.id, reason=reason, now=now)


def clerk(*permissions, places):
    grant = Grant(frozenset(permissions), Scope(places=frozenset(places)))
    return Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))


def pay(placed, only=""):
    answer(placed, now=later(1), only=only)


def waiting(shop, *lines, now=NOW, **more):
    """An order whose money is asked for elsewhere and has not come yet."""
    return order(shop, *lines, now=now, tender=SLOW.code, **more)


@pytest.fixture(autouse=True)
def slow_tender(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)


def test_paid_at_once_an_order_is_confirmed_and_its_goods_are_its_own(shop):
    placed = order(shop, ("tea", 2), ("cup", 1))

    assert (placed.state, placed.total_minor) == (LiveState.CONFIRMED, 3_750)
    assert (level(shop).allocated, level(shop).available) == (2, 8)
    assert [one.captured_minor for one in payments(placed)] == [3_750]
    assert not breaches()


def test_the_way_of_an_order_that_is_shipped(shop):
    placed = order(shop, ("tea", 2))
    for step, state in (
        (Step.PICK, LiveState.PROCESSING),
        (Step.SHIP, LiveState.SHIPPED),
        (Step.DELIVER, LiveState.DELIVERED),
        (Step.COMPLETE, LiveState.COMPLETED),
    ):
        assert move(placed, step).state is state
        assert move(placed, step).state is state  # once more, it changes nothing
        assert not breaches()

    assert (level(shop).on_hand, level(shop).allocated) == (8, 0)
    found = get_live_order(actor=SYSTEM, order_id=placed.id)
    assert [one.step for one in found.steps] == [
        Step.PLACE, Step.PICK, Step.SHIP, Step.DELIVER, Step.COMPLETE,
    ]  # fmt: skip
    with pytest.raises(OrderStepError, match="is completed; the step cancel cannot follow"):
        cancel(placed)


def test_a_pickup_needs_the_code_the_buyer_was_given(shop):
    placed = order(shop, delivery=Delivery.PICKUP, pickup_place_key=shop.store.key)
    move(placed, Step.PICK)
    move(placed, Step.MAKE_READY)
    code = contact_of(placed.key)["pickup_code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    for told in (None, "", wrong):
        with pytest.raises(PickupCodeError):
            move(placed, Step.HAND_OVER, pickup_code=told)
    assert level(shop).on_hand == 10
    assert move(placed, Step.HAND_OVER, pickup_code=code).state is LiveState.COMPLETED
    assert level(shop).on_hand == 9
    assert not breaches()


def test_taken_along_goods_leave_at_once(shop):
    placed = order(shop, delivery=Delivery.CARRY_OUT, tender="cash")
    assert move(placed, Step.HAND_OVER).state is LiveState.COMPLETED
    assert level(shop).on_hand == 9
    assert not breaches()


@pytest.mark.parametrize("steps", [(), (Step.PICK,)])
def test_cancelled_before_it_left_goods_are_free_and_money_is_back(shop, steps):
    placed = order(shop, ("tea", 3))
    for step in steps:
        move(placed, step)

    assert cancel(placed).cancel_reason is CancelReason.BUYER
    assert cancel(placed).state is LiveState.CANCELLED  # once more, it changes nothing

    assert (level(shop).available, level(shop).allocated) == (10, 0)
    assert [(one.captured_minor, one.refunded_minor) for one in payments(placed)] == [
        (3_750, 3_750)
    ]
    assert not breaches()
    with pytest.raises(OrderStepError):
        move(placed, Step.PICK)


def test_a_bill_is_a_promise_that_is_given_up(shop):
    placed = order(shop, tender="invoice")
    assert placed.state is LiveState.CONFIRMED
    assert payments(placed)[0].captured_minor == 0
    cancel(placed)
    assert payments(placed)[0].voided_minor == 1_250
    assert not breaches()


def test_goods_that_are_not_there_are_named_and_nothing_happens(shop):
    with pytest.raises(NotEnoughError) as refused:
        order(shop, ("tea", 11), ("cup", 1))
    assert refused.value.fields["short"] == [
        {"line": 1, "sku": "tea", "asked": 11, "available": 10}
    ]
    assert not Order.objects.exists()
    assert level(shop, "cup").allocated == 0
    assert not breaches()


def test_a_refused_payment_leaves_nothing_behind(shop):
    with pytest.raises(PaymentRefusedError, match="declined"):
        order(shop, token="declined")
    assert not Order.objects.exists()
    assert level(shop).allocated == 0


def test_asked_again_the_first_order_is_answered_as_it_stands(shop):
    once = draft(shop, ("tea", 2))
    first = place_order(actor=SYSTEM, draft=once, now=NOW)
    move(first, Step.PICK)

    again = place_order(actor=SYSTEM, draft=once, now=later(5))

    assert (again.key, again.state) == (first.key, LiveState.PROCESSING)
    assert level(shop).allocated == 2
    with pytest.raises(OrderReusedError):
        place_order(actor=SYSTEM, draft=draft(shop, ("tea", 3), order_id=once.id), now=NOW)


@pytest.mark.parametrize(
    ("lines", "more", "error", "told"),
    [
        ([("tea", 0)], {}, OrderLineError, "Line 1: the quantity is 1 to"),
        ([("tea", -1)], {}, OrderLineError, "Line 1"),
        ([("tea", 10**9)], {}, OrderLineError, "Line 1"),
        ([("tea", 1)], {"price": -1}, OrderLineError, "negative"),
        ([("tea", 1)], {"price": None}, NoPriceError, "tea has no price in CNY"),
        ([("tea", 1)], {"tender": None}, TenderSumError, "make 0.00, the order 12.50"),
        ([("tea", 1)] * 201, {}, OrderLineError, "1 to 200 lines"),
    ],
)
def test_what_cannot_be_is_refused_by_name(shop, lines, more, error, told):
    with pytest.raises(error, match=told):
        order(shop, *lines, **more)
    assert not Order.objects.exists()


def test_an_item_of_another_company_is_not_sold(shop):
    other = make_open_shop(code="south")
    theirs = (LineDraft(other.items["tea"].key, 1, other.store.key, 100),)
    with pytest.raises(OrderItemError):
        place_order(actor=SYSTEM, draft=replace(draft(shop), lines=theirs), now=NOW)


def test_several_tenders_share_the_total(shop):
    base = draft(shop, ("tea", 4))
    split = replace(base, tenders=(TenderDraft("cash", 2_000), TenderDraft("test")))
    placed = place_order(actor=SYSTEM, draft=split, now=NOW)
    assert [(one.tender, one.captured_minor) for one in payments(placed)] == [
        ("cash", 2_000),
        ("test", 3_000),
    ]
    cancel(placed)
    assert [one.refunded_minor for one in payments(placed)] == [2_000, 3_000]
    assert not breaches()


def test_one_price_is_what_the_place_asks(shop):
    show(shop.items["tea"].key, shop.store.key, price_minor=1_999, currency="CNY")
    assert order(shop, ("tea", 2), price=None).total_minor == 3_998


def test_an_order_waits_for_its_money_and_is_confirmed_by_it(shop):
    placed = waiting(shop, ("tea", 2))
    assert placed.state is LiveState.AWAITING_PAYMENT
    assert (level(shop).held, level(shop).allocated) == (2, 0)
    assert not breaches()

    pay(placed)
    settle_payment(reference=encode("ord", placed.id), now=later(10))
    settle_payment(reference=encode("ord", placed.id), now=later(10))

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.CONFIRMED
    assert (level(shop).held, level(shop).allocated) == (0, 2)
    assert not breaches()


def test_without_money_the_window_ends_and_the_goods_are_free(shop):
    placed = waiting(shop, ("tea", 2))
    expire_holds(now=later(901))
    deliver_events(now=later(902))

    found = get_live_order(actor=SYSTEM, order_id=placed.id).order
    assert (found.state, found.cancel_reason) == (
        LiveState.CANCELLED,
        CancelReason.PAYMENT_WINDOW,
    )
    assert level(shop).available == 10
    assert not breaches()


def test_late_money_gets_the_goods_again_where_they_are_still_there(shop):
    placed = waiting(shop, ("tea", 2))
    expire_holds(now=later(901))
    end_window(order_id=placed.id, now=later(901))
    pay(placed)
    settle_payment(reference=encode("ord", placed.id), now=later(950))

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.CONFIRMED
    assert level(shop).allocated == 2
    assert not breaches()


def test_late_money_goes_back_where_the_goods_are_gone(shop):
    placed = waiting(shop, ("tea", 9))
    expire_holds(now=later(901))
    end_window(order_id=placed.id, now=later(901))
    order(shop, ("tea", 5), now=later(920))
    pay(placed)
    settle_payment(reference=encode("ord", placed.id), now=later(950))

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.CANCELLED
    (paid,) = payments(placed)
    assert paid.refunded_minor + paid.refunding_minor == paid.captured_minor == 11_250
    assert level(shop).allocated == 5
    assert not breaches()


def test_a_part_of_the_money_that_comes_late_goes_back(shop):
    base = draft(shop, ("tea", 2))
    split = replace(base, tenders=(TenderDraft("cash", 500), TenderDraft(SLOW.code)))
    placed = place_order(actor=SYSTEM, draft=split, now=NOW)
    expire_holds(now=later(901))
    end_window(order_id=placed.id, now=later(901))
    assert [one.refunded_minor for one in payments(placed)] == [500, 0]

    pay(placed, only=SLOW.code)
    settle_payment(reference=encode("ord", placed.id), now=later(950))

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.CANCELLED
    assert [one.refunded_minor + one.refunding_minor for one in payments(placed)] == [500, 2_000]
    assert not breaches()


def test_money_that_came_before_its_window_was_swept_counts(shop):
    placed = waiting(shop, ("tea", 2))
    expire_holds(now=later(901))
    pay(placed)
    end_window(order_id=placed.id, now=later(902))

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.CONFIRMED
    assert not breaches()


def test_who_may(shop):
    other = make_open_shop(code="south")
    keeper = clerk("orders.manage", "orders.view", places={shop.store.key})
    placed = order(shop, actor=keeper)
    foreign = order(other)

    assert move_order(actor=keeper, order_id=placed.id, step=Step.PICK, now=NOW)
    for attempt in (
        lambda: order(other, actor=keeper),
        lambda: move_order(actor=keeper, order_id=foreign.id, step=Step.PICK, now=NOW),
        lambda: cancel_order(actor=keeper, order_id=foreign.id, reason=CancelReason.BUYER, now=NOW),
        lambda: get_live_order(actor=keeper, order_id=foreign.id),
    ):
        with pytest.raises(LiveOrderNotFoundError):
            attempt()
    seen = list_live_orders(actor=keeper, filters=LiveFilters()).items
    assert [one.id for one in seen] == [placed.id]
    with pytest.raises(NotAllowedError):
        order(shop, actor=clerk("orders.view", places={shop.store.key}))


def test_what_is_live_is_recorded_with_every_change(shop):
    placed, gone = order(shop, ("tea", 2)), order(shop, ("cup", 1))
    assert record_live_orders(now=NOW) == 2
    assert record_live_orders(now=NOW) == 0
    move(placed, Step.PICK)
    cancel(gone)
    deliver_events(now=NOW)  # the refund is told
    assert record_live_orders(now=later(1)) == 2

    records = orders_by_id(order_ids=[placed.id, gone.id])
    assert [records[one.id].status.value for one in (placed, gone)] == ["processing", "cancelled"]
    assert [records[one.id].refunded.minor for one in (placed, gone)] == [0, 1_250]
    detail = get_order(actor=SYSTEM, order_id=encode("ord", placed.id))
    assert [(one.sku, one.quantity, one.amount.minor) for one in detail.lines] == [
        ("tea", 2, 2_500)
    ]
    assert not breaches()


def test_the_laws_see_what_breaks_them(shop):
    placed = order(shop)
    record_live_orders(now=NOW)
    mine = {one.code: one for one in laws() if ".live" in one.code}
    assert {code: list(one.check()) for code, one in mine.items()} == {
        "L1.live_goods_are_promised": [],
        "L1.live_slots": [],
        "L2.live_edits": [],
        "L2.live_is_recorded": [],
        "L2.live_merges": [],
        "L2.live_money": [],
        "L2.live_totals": [],
    }
    Order.objects.filter(id=placed.id).update(
        state="shipped", goods_minor=1, total_minor=1, edition=2, slot_starts_at=NOW
    )
    Order.objects.filter(id=order(shop).id).update(state="cancelled", cancel_reason="merged")
    assert all(one.check() for one in mine.values())


def test_some_steps_are_not_taken_by_themselves(shop):
    with pytest.raises(ValueError, match="no step to take by itself"):
        move(order(shop), Step.CANCEL)

"""Goods are reserved at a store, tried there, and bought, in part or not at all."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.builders.checkout import NOW, PRICE, breaches, later, make_open_shop, order
from tests.builders.queue import wait_for
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LineDraft,
    LiveState,
    NotEnoughError,
    OrderReusedError,
    PaymentRefusedError,
    PickupCodeError,
    ReservationDraftError,
    ReservationError,
    ReservedPurchase,
    SlotChoice,
    Step,
    TenderDraft,
    TenderSumError,
)
from quanqu.sell.checkout.queries.laws import edits_unlike_the_orders
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.inventory.contracts import (
    BuyerLimitError,
    LevelFilters,
    Movement,
    MovementKind,
    Posting,
    QueueWaitingError,
    StockState,
)
from quanqu.sell.inventory.facade import (
    expire_holds,
    limit_buyers,
    list_levels,
    post_movements,
)
from quanqu.sell.orders.contracts import OrderStatus
from quanqu.sell.orders.facade import orders_by_id
from quanqu.sell.payments import registry
from quanqu.sell.payments.contracts import PaymentRequest
from quanqu.sell.payments.facade import get_payments, start_payment

pytestmark = pytest.mark.django_db
HOUR = 3_600


@pytest.fixture
def shop():
    return make_open_shop(units=5)


def reserve(shop, *lines, **more):
    """Reserve goods at the store, to be tried there."""
    told = {
        "delivery": Delivery.PICKUP, "pickup_place_key": shop.store.key, "tender": None,
        "is_reservation": True,
    }  # fmt: skip
    return order(shop, *lines, **(told | more))


def buy(placed, quantities, *tenders, now=NOW, code=None, purchase_id=None):
    """Buy at the desk of what was reserved."""
    purchase = ReservedPurchase(
        id=purchase_id or uuid4(),
        order_id=placed.id,
        quantities=quantities,
        tenders=tuple(TenderDraft(*one) for one in tenders),
        pickup_code=contact_of(placed.key)["pickup_code"] if code is None else code,
    )
    return facade.buy_reserved(actor=SYSTEM, purchase=purchase, now=now)


def level(shop, sku="tea"):
    keys = frozenset({shop.items[sku].key})
    filters = LevelFilters(place_key=shop.store.key, variant_keys=keys)
    (found,) = list_levels(actor=SYSTEM, filters=filters).items
    return found.available, found.on_hand


def payments_of(placed):
    name = encode("ord", placed.id)
    return get_payments(actor=SYSTEM, references=[name])[name]


def recorded(placed):
    facade.record_live_orders(now=later(1))
    return orders_by_id(order_ids=[placed.id])[placed.id]


def assert_sound():
    assert not breaches()
    assert not edits_unlike_the_orders()


def test_reserved_goods_are_kept_without_money_and_are_no_sale(shop):
    placed = reserve(shop, ("tea", 2), ("cup", 1))

    assert (placed.state, placed.is_reservation) == (LiveState.AWAITING_PAYMENT, True)
    assert placed.pay_until == NOW + timedelta(hours=48)
    assert level(shop) == (3, 5)
    assert payments_of(placed) == []
    assert recorded(placed).status is OrderStatus.DRAFT
    assert facade.pickup_code_of(actor=SYSTEM, order_id=placed.id).isdecimal()
    (kept,) = facade.reservations_at(place_key=shop.store.key)
    assert (kept.order.id, len(kept.lines)) == (placed.id, 2)
    with pytest.raises(NotEnoughError):
        order(shop, ("tea", 4))
    assert_sound()


def test_some_of_it_is_bought_with_two_tenders_and_the_rest_is_free_at_once(shop):
    placed = reserve(shop, ("tea", 3), ("cup", 2))
    bought = buy(placed, {1: 1, 2: 0}, ("cash", 1_000), ("test", None), now=later(HOUR))

    assert (bought.state, bought.total_minor) == (LiveState.COMPLETED, PRICE)
    assert not bought.is_reservation
    assert level(shop) == (4, 4)
    assert level(shop, "cup") == (5, 5)
    assert sorted(one.captured_minor for one in payments_of(placed)) == [250, 1_000]
    assert facade.reservations_at(place_key=shop.store.key) == []
    told = recorded(placed)
    assert (told.status, told.total.minor) == (OrderStatus.COMPLETED, PRICE)
    found = facade.get_live_order(actor=SYSTEM, order_id=placed.id)
    assert [one.step for one in found.steps] == [Step.PLACE, Step.EDIT, Step.PAY, Step.HAND_OVER]
    assert [(one.sku, one.quantity) for one in found.lines] == [("tea", 1)]
    assert_sound()


def test_all_of_it_is_bought(shop):
    placed = reserve(shop, ("tea", 2))
    bought = buy(placed, {1: 2}, ("cash",))

    assert (bought.state, bought.total_minor) == (LiveState.COMPLETED, 2 * PRICE)
    assert level(shop) == (3, 3)
    assert_sound()


def test_nothing_is_bought(shop):
    placed = reserve(shop, ("tea", 2))
    with pytest.raises(TenderSumError):
        buy(placed, {}, ("cash", 100))
    ended = buy(placed, {1: 0})

    assert (ended.state, ended.cancel_reason) == (LiveState.CANCELLED, CancelReason.BUYER)
    assert level(shop) == (5, 5)
    assert recorded(placed).status is OrderStatus.DRAFT
    assert_sound()


def test_who_does_not_come_is_a_no_show(shop):
    placed = reserve(shop, ("tea", 2), pay_until=later(HOUR))
    expire_holds(now=later(HOUR + 1))
    deliver_events(now=later(HOUR + 1))
    found = facade.get_live_order(actor=SYSTEM, order_id=placed.id)

    assert found.order.state is LiveState.CANCELLED
    assert found.order.cancel_reason is CancelReason.NOT_COLLECTED
    assert found.steps[-1].detail == "nobody came to try it"
    assert level(shop) == (5, 5)
    assert recorded(placed).status is OrderStatus.DRAFT
    with pytest.raises(ReservationError, match="it has ended"):
        buy(placed, {1: 1}, ("cash",), now=later(HOUR + 2))
    assert_sound()


def test_after_its_end_nothing_is_bought_even_before_the_job_came(shop):
    placed = reserve(shop, ("tea", 2), pay_until=later(HOUR))
    with pytest.raises(ReservationError, match="it has ended"):
        buy(placed, {1: 1}, ("cash",), now=later(HOUR))
    expire_holds(now=later(HOUR + 1))  # the job is faster than the till's clock
    with pytest.raises(ReservationError, match="it has ended"):
        buy(placed, {1: 1}, ("cash",), now=later(HOUR - 1))
    assert payments_of(placed) == []
    assert_sound()


def test_the_same_purchase_again_counts_once(shop):
    placed = reserve(shop, ("tea", 3))
    name = uuid4()
    first = buy(placed, {1: 1}, ("cash",), purchase_id=name)
    again = buy(placed, {1: 1}, ("cash",), purchase_id=name, now=later(9 * 24 * HOUR))
    assert first == again
    assert len(payments_of(placed)) == 1
    with pytest.raises(OrderReusedError):
        buy(placed, {1: 2}, ("cash",), purchase_id=name)
    with pytest.raises(ReservationError, match="was bought"):
        buy(placed, {1: 1}, ("cash",))
    assert_sound()


@pytest.mark.parametrize(
    ("quantities", "tenders", "code", "refusal"),
    [
        ({1: 1}, [("cash",)], "000000x", PickupCodeError),
        ({1: 3}, [("cash",)], None, ReservationError),
        ({1: -1}, [("cash",)], None, ReservationError),
        ({7: 1}, [("cash",)], None, ReservationError),
        ({1: 1}, [], None, TenderSumError),
        ({1: 1}, [("cash", 1)], None, TenderSumError),
        ({1: 1}, [("cash", PRICE), ("test", 1)], None, TenderSumError),
        ({1: 1}, [("cash", 1), ("test", None, "declined")], None, PaymentRefusedError),
        ({1: 1}, [("slow",)], None, PaymentRefusedError),
    ],
)
def test_what_is_refused_changes_nothing(shop, monkeypatch, quantities, tenders, code, refusal):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    placed = reserve(shop, ("tea", 2))
    before = facade.get_live_order(actor=SYSTEM, order_id=placed.id)
    with pytest.raises(refusal):
        buy(placed, quantities, *tenders, code=code)
    assert facade.get_live_order(actor=SYSTEM, order_id=placed.id) == before
    assert payments_of(placed) == []
    assert level(shop) == (3, 5)
    assert_sound()


def test_only_what_can_be_tried_at_one_store_is_reserved(shop):
    depot = (LineDraft(shop.items["tea"].key, 1, shop.depot.key, PRICE),)
    wrong = [
        {"delivery": Delivery.SHIP, "pickup_place_key": None},
        {"lines": depot},
        {"tender": "test"},
        {"shipping_minor": 100},
        {"hold_id": uuid4()},
        {"slot": SlotChoice(uuid4(), NOW.date())},
        {"pay_until": NOW},
        {"pay_until": NOW + timedelta(days=7, seconds=1)},
    ]
    for told in wrong:
        with pytest.raises(ReservationDraftError):
            reserve(shop, **told)
    assert reserve(shop, pay_until=NOW + timedelta(days=7)).is_reservation
    assert level(shop) == (4, 5)
    foreign = make_open_shop(code="south")
    with pytest.raises(ReservationDraftError, match="another company"):
        reserve(
            shop,
            pickup_place_key=foreign.store.key,
            lines=(LineDraft(shop.items["tea"].key, 1, foreign.store.key, PRICE),),
        )


def test_a_store_says_how_long_it_keeps_goods(shop):
    told = {"actor": SYSTEM, "place_key": shop.store.key, "now": NOW}
    assert facade.set_reserve_hours(hours=24, **told) == 24
    assert reserve(shop).pay_until == NOW + timedelta(hours=24)
    for hours in (0, 169):
        with pytest.raises(ReservationDraftError):
            facade.set_reserve_hours(hours=hours, **told)
    assert facade.reserve_hours(place_key=shop.store.key) == 24


def test_a_reservation_is_extended_within_seven_days_only(shop):
    placed = reserve(shop, ("tea", 2), pay_until=later(HOUR))

    def extend(until, now=NOW):
        return facade.extend_reservation(
            actor=SYSTEM, order_id=placed.id, until=until, now=now
        ).pay_until

    week = NOW + timedelta(days=7)
    for wrong in (later(HOUR - 1), week + timedelta(seconds=1)):
        with pytest.raises(ReservationError):
            extend(wrong)
    assert extend(week) == extend(week) == week
    with pytest.raises(ReservationError, match="7 days"):
        extend(week + timedelta(days=1), now=later(HOUR))
    expire_holds(now=later(2 * HOUR))
    deliver_events(now=later(2 * HOUR))
    assert buy(placed, {1: 2}, ("cash",), now=later(3 * HOUR)).state is LiveState.COMPLETED
    with pytest.raises(ReservationError):
        extend(week)
    assert_sound()


def test_a_reservation_that_is_asked_twice_is_one(shop):
    once = UUID(int=7 << 76 | 2 << 62 | 5)
    first = reserve(shop, ("tea", 2), order_id=once)
    assert reserve(shop, ("tea", 2), order_id=once).key == first.key
    with pytest.raises(OrderReusedError):
        order(shop, ("tea", 2), order_id=once)
    assert level(shop) == (3, 5)


def test_who_pays_a_reservation_from_home_has_an_order_to_collect(shop, monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    placed = reserve(shop, ("tea", 2))
    request = PaymentRequest(
        id=uuid4(), company_key=placed.company_key, place_key=placed.place_key,
        reference=encode("ord", placed.id), tender=SLOW.code, amount_minor=placed.total_minor,
        currency="CNY",
    )  # fmt: skip
    start_payment(actor=SYSTEM, request=request, now=NOW)
    answer(placed, now=NOW)
    deliver_events(now=NOW)
    found = facade.get_live_order(actor=SYSTEM, order_id=placed.id).order
    assert (found.state, found.is_reservation) == (LiveState.CONFIRMED, False)
    with pytest.raises(ReservationError):
        buy(placed, {1: 1}, ("cash",))
    assert_sound()


def test_a_reservation_for_nothing_is_not_confirmed_by_its_end(shop):
    placed = reserve(shop, ("tea", 2), price=0, pay_until=later(HOUR))
    expire_holds(now=later(HOUR + 1))
    deliver_events(now=later(HOUR + 1))
    found = facade.get_live_order(actor=SYSTEM, order_id=placed.id).order
    assert found.state is LiveState.CANCELLED
    again = reserve(shop, ("tea", 2), price=0)
    assert buy(again, {1: 1}).state is LiveState.COMPLETED
    assert level(shop) == (4, 4)
    assert_sound()


def test_limits_of_a_buyer_hold_for_what_is_tried_and_end_with_it(shop):
    limit_buyers(
        actor=SYSTEM, company_key=shop.company.key, variant_keys=[shop.items["tea"].key], most=2,
        window_s=10 * HOUR, now=NOW,
    )  # fmt: skip
    placed = reserve(shop, ("tea", 2), subject_key=7)
    with pytest.raises(BuyerLimitError):
        reserve(shop, ("tea", 1), subject_key=7)
    buy(placed, {1: 1}, ("cash",))
    with pytest.raises(BuyerLimitError):
        reserve(shop, ("tea", 2), subject_key=7)
    assert reserve(shop, ("tea", 1), subject_key=7).is_reservation
    assert_sound()


def test_goods_that_a_queue_waits_for_are_not_reserved_and_a_purchase_passes_nobody(shop):
    placed = reserve(shop, ("tea", 5))
    wait_for(2, place=shop.store.key, item=shop.items["tea"].key)
    with pytest.raises(QueueWaitingError):
        reserve(shop, ("tea", 1))
    buy(placed, {1: 4}, ("cash",))
    with pytest.raises(QueueWaitingError):
        reserve(shop, ("tea", 1))
    assert_sound()


def test_goods_that_turn_out_missing_end_the_reservation(shop):
    placed = reserve(shop, ("tea", 5))
    lost = Movement(
        shop.store.key, shop.items["tea"].key, MovementKind.COUNT, StockState.ON_HAND, -1
    )
    post_movements(actor=SYSTEM, posting=Posting((lost,), NOW, "count"), now=NOW)
    with pytest.raises(ReservationError, match="it has ended"):
        buy(placed, {1: 4}, ("cash",))
    deliver_events(now=NOW)
    found = facade.get_live_order(actor=SYSTEM, order_id=placed.id).order
    assert (found.state, found.cancel_reason) == (LiveState.CANCELLED, CancelReason.OUT_OF_STOCK)
    assert level(shop) == (4, 4)
    assert_sound()

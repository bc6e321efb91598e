"""Deliveries become orders once, and what goes wrong is answered as the subscription says."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.catalog import show
from tests.builders.checkout import NOW, breaches, make_open_shop, order
from tests.builders.org import actor_of_person, make_person
from tests.builders.slow_tender import SLOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import ContactDraft, Delivery
from quanqu.sell.checkout.facade import end_window, get_live_order
from quanqu.sell.checkout.models import Order
from quanqu.sell.inventory.facade import expire_holds
from quanqu.sell.payments import registry
from quanqu.sell.subscriptions.actions import delivering
from quanqu.sell.subscriptions.contracts import (
    Act,
    DeliveryState,
    Every,
    ItemDraft,
    OnShort,
    PlanChange,
    PlanDraft,
    PlanState,
    SubscriptionFieldError,
    SubscriptionItemNotFoundError,
    SubscriptionNotFoundError,
    SubscriptionReusedError,
    SubscriptionStateError,
)
from quanqu.sell.subscriptions.facade import (
    begin_subscription,
    change_subscription,
    deliver_due,
    end_subscription,
    get_subscription,
    list_subscriptions,
    pause_subscription,
    pause_unpaid,
    resume_subscription,
    skip_delivery,
)
from quanqu.sell.subscriptions.models import Plan
from quanqu.sell.subscriptions.queries import deliveries_unlike_the_orders

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
HOME = ContactDraft(name="Mei", street="Old Road 1", city="Shanghai", postcode="200001")


@pytest.fixture
def shop():
    shop = make_open_shop()
    for sku, price in (("tea", 1_000), ("cup", 400)):
        show(shop.items[sku].key, shop.store.key, now=NOW, price_minor=price, currency="CNY")
    return shop


@pytest.fixture(autouse=True)
def slow_tender(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)


def plan(shop, **more):
    told = {
        "id": uuid4(), "place_key": shop.store.key, "every": 2, "unit": Every.WEEK,
        "items": (ItemDraft(shop.items["tea"].key, 2), ItemDraft(shop.items["cup"].key, 1)),
        "first_on": TODAY, "tender": "invoice", "contact": HOME, "delivery": Delivery.PICKUP,
        "pickup_place_key": shop.store.key,
    } | more  # fmt: skip
    return PlanDraft(**told)


def begin(shop, **more):
    return begin_subscription(actor=SYSTEM, draft=plan(shop, **more), now=NOW)


def read(row):
    return get_subscription(actor=SYSTEM, subscription_id=row.id)


def deliver(days=0, hours=0):
    return deliver_due(now=NOW + timedelta(days=days, hours=hours))


def sound():
    return not [*breaches(), *deliveries_unlike_the_orders()]


def test_each_delivery_is_one_order_at_the_price_of_its_day(shop):
    row = begin(shop)
    assert deliver() == 1
    assert deliver() == 0
    found = read(row)
    assert (found.row.next_on, found.row.state) == (TODAY + timedelta(days=14), PlanState.ACTIVE)
    (first,) = found.deliveries
    assert get_live_order(actor=SYSTEM, order_id=first.order_id).order.total_minor == 2_400
    assert deliver(days=13) == 0
    later = NOW + timedelta(days=14)
    show(shop.items["tea"].key, shop.store.key, now=later, price_minor=1_100, currency="CNY")
    assert deliver(days=14) == 1
    second = read(row).deliveries[0]
    assert (second.no, second.state) == (2, DeliveryState.PLACED)
    assert get_live_order(actor=SYSTEM, order_id=second.order_id).order.total_minor == 2_600
    assert Order.objects.count() == 2
    assert sound()


def test_a_worker_that_was_killed_is_followed_and_makes_no_second_order(shop, monkeypatch):
    row = begin(shop)

    def die(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering, "_settle", die)
    with pytest.raises(KeyboardInterrupt):
        deliver()
    monkeypatch.undo()
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    assert deliver() == 0  # the one that died still has it
    with pytest.raises(SubscriptionStateError):
        pause_subscription(actor=SYSTEM, subscription_id=row.id, reason="", now=NOW)
    assert deliver(hours=1) == 1
    (one,) = read(row).deliveries
    assert one.state is DeliveryState.PLACED
    assert Order.objects.count() == 1
    assert sound()


def test_a_person_who_skips_what_a_dead_worker_ordered_skips_nothing(shop, monkeypatch):
    row = begin(shop)
    monkeypatch.setattr(delivering, "_settle", lambda *_args: None)
    deliver()
    later = NOW + timedelta(hours=1)
    skip_delivery(actor=SYSTEM, subscription_id=row.id, due_on=TODAY, now=later)
    (one,) = read(row).deliveries
    assert one.state is DeliveryState.PLACED
    assert Order.objects.count() == 1
    assert sound()


@pytest.mark.parametrize(
    ("on_short", "state", "orders"),
    [(OnShort.SKIP_ITEM, DeliveryState.PLACED, 1), (OnShort.WAIT, DeliveryState.WAITING, 0),
     (OnShort.SKIP_DELIVERY, DeliveryState.SKIPPED, 0)],
)  # fmt: skip
def test_missing_goods_are_answered_as_the_subscription_says(shop, on_short, state, orders):
    order(shop, ("tea", 10), tender="invoice")
    row = begin(shop, on_short=on_short)
    deliver()
    found = read(row)
    (one,) = found.deliveries
    assert one.state is state
    assert Order.objects.count() == 1 + orders
    if orders:
        lines = get_live_order(actor=SYSTEM, order_id=one.order_id).lines
        assert [line.sku for line in lines] == ["cup"]
        assert "tea" in one.detail
    if on_short is OnShort.WAIT:
        assert found.row.try_on == TODAY + timedelta(days=1)
        for day in range(1, 8):
            deliver(days=day)
        assert read(row).deliveries[0].state is DeliveryState.SKIPPED
        assert read(row).row.next_on == TODAY + timedelta(days=14)
    assert sound()


def test_a_refused_payment_is_asked_again_and_then_pauses(shop):
    row = begin(shop, tender="test", token="declined")
    for day in (0, 1, 3):
        assert deliver(days=day) == 1
        assert read(row).row.state is PlanState.ACTIVE
    assert deliver(days=6) == 0
    assert deliver(days=7) == 1
    found = read(row)
    assert found.row.state is PlanState.PAUSED
    assert found.steps[0].act is Act.PAY_REFUSED
    assert not Order.objects.exists()
    assert deliver(days=8) == 0
    resume_subscription(actor=SYSTEM, subscription_id=row.id, now=NOW + timedelta(days=8))
    assert read(row).row.next_on == TODAY + timedelta(days=14)
    assert sound()


def test_an_order_whose_money_never_came_pauses(shop):
    row = begin(shop, tender="slow")
    deliver()
    (one,) = read(row).deliveries
    late = NOW + timedelta(minutes=16)
    expire_holds(now=late)
    end_window(order_id=one.order_id, now=late)
    for _ in range(2):
        pause_unpaid(order_ids=[one.order_id], now=late)
    found = read(row)
    assert (found.row.state, len(found.steps)) == (PlanState.PAUSED, 3)
    assert sound()


def test_it_is_skipped_changed_paused_resumed_and_ended(shop):
    row = begin(shop)
    act = {"actor": SYSTEM, "subscription_id": row.id, "now": NOW}
    for _ in range(2):  # the button pressed twice
        skip_delivery(**act, due_on=TODAY)
    assert read(row).row.next_on == TODAY + timedelta(days=14)
    cup = (ItemDraft(shop.items["cup"].key, 3),)
    change = PlanChange(every=1, unit=Every.MONTH, next_on=TODAY, items=cup)
    change_subscription(**act, change=change)
    pause_subscription(**act, reason="holiday")
    assert deliver() == 0
    resume_subscription(**act)
    assert deliver() == 1
    found = read(row)
    assert found.items == cup
    assert [one.state for one in found.deliveries] == [DeliveryState.PLACED, DeliveryState.SKIPPED]
    for _ in range(2):
        end_subscription(**act, reason="moved")
    assert deliver(days=60) == 0
    with pytest.raises(SubscriptionStateError):
        resume_subscription(**act)
    acts = [one.act for one in reversed(read(row).steps)]
    assert acts == [Act.BEGIN, Act.SKIP, Act.CHANGE, Act.PAUSE, Act.RESUME, Act.PLACE, Act.END]
    assert sound()


def test_what_cannot_be_is_refused(shop):
    tea = shop.items["tea"].key
    wrong = [
        {"every": 0}, {"every": 99}, {"items": ()}, {"items": (ItemDraft(tea, 0),)},
        {"items": (ItemDraft(tea, 1), ItemDraft(tea, 2))},
        {"first_on": TODAY - timedelta(days=2)}, {"pickup_place_key": None},
        {"delivery": Delivery.CARRY_OUT, "pickup_place_key": None},
    ]  # fmt: skip
    for more in wrong:
        with pytest.raises(SubscriptionFieldError):
            begin(shop, **more)
    with pytest.raises(SubscriptionItemNotFoundError):
        begin(shop, items=(ItemDraft(999_999, 1),))
    draft = plan(shop)
    first = begin_subscription(actor=SYSTEM, draft=draft, now=NOW)
    assert begin_subscription(actor=SYSTEM, draft=draft, now=NOW) == first
    with pytest.raises(SubscriptionReusedError):
        begin_subscription(actor=SYSTEM, draft=replace(draft, every=5), now=NOW)
    with pytest.raises(SubscriptionFieldError):
        change_subscription(
            actor=SYSTEM, subscription_id=first.id, now=NOW,
            change=PlanChange(next_on=TODAY - timedelta(days=2)),
        )  # fmt: skip
    assert Plan.objects.count() == 1
    assert b"Old Road" not in bytes(Plan.objects.get().sealed)


def test_subscriptions_are_those_of_ones_places(shop):
    row = begin(shop)
    other = make_open_shop(code="south")
    boss = actor_of_person(make_person("Boss", role=RoleCode.STORE_MANAGER, unit_id=other.store.id))
    assert list_subscriptions(actor=boss).items == ()
    assert [one.id for one in list_subscriptions(actor=SYSTEM).items] == [row.id]
    for act in (get_subscription, resume_subscription):
        more = {} if act is get_subscription else {"now": NOW}
        with pytest.raises((SubscriptionNotFoundError, NotAllowedError)):
            act(actor=boss, subscription_id=row.id, **more)

"""A step is taken with many orders as one set: the same comes out as one by one."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.checkout import NOW, breaches, make_open_shop, order
from tests.builders.goods import Shop
from tests.builders.http import program

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError, QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    Delivery,
    LiveOrderNotFoundError,
    LiveState,
    OrderHeldUpError,
    OrderHoldKind,
    OrderStepError,
    PickupCodeError,
    Step,
    TooManyOrdersError,
)
from quanqu.sell.checkout.facade import (
    get_live_order,
    hold_up_order,
    move_order,
    move_orders,
)
from quanqu.sell.checkout.models import Order, StepTaken
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import list_ledger, list_levels
from quanqu.sell.payments.facade import get_payments

pytestmark = pytest.mark.django_db
ALL = Actor(ActorKind.PERSON, "per_x", "", (Grant(frozenset({"orders.manage"}), Scope()),))


@pytest.fixture
def shop() -> Shop:
    return make_open_shop(units=50)


def many(orders, step, actor=SYSTEM, now=NOW):
    ids = [one.id for one in orders]
    return move_orders(actor=actor, order_ids=ids, step=step, now=now)


def states(answers):
    return [type(one) if isinstance(one, QuanquError) else one.state for one in answers]


def test_each_takes_the_step_and_its_goods_leave(shop: Shop) -> None:
    orders = [order(shop, ("tea", 2), ("cup", 1)) for _ in range(3)]

    picked, shipped = many(orders, Step.PICK), many(orders, Step.SHIP)

    assert states(picked) == [LiveState.PROCESSING] * 3
    assert states(shipped) == [LiveState.SHIPPED] * 3
    filters = LevelFilters(place_key=shop.store.key)
    levels = {one.variant_key: one for one in list_levels(actor=SYSTEM, filters=filters).items}
    tea = levels[shop.items["tea"].key]
    assert (tea.on_hand, tea.held, tea.allocated) == (44, 0, 0)
    sold = list_ledger(actor=SYSTEM, place_key=shop.store.key, variant_key=shop.items["tea"].key)
    refs = [one.ref for one in sold.items if one.kind == "sale"]
    assert sorted(refs) == sorted(encode("ord", one.id) for one in orders)
    assert breaches() == []


def test_the_set_asks_no_more_for_more_orders(shop: Shop) -> None:
    few = [order(shop, ("tea", 1)) for _ in range(2)]
    more = [order(shop, ("tea", 1)) for _ in range(12)]
    many([*few, *more], Step.PICK)

    counts = []
    for orders in (few, more):
        with CaptureQueriesContext(connection) as asked:
            many(orders, Step.SHIP)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_same_again_changes_nothing(shop: Shop) -> None:
    orders = [order(shop, ("tea", 1), delivery=Delivery.CARRY_OUT) for _ in range(2)]

    first, second = many(orders, Step.HAND_OVER), many(orders, Step.HAND_OVER)

    assert states(first) == states(second) == [LiveState.COMPLETED] * 2
    assert StepTaken.objects.filter(step=Step.HAND_OVER).count() == 2
    assert breaches() == []


def test_what_is_refused_to_one_does_not_stop_the_others(shop: Shop) -> None:
    good, twice, held, gone = (order(shop, ("tea", 1)) for _ in range(4))
    pickup = order(shop, ("tea", 1), delivery=Delivery.PICKUP, pickup_place_key=shop.store.key)
    move_order(actor=SYSTEM, order_id=pickup.id, step=Step.PICK, now=NOW)
    move_order(actor=SYSTEM, order_id=pickup.id, step=Step.MAKE_READY, now=NOW)
    hold_up_order(
        actor=SYSTEM, order_id=held.id, kind=OrderHoldKind.FRAUD, note="", now=NOW
    )  # fmt: skip
    many([good, twice], Step.PICK)
    many([twice], Step.SHIP)

    told = many([good, twice, gone, pickup], Step.SHIP)

    assert states(told) == [LiveState.SHIPPED, LiveState.SHIPPED, OrderStepError, OrderStepError]
    assert states(many([held, gone], Step.PICK)) == [OrderHeldUpError, LiveState.PROCESSING]
    assert states(many([pickup], Step.HAND_OVER)) == [PickupCodeError]
    assert breaches() == []


def test_a_set_that_fails_is_moved_one_by_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [order(shop, ("tea", 1)) for _ in range(2)]
    many(orders, Step.PICK)

    def fail(**_):
        return {orders[0].id: OrderStepError(ref="x", state="x", step="x")}

    monkeypatch.setattr("quanqu.sell.checkout.actions.moving_many.consume_holds", fail)

    assert states(many(orders, Step.SHIP)) == [LiveState.SHIPPED] * 2
    assert breaches() == []


def test_money_that_is_promised_is_looked_at_order_by_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    owing, paid = order(shop, ("tea", 1), tender="cash_on_delivery"), order(shop, ("tea", 1))
    many([owing, paid], Step.PICK)
    alone = []
    monkeypatch.setattr(
        "quanqu.sell.checkout.actions.moving_many.move_order",
        lambda **asked: alone.append(asked["order_id"]) or move_order(**asked),
    )

    told = many([owing, paid], Step.SHIP)

    assert states(told) == [LiveState.SHIPPED] * 2
    assert alone == [owing.id]
    (payment,) = get_payments(actor=SYSTEM, references=[encode("ord", owing.id)]).popitem()[1]
    assert payment.capturable_minor == owing.total_minor
    assert breaches() == []


def test_one_that_is_not_the_actors_stops_all(shop: Shop) -> None:
    mine = order(shop, ("tea", 1))
    grant = Grant(frozenset({"orders.manage"}), Scope(places=frozenset({shop.store.key})))
    clerk = Actor(ActorKind.PERSON, "per_x", "", (grant,))
    other = make_open_shop(code="south")
    theirs = order(other, ("tea", 1))

    for stranger in (theirs.id, uuid4()):
        with pytest.raises(LiveOrderNotFoundError):
            move_orders(actor=clerk, order_ids=[mine.id, stranger], step=Step.PICK, now=NOW)
    with pytest.raises(NotAllowedError):
        move_orders(
            actor=Actor(ActorKind.PERSON, "per_y", "", ()), order_ids=[mine.id], step=Step.PICK,
            now=NOW,
        )  # fmt: skip
    with pytest.raises(TooManyOrdersError):
        move_orders(actor=clerk, order_ids=[mine.id] * 201, step=Step.PICK, now=NOW)

    assert set(Order.objects.values_list("state", flat=True)) == {LiveState.CONFIRMED.value}
    assert states(many([mine], Step.PICK, actor=clerk)) == [LiveState.PROCESSING]


def test_the_api_answers_for_each(shop: Shop) -> None:
    first, second = order(shop, ("tea", 1)), order(shop, ("tea", 1))
    many([first], Step.PICK)
    caller = program()
    body = {"step": "ship", "orders": [encode("ord", one.id) for one in (first, second, first)]}

    first_call = caller.post("/api/v1/live-order-moves", body, "application/json")
    assert first_call.status_code == 200, first_call.content
    told = first_call.json()["items"]
    none = caller.post(
        "/api/v1/live-order-moves", {**body, "orders": [encode("ord", uuid4())]},
        "application/json",
    )  # fmt: skip
    step = caller.post(
        "/api/v1/live-order-moves", {**body, "step": "cancel"}, "application/json"
    )  # fmt: skip

    assert [one["order"] for one in told] == body["orders"][:2]
    assert (told[0]["state"], told[0]["problem"]) == ("shipped", None)
    assert (told[1]["state"], told[1]["problem"]["code"]) == (None, "checkout.step")
    assert (none.status_code, step.status_code) == (404, 422)
    assert get_live_order(actor=SYSTEM, order_id=second.id).order.state is LiveState.CONFIRMED

"""Slots are taken with the order, given free with it, and never hold more than they can."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, later, make_open_shop, order
from tests.builders.customers import resolve
from tests.builders.org import actor_of_person, make_person
from tests.builders.slots import make_slot
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    ContactDraft,
    Delivery,
    LiveState,
    MergeProblem,
    OrderMerge,
    OrderMergeError,
    SlotChoice,
)
from quanqu.sell.checkout.facade import (
    cancel_order,
    end_window,
    get_live_order,
    merge_orders,
    settle_payment,
)
from quanqu.sell.checkout.queries.laws import slots_unlike_the_orders
from quanqu.sell.fulfilment.facade import get_part
from quanqu.sell.inventory.facade import expire_holds
from quanqu.sell.payments import registry
from quanqu.sell.slots.contracts import (
    SlotDraft,
    SlotError,
    SlotFieldError,
    SlotFullError,
    SlotKind,
    SlotNotFoundError,
    SlotProblem,
)
from quanqu.sell.slots.facade import (
    close_day,
    end_slot,
    get_week,
    offered_slots,
    open_day,
    save_slot,
    slots_of,
)
from quanqu.sell.slots.queries import slots_unlike_their_orders

pytestmark = pytest.mark.django_db
DAY = NOW.date()
HOME = ContactDraft(name="Mei", street="Old Road 1", city="Shanghai", postcode="200001")


@pytest.fixture
def shop():
    return make_open_shop(30)


@pytest.fixture(autouse=True)
def slow_tender(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)


def buy(shop, slot, *, day=DAY, **more):
    return order(shop, slot=SlotChoice(slot.id, day), **({"contact": HOME} | more))


def left(shop, postcode="200001", kind=SlotKind.DELIVERY, now=NOW):
    found = offered_slots(place_keys=[shop.store.key], kind=kind, postcode=postcode, now=now)
    return [one.left for one in found if one.day == DAY]


def sound():
    return not [*breaches(), *slots_unlike_the_orders(), *slots_unlike_their_orders()]


def test_a_slot_is_taken_with_the_order_and_full_for_the_next(shop):
    slot = make_slot(shop, capacity=2)
    rows = [buy(shop, slot) for _ in range(2)]
    with pytest.raises(SlotFullError):
        buy(shop, slot)
    assert left(shop) == []
    told = slots_of(order_ids=[rows[0].id])[rows[0].id]
    assert rows[0].slot_starts_at == told.starts_at
    card = get_part(actor=SYSTEM, order_id=rows[0].id, part_no=1, now=NOW).card
    assert (card.promised_at, card.slot_ends_at) == (told.starts_at, told.ends_at)

    cancel_order(actor=SYSTEM, order_id=rows[0].id, reason=CancelReason.BUYER, now=later(1))
    assert left(shop) == [1]
    assert buy(shop, slot).state is LiveState.CONFIRMED
    assert sound()


def test_a_refused_order_takes_no_slot(shop):
    slot = make_slot(shop, capacity=2)
    with pytest.raises(Exception, match="Not enough"):
        order(shop, ("tea", 99), slot=SlotChoice(slot.id, DAY), contact=HOME)
    assert left(shop) == [2]
    assert sound()


def test_a_window_that_ends_gives_the_slot_free_and_late_money_takes_it_again(shop):
    slot = make_slot(shop, capacity=1)
    rows = [buy(shop, slot, tender="slow")]
    assert left(shop) == []
    expire(rows[0])
    assert left(shop) == [1]
    answer(rows[0], now=later(1_000))
    settle_payment(reference=encode("ord", rows[0].id), now=later(1_000))
    assert read(rows[0]).state is LiveState.CONFIRMED
    assert left(shop) == []
    assert sound()


def test_late_money_goes_back_where_the_slot_is_somebody_elses(shop):
    slot = make_slot(shop, capacity=1)
    late = buy(shop, slot, tender="slow")
    expire(late)
    buy(shop, slot)
    answer(late, now=later(1_000))
    settle_payment(reference=encode("ord", late.id), now=later(1_000))
    assert read(late).state is LiveState.CANCELLED
    assert sound()


def expire(row):
    expire_holds(now=later(901))
    end_window(order_id=row.id, now=later(901))


def read(row):
    return get_live_order(actor=SYSTEM, order_id=row.id).order


def test_what_does_not_fit_is_refused_by_name(shop):
    slot = make_slot(shop, postcodes=("2000",))
    pickup = make_slot(shop, kind=SlotKind.PICKUP)
    gone = make_slot(shop, starts=0)
    away = {"contact": ContactDraft(street="Far", city="Suzhou", postcode="215000")}
    collect = {"delivery": Delivery.PICKUP, "pickup_place_key": shop.depot.key}
    cases = [
        (SlotProblem.POSTCODE, slot, away),
        (SlotProblem.OTHER_KIND, pickup, {}),
        (SlotProblem.OTHER_PLACE, pickup, collect),
        (SlotProblem.CUT_OFF, gone, {}),
        (SlotProblem.OTHER_DAY, slot, {"day": DAY + timedelta(days=1)}),
        (SlotProblem.TOO_FAR, slot, {"day": DAY + timedelta(days=70)}),
    ]
    for problem, taken, more in cases:
        with pytest.raises(SlotError) as refused:
            buy(shop, taken, **more)
        assert refused.value.fields["problem"] == problem.value
    with pytest.raises(SlotNotFoundError):
        order(shop, slot=SlotChoice(uuid4(), DAY), contact=HOME)
    assert left(shop, postcode="215000") == []
    assert left(shop) == [3]
    assert sound()


def test_a_closed_day_and_an_ended_slot_keep_what_they_have(shop):
    slot = make_slot(shop, capacity=5)
    kept = buy(shop, slot)
    close_day(actor=SYSTEM, place_id=shop.store.id, day=DAY, now=NOW)
    with pytest.raises(SlotError):
        buy(shop, slot)
    assert left(shop) == []
    open_day(actor=SYSTEM, place_id=shop.store.id, day=DAY, now=NOW)
    assert left(shop) == [4]
    end_slot(actor=SYSTEM, place_id=shop.store.id, slot_id=slot.id, now=NOW)
    with pytest.raises(SlotError) as refused:
        buy(shop, slot)
    assert refused.value.fields["problem"] == SlotProblem.ENDED.value
    assert not slots_of(order_ids=[kept.id])[kept.id].is_released
    (shown,) = get_week(actor=SYSTEM, place_id=shop.store.id, monday=DAY, now=NOW).fillings
    assert (shown.reserved, shown.is_over) == (1, True)
    assert sound()


def test_a_smaller_capacity_never_falls_below_what_is_reserved(shop):
    slot = make_slot(shop, capacity=3)
    rows = [buy(shop, slot) for _ in range(2)]
    make_slot(shop, capacity=1, slot_id=slot.id)
    assert left(shop) == []
    cancel_order(actor=SYSTEM, order_id=rows[0].id, reason=CancelReason.BUYER, now=later(1))
    make_slot(shop, capacity=4, slot_id=slot.id)
    assert left(shop) == [3]
    with pytest.raises(SlotFieldError):
        make_slot(shop, starts=60, slot_id=slot.id)
    assert sound()


@pytest.mark.parametrize(
    "wrong",
    [{"capacity": 0}, {"capacity": 10**6}, {"starts": 1_400}, {"day": 7}, {"cut_off": -1},
     {"postcodes": ("20 00",)}, {"postcodes": ("",)}],
)  # fmt: skip
def test_a_slot_that_cannot_be_is_refused(shop, wrong):
    with pytest.raises(SlotFieldError):
        make_slot(shop, **wrong)


def test_orders_with_a_time_are_not_merged(shop):
    (buyer,) = resolve({"email": "mei@example.com"})
    rows = [buy(shop, make_slot(shop), subject_key=buyer) for _ in range(2)]
    ask = OrderMerge(uuid4(), rows[0].id, 1, rows[1].id, 1)
    with pytest.raises(OrderMergeError) as refused:
        merge_orders(actor=SYSTEM, merge=ask, now=NOW)
    assert refused.value.fields["problem"] == MergeProblem.SLOT.value


def test_slots_of_a_place_are_kept_by_whoever_manages_it(shop):
    clerk = actor_of_person(make_person("Clerk", role=RoleCode.ASSOCIATE, unit_id=shop.store.id))
    draft = SlotDraft(SlotKind.DELIVERY, 0, 600, 720, 1)
    with pytest.raises(NotAllowedError):
        save_slot(actor=clerk, place_id=shop.store.id, slot_id=uuid4(), draft=draft, now=NOW)
    manager = actor_of_person(
        make_person("Boss", role=RoleCode.STORE_MANAGER, unit_id=shop.store.id)
    )
    with pytest.raises(SlotNotFoundError):
        save_slot(actor=manager, place_id=shop.depot.id, slot_id=uuid4(), draft=draft, now=NOW)
    save_slot(actor=manager, place_id=shop.store.id, slot_id=uuid4(), draft=draft, now=NOW)

"""Two orders become one, and two again: goods and money to the unit and the cent."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, draft, later, make_open_shop, order
from tests.builders.customers import resolve
from tests.builders.slow_tender import SLOW
from tests.sell.checkout.test_edits import available, edit, money, quantities, read

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    ContactDraft,
    Delivery,
    LineDraft,
    LineSplit,
    LiveState,
    MergeProblem,
    OrderEditConflictError,
    OrderHoldKind,
    OrderMerge,
    OrderMergeError,
    OrderMergeNotFoundError,
    OrderReusedError,
    PartState,
    Step,
)
from quanqu.sell.checkout.facade import (
    cancel_order,
    hold_up_order,
    list_merges,
    merge_candidates,
    merge_orders,
    move_order,
    place_order,
    record_live_orders,
    unmerge_orders,
)
from quanqu.sell.checkout.queries.laws import edits_unlike_the_orders, merges_unlike_the_orders
from quanqu.sell.orders.facade import get_order
from quanqu.sell.payments import registry
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.facade import set_offers

pytestmark = pytest.mark.django_db
HOME = ContactDraft(name="Mei", street="Old Road 1", city="Suzhou", country="CN")


@pytest.fixture
def shop():
    return make_open_shop(20)


@pytest.fixture
def buyer():
    return resolve({"email": "mei@example.com"})[0]


@pytest.fixture(autouse=True)
def slow_tender(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)


def buy(shop, buyer, *lines, **more):
    told = {"contact": HOME, "subject_key": buyer} | more
    return order(shop, *lines, **told)


def merge(kept, gone, *, merge_id=None, edition=1, gone_edition=1, now=NOW):
    ask = OrderMerge(merge_id or uuid4(), kept.id, edition, gone.id, gone_edition)
    return merge_orders(actor=SYSTEM, merge=ask, now=now)


def sound():
    return not [*breaches(), *edits_unlike_the_orders(), *merges_unlike_the_orders()]


def test_two_orders_become_one_and_two_again(shop, buyer):
    kept = buy(shop, buyer, ("tea", 2), shipping_minor=500)
    gone = buy(shop, buyer, ("tea", 1), ("cup", 3), shipping_minor=300)
    record_live_orders(now=NOW)
    total = kept.total_minor + gone.total_minor
    name = uuid4()

    found = merge(kept, gone, merge_id=name)
    assert merge(kept, gone, merge_id=name) == found  # the button twice

    assert (found.total_minor, found.shipping_minor, found.due_minor) == (total, 800, 0)
    assert quantities(kept) == {1: ("tea", 2), 2: ("tea", 1), 3: ("cup", 3)}
    assert [one.state for one in read(kept).parts] == [PartState.CANCELLED, PartState.WAITING]
    assert (available(shop, "tea"), available(shop, "cup")) == (17, 17)
    assert (money(kept), money(gone)) == (total, 0)
    over = read(gone).order
    assert (over.state, over.cancel_reason) == (LiveState.CANCELLED, CancelReason.MERGED)
    assert read(gone).steps[-1].step is Step.MERGE
    assert sound()
    record_live_orders(now=later(1))
    assert get_order(actor=SYSTEM, order_id=encode("ord", kept.id)).order.total.minor == total
    assert sound()

    for _ in range(2):
        unmerge_orders(actor=SYSTEM, order_id=kept.id, merge_id=name, now=later(2))

    assert read(kept).order.total_minor == kept.total_minor
    assert read(gone).order.total_minor == gone.total_minor
    assert quantities(kept) == {1: ("tea", 2)}
    assert quantities(gone) == {1: ("tea", 1), 2: ("cup", 3)}
    assert (money(kept), money(gone)) == (kept.total_minor, gone.total_minor)
    assert (available(shop, "tea"), available(shop, "cup")) == (17, 17)
    record_live_orders(now=later(3))
    assert sound()
    (told,) = list_merges(actor=SYSTEM, order_id=gone.id)
    assert (told.merged_minor, told.undone_at) == (total, later(2))
    for row in (kept, gone):
        for step in (Step.PICK, Step.SHIP):
            move_order(actor=SYSTEM, order_id=row.id, step=step, now=later(4))
    assert sound()


def test_a_merged_order_ships_and_is_cancelled_as_one(shop, buyer):
    first, second = buy(shop, buyer, ("tea", 1)), buy(shop, buyer, ("cup", 1))
    merge(first, second)
    for step in (Step.PICK, Step.SHIP):
        move_order(actor=SYSTEM, order_id=first.id, step=step, now=NOW)
    third, fourth = buy(shop, buyer, ("tea", 1)), buy(shop, buyer, ("cup", 1))
    merge(third, fourth)
    cancel_order(actor=SYSTEM, order_id=third.id, reason=CancelReason.BUYER, now=later(1))

    assert (money(first), money(third), money(fourth)) == (2_500, 0, 0)
    assert (available(shop, "tea"), available(shop, "cup")) == (19, 19)
    record_live_orders(now=later(2))
    assert sound()


def test_orders_from_two_places_keep_both(shop, buyer):
    kept = buy(shop, buyer, ("tea", 1))
    away = (LineDraft(shop.items["tea"].key, 2, shop.depot.key, 900),)
    gone = place_order(
        actor=SYSTEM, draft=draft(shop, lines=away, contact=HOME, subject_key=buyer), now=NOW
    )
    merge(kept, gone)
    assert {(one.place_key, one.state) for one in read(kept).parts} == {
        (shop.store.key, PartState.WAITING), (shop.depot.key, PartState.WAITING),
    }  # fmt: skip
    assert (available(shop, "tea"), available(shop, "tea", shop.depot)) == (19, 18)
    assert sound()


def test_what_sourcing_decided_is_told(shop, buyer):
    for place in (shop.store, shop.depot):
        set_offers(
            actor=SYSTEM, offers={place.key: PlaceOffer(is_shipping=True, is_pickup=True)}, now=NOW
        )
    lines = (LineDraft(shop.items["tea"].key, 2, None, 1_000),)
    rows = [
        place_order(
            actor=SYSTEM, draft=draft(shop, lines=lines, contact=HOME, subject_key=buyer), now=NOW
        )
        for _ in range(2)
    ]
    name = uuid4()
    merge(*rows, merge_id=name)
    assert sound()
    unmerge_orders(actor=SYSTEM, order_id=rows[0].id, merge_id=name, now=later(1))
    assert read(rows[1]).order.sourcing_id is None  # from now on a person says where from
    assert sound()


def test_orders_that_differ_stay_two(shop, buyer):
    kept = buy(shop, buyer, ("tea", 1))
    other = make_open_shop(code="south")
    (stranger,) = resolve({"email": "lin@example.com"})
    away = replace(HOME, street="New Road 2")
    held, picked, due = (buy(shop, buyer) for _ in range(3))
    hold_up_order(actor=SYSTEM, order_id=held.id, kind=OrderHoldKind.FRAUD, note="", now=NOW)
    move_order(actor=SYSTEM, order_id=picked.id, step=Step.PICK, now=NOW)
    edit(due, quantities={1: 2})
    pickup = {"delivery": Delivery.PICKUP, "pickup_place_key": shop.store.key}
    cases = [
        (kept, MergeProblem.SAME_ORDER),
        (buy(other, buyer), MergeProblem.COMPANY),
        (buy(shop, stranger), MergeProblem.CUSTOMER),
        (buy(shop, None), MergeProblem.CUSTOMER),
        (buy(shop, buyer, **pickup), MergeProblem.DELIVERY),
        (buy(shop, buyer, contact=away), MergeProblem.ADDRESS),
        (buy(shop, buyer, gift_message="Cheers"), MergeProblem.GIFT),
        (buy(shop, buyer, tender="slow"), MergeProblem.STATE),
        (buy(shop, buyer, tender="invoice"), MergeProblem.PAID_DIFFERENTLY),
        (held, MergeProblem.HELD_UP),
        (picked, MergeProblem.PICKED),
    ]
    for gone, problem in cases:
        with pytest.raises(OrderMergeError) as refused:
            merge(kept, gone)
        assert refused.value.fields["problem"] == problem.value
    with pytest.raises(OrderMergeError) as refused:
        merge(kept, due, gone_edition=2)
    assert refused.value.fields["problem"] == MergeProblem.DUE.value
    assert read(kept).order.edition == 1
    told = {one.order.id: one.problem for one in merge_candidates(actor=SYSTEM, order_id=kept.id)}
    assert (told[held.id], told[due.id]) == (MergeProblem.HELD_UP, MergeProblem.DUE)
    assert kept.id not in told
    assert sound()


def test_a_merge_has_the_editions_its_editor_saw(shop, buyer):
    kept, gone = buy(shop, buyer), buy(shop, buyer, ("tea", 2))
    with pytest.raises(OrderEditConflictError):
        merge(kept, gone, edition=2)
    with pytest.raises(OrderEditConflictError):
        merge(kept, gone, gone_edition=2)
    name = uuid4()
    merge(kept, gone, merge_id=name)
    with pytest.raises(OrderReusedError):
        merge(gone, kept, merge_id=name)
    with pytest.raises(OrderMergeError):
        merge(kept, gone)
    with pytest.raises(OrderMergeNotFoundError):
        unmerge_orders(actor=SYSTEM, order_id=gone.id, merge_id=name, now=NOW)
    edit(kept, edition=2, contact={"phone": "1"})
    with pytest.raises(OrderMergeError) as refused:
        unmerge_orders(actor=SYSTEM, order_id=kept.id, merge_id=name, now=NOW)
    assert refused.value.fields["problem"] == MergeProblem.CHANGED.value
    assert sound()


def test_a_split_order_is_not_taken_into_another_but_takes_one(shop, buyer):
    one, two = buy(shop, buyer, ("tea", 3)), buy(shop, buyer, ("cup", 1))
    aunt = {"street": "Lake Street 9", "city": "Wuxi"}
    day = (NOW + timedelta(days=1)).date()
    edit(one, splits=(LineSplit(1, 1, contact=aunt, wanted_on=day),))
    with pytest.raises(OrderMergeError):
        merge(two, one, gone_edition=2)
    assert merge(one, two, edition=2).total_minor == 4 * 1_250
    live = [(part.drop_no, part.wanted_on) for part in read(one).parts
            if part.state is PartState.WAITING]  # fmt: skip
    assert sorted(live, key=lambda each: each[0]) == [(0, None), (1, day)]
    assert sound()


def test_one_person_under_two_identifiers_is_one_customer(shop, buyer):
    resolve({"email": "mei@example.com", "phone": "+8613921234567"})
    (by_phone,) = resolve({"phone": "+8613921234567"})
    assert by_phone != buyer
    kept, gone = buy(shop, buyer), buy(shop, by_phone, ("cup", 1))
    (told,) = merge_candidates(actor=SYSTEM, order_id=kept.id)
    assert (told.order.id, told.problem) == (gone.id, None)
    assert merge(kept, gone).total_minor == 2_500
    assert sound()

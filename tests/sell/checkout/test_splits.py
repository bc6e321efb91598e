"""Lines are split to other places, days and addresses, and put together again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.checkout import NOW, breaches, draft, make_open_shop, order
from tests.sell.checkout.test_edits import available, edit, quantities, read

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.checkout.contracts import (
    ContactDraft,
    Delivery,
    LineDraft,
    LineJoin,
    LineSplit,
    OrderEditError,
    OrderHoldKind,
    OrderLineError,
    PartState,
    Step,
)
from quanqu.sell.checkout.facade import (
    advance_part,
    answer_cut,
    destination_of,
    move_order,
    move_part,
    place_order,
    record_live_orders,
)
from quanqu.sell.checkout.models import Drop
from quanqu.sell.checkout.queries.laws import edits_unlike_the_orders
from quanqu.sell.fulfilment.actions.addresses import address_of
from quanqu.sell.fulfilment.facade import get_part
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.facade import set_offers

pytestmark = pytest.mark.django_db
HOME = ContactDraft(name="Mei", street="Old Road 1", city="Suzhou", country="CN")
AUNT = {"name": "Aunt Li", "street": "Lake Street 9", "city": "Wuxi", "country": "CN"}


@pytest.fixture
def shop():
    return make_open_shop()


def sound():
    return not breaches() and not edits_unlike_the_orders()


def test_a_part_of_a_line_goes_to_another_address_on_another_day_and_comes_back(shop):
    placed = order(shop, ("tea", 5), contact=HOME)
    day = (NOW + timedelta(days=3)).date()

    found = edit(placed, splits=(LineSplit(1, 2, contact=AUNT, wanted_on=day),))

    assert (found.total_minor, found.due_minor) == (placed.total_minor, 0)
    assert quantities(placed) == {1: ("tea", 3), 2: ("tea", 2)}
    live = [one for one in read(placed).parts if one.state is PartState.WAITING]
    assert [(one.drop_no, one.wanted_on) for one in live] == [(0, None), (1, day)]
    assert available(shop, "tea") == 5
    assert sound()
    record_live_orders(now=NOW)
    home, aunt = (address_of(placed.id, one.no, now=NOW) for one in live)
    assert (home.street, aunt.street, aunt.name) == ("Old Road 1", "Lake Street 9", "Aunt Li")
    late = get_part(actor=SYSTEM, order_id=placed.id, part_no=live[1].no, now=NOW).card
    assert late.promised_at.date() >= day
    assert b"Lake" not in bytes(Drop.objects.get().sealed)

    back = edit(placed, edition=2, joins=(LineJoin(2, 1),))

    assert back.total_minor == placed.total_minor
    assert quantities(placed) == {1: ("tea", 5)}
    (one,) = [one for one in read(placed).parts if one.state is PartState.WAITING]
    assert one.drop_no == 0
    assert sound()


def test_a_part_of_a_line_comes_from_elsewhere_and_each_leaves_by_itself(shop):
    placed = order(shop, ("tea", 5), contact=HOME)

    edit(placed, splits=(LineSplit(1, 2, place_key=shop.depot.key),))

    assert (available(shop, "tea"), available(shop, "tea", shop.depot)) == (7, 8)
    parts = [one for one in read(placed).parts if one.state is PartState.WAITING]
    for step in (Step.PICK, Step.SHIP):
        advance_part(actor=SYSTEM, order_id=placed.id, part_no=parts[1].no, step=step, now=NOW)
    with pytest.raises(OrderEditError):
        edit(placed, edition=2, joins=(LineJoin(2, 1),))
    assert sound()


def test_the_price_that_was_agreed_stays_with_both(shop):
    placed = order(shop, ("tea", 4), price=777, contact=HOME)
    edit(placed, splits=(LineSplit(1, 1, contact=AUNT), LineSplit(1, 2, contact=AUNT)))
    assert {one.unit_price_minor for one in read(placed).lines} == {777}
    assert read(placed).order.total_minor == 4 * 777
    live = [one for one in read(placed).parts if one.state is PartState.WAITING]
    assert [one.drop_no for one in live] == [0, 1]  # both splits go to one address together
    further = edit(placed, edition=2, splits=(LineSplit(3, 1, wanted_on=NOW.date()),))
    own = [destination_of(order_id=placed.id, part_no=one.no) for one in read(placed).parts
           if one.state is PartState.WAITING]  # fmt: skip
    assert further.edition == 3
    assert [one.contact["city"] for one in own if one] == ["Wuxi", "Wuxi"]
    assert sound()


def test_what_cannot_be_split_is_refused_and_changes_nothing(shop):
    placed = order(shop, ("tea", 2), ("cup", 1), contact=HOME)
    yesterday = NOW.date() - timedelta(days=2)
    wrong = [
        (OrderLineError, LineSplit(1, 2, contact=AUNT)),
        (OrderLineError, LineSplit(1, 0, contact=AUNT)),
        (OrderEditError, LineSplit(1, 1)),
        (OrderEditError, LineSplit(1, 1, place_key=shop.store.key)),
        (OrderEditError, LineSplit(9, 1, contact=AUNT)),
        (OrderEditError, LineSplit(1, 1, contact={"name": "Only"})),
        (OrderEditError, LineSplit(1, 1, contact={"shoe": "44", "city": "Wuxi"})),
        (OrderEditError, LineSplit(1, 1, wanted_on=yesterday)),
    ]
    for error, split in wrong:
        with pytest.raises(error):
            edit(placed, splits=(split,))
    with pytest.raises(OrderEditError):
        edit(placed, joins=(LineJoin(2, 1),))
    with pytest.raises(OrderEditError):
        edit(placed, joins=(LineJoin(1, 1),))
    pickup = order(shop, ("tea", 2), delivery=Delivery.PICKUP, pickup_place_key=shop.store.key)
    with pytest.raises(OrderEditError):
        edit(pickup, splits=(LineSplit(1, 1, contact=AUNT),))
    assert read(placed).order.edition == 1
    assert not Drop.objects.exists()
    assert sound()


def test_a_split_order_whose_goods_are_missing_waits_for_a_person(shop):
    placed = order(shop, ("tea", 4), contact=HOME)
    edit(placed, splits=(LineSplit(1, 2, contact=AUNT),))
    edit(placed, edition=2, add=(LineDraft(shop.items["cup"].key, 1, None, 0),))
    part = next(one for one in read(placed).parts
                if one.state is PartState.WAITING and not one.drop_no)  # fmt: skip
    move_part(actor=SYSTEM, order_id=placed.id, part_no=part.no, lines=[1], move_id=uuid4(),
              cause="short", now=NOW)  # fmt: skip
    held = [one for one in read(placed).holds if one.released_at is None]
    assert [one.kind for one in held] == [OrderHoldKind.GOODS]
    answer_cut(request_id=part.hold_id, owner=placed.id, now=NOW)
    assert sound()


def test_a_split_order_ships_whole(shop):
    placed = order(shop, ("tea", 4), contact=HOME)
    edit(placed, splits=(LineSplit(1, 3, contact=AUNT),))
    for step in (Step.PICK, Step.SHIP):
        move_order(actor=SYSTEM, order_id=placed.id, step=step, now=NOW)
    assert available(shop, "tea") == 6
    assert sound()


def test_a_place_an_edit_adds_is_counted_and_given_free_by_the_next(shop):
    for place in (shop.store, shop.depot):
        offer = PlaceOffer(is_shipping=True, is_pickup=True)
        set_offers(actor=SYSTEM, offers={place.key: offer}, now=NOW)
    lines = (LineDraft(shop.items["tea"].key, 4, None, 1_000),)
    placed = place_order(actor=SYSTEM, draft=draft(shop, lines=lines, contact=HOME), now=NOW)
    other = next(one.key for one in (shop.store, shop.depot)
                 if one.key != read(placed).lines[0].from_place_key)  # fmt: skip
    edit(placed, splits=(LineSplit(1, 1, place_key=other),))
    edit(placed, edition=2, joins=(LineJoin(2, 1),))
    assert quantities(placed) == {1: ("tea", 4)}
    assert sound()

"""Kits: sold as one, there as their parts, all or nothing, whoever else wants the parts."""

from uuid import uuid4

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW, breaches, hold, level, receive
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import (
    Hold,
    HoldLine,
    HoldRequest,
    Kit,
    KitError,
    KitPart,
    KitStockError,
    Shortage,
)
from quanqu.sell.inventory.facade import (
    available_at,
    consume_hold,
    get_hold,
    release_hold,
    ring_fence,
    set_kit,
    set_policy,
    swap_holds,
)
from quanqu.sell.inventory.models import HoldKit
from quanqu.sell.inventory.models import HoldLine as HoldRow
from quanqu.sell.inventory.queries.laws import kits_with_stock
from quanqu.sell.inventory.rules.kits import check_parts, kit_units, told_of_kits

BOX, TIN, CUP = 1, 2, 3


def test_there_are_as_many_kits_as_the_scarcest_part_allows():
    parts = [KitPart(TIN, 2), KitPart(CUP, 1)]
    units = {(7, TIN): 5, (7, CUP): 9, (8, TIN): 9, (9, TIN): 1, (9, CUP): 4}
    assert kit_units(parts, units) == {7: 2}


@pytest.mark.parametrize(
    ("parts", "kits", "of_kits", "problem"),
    [
        ((), {}, (), "1 to 50"),
        ((KitPart(TIN, 1), KitPart(TIN, 1)), {}, (), "twice"),
        ((KitPart(TIN, 0),), {}, (), "of each part"),
        ((KitPart(BOX, 1),), {}, (), "made of itself"),
        ((KitPart(TIN, 1),), {TIN: [KitPart(CUP, 1)]}, (), "a kit itself"),
        ((KitPart(TIN, 1),), {}, (BOX,), "part of another"),
    ],
)
def test_what_is_no_kit_is_refused(parts, kits, of_kits, problem):
    with pytest.raises(KitError, match=problem):
        check_parts(Kit(BOX, parts), kits, frozenset(of_kits))


def test_of_a_short_kit_it_is_told_how_many_there_are():
    line = HoldLine(7, BOX, 3)
    request = HoldRequest(uuid4(), "cart", (line,), None)
    short = Hold(request.request_id, (Shortage(HoldLine(7, TIN, 6), 5),))
    told = told_of_kits(short, request, {BOX: [KitPart(TIN, 2), KitPart(CUP, 1)]})
    assert told.short == (Shortage(line, 2),)


@pytest.fixture
def shop(db):
    return make_shop("north", "box", "set", "tin", "cup")


def kit(shop, name, **parts):
    made = tuple(KitPart(shop.items[part].key, count) for part, count in parts.items())
    told = {"company_key": shop.company.key, "now": NOW}
    set_kit(actor=SYSTEM, kit=Kit(shop.items[name].key, made), **told)


def at(shop, name):
    return {"place": shop.store.key, "item": shop.items[name].key}


def take(shop, *lines, **more):
    return hold(*((shop.store.key, shop.items[name].key, units) for name, units in lines), **more)


def offered(shop, name, channel=""):
    found = available_at(actor=SYSTEM, variant_keys=[shop.items[name].key], channel=channel)
    return dict(zip(found.place_keys.tolist(), found.units.tolist(), strict=True))


def broken():
    return [*breaches(), *kits_with_stock()]


def test_a_kit_is_held_sold_and_comes_back_by_its_parts(shop):
    kit(shop, "box", tin=2, cup=1)
    receive(5, **at(shop, "tin"))
    receive(9, **at(shop, "cup"))
    assert offered(shop, "box") == {shop.store.key: 2}

    request = uuid4()
    assert take(shop, ("box", 2), ("cup", 1), request_id=request).is_granted
    assert (level(**at(shop, "tin"))["held"], level(**at(shop, "cup"))["held"]) == (4, 3)
    found = get_hold(actor=SYSTEM, request_id=request)
    assert found.kits == (HoldLine(shop.store.key, shop.items["box"].key, 2),)
    assert take(shop, ("box", 2), ("cup", 1), request_id=request).is_granted  # asked again
    told = take(shop, ("box", 1))
    assert [(one.line.variant_key, one.available) for one in told.short] == [
        (shop.items["box"].key, 0)
    ]
    assert HoldRow.objects.exclude(request_id=request).count() == 0
    consume_hold(actor=SYSTEM, request_id=request, now=NOW)
    assert (level(**at(shop, "tin"))["on_hand"], level(**at(shop, "cup"))["on_hand"]) == (1, 6)
    receive(1, **at(shop, "box"))  # one came back: its parts did
    assert (level(**at(shop, "tin"))["on_hand"], level(**at(shop, "cup"))["on_hand"]) == (3, 7)
    assert offered(shop, "box") == {shop.store.key: 1}
    assert not broken()


def test_a_channel_sees_of_a_kit_what_it_may_have_of_the_parts(shop):
    kit(shop, "box", tin=1)
    receive(5, **at(shop, "tin"))
    ats = [(shop.store.key, shop.items["tin"].key)]
    ring_fence(actor=SYSTEM, ats=ats, channel="live", units=4, now=NOW)
    store = shop.store.key
    assert (offered(shop, "box", "live"), offered(shop, "box", "web")) == ({store: 5}, {store: 1})
    assert not take(shop, ("box", 2), channel="web").is_granted
    assert take(shop, ("box", 5), channel="live").is_granted
    assert not broken()


def test_a_line_and_a_kit_that_want_the_same_part_are_short_together(shop):
    kit(shop, "box", tin=1)
    receive(3, **at(shop, "tin"))
    told = take(shop, ("box", 2), ("tin", 2))
    assert {one.line.variant_key for one in told.short} == {
        shop.items["box"].key, shop.items["tin"].key,
    }  # fmt: skip
    assert all(one.available < 4 for one in told.short)
    assert level(**at(shop, "tin"))["held"] == 0


def test_kits_are_swapped_for_their_parts_in_one_act(shop):
    kit(shop, "box", tin=1)
    receive(2, **at(shop, "tin"))
    request = uuid4()
    take(shop, ("box", 2), request_id=request)
    lines = (HoldLine(shop.store.key, shop.items["tin"].key, 2),)
    asked = HoldRequest(uuid4(), "cart", lines, None)
    (told,) = swap_holds(actor=SYSTEM, release=[request], requests=[asked], now=NOW)
    assert told.is_granted
    assert not broken()


def test_a_kit_has_no_stock_of_its_own(shop):
    receive(1, **at(shop, "box"))
    with pytest.raises(KitError, match="stock of its own"):
        kit(shop, "box", tin=1)
    receive(4, **at(shop, "tin"))
    kit(shop, "set", tin=1)
    ats = [(shop.store.key, shop.items["set"].key)]
    with pytest.raises(KitStockError):
        set_policy(actor=SYSTEM, ats=ats, safety_target=1, backorder_limit=None, now=NOW)
    with pytest.raises(KitStockError):
        ring_fence(actor=SYSTEM, ats=ats, channel="live", units=1, now=NOW)
    with pytest.raises(KitError, match="a kit itself"):
        kit(shop, "cup", set=1)
    kit(shop, "set")  # an item of its own again
    receive(2, **at(shop, "set"))
    assert offered(shop, "set") == {shop.store.key: 2}
    assert not broken()


@pytest.mark.django_db(transaction=True)
def test_two_kits_and_a_part_are_never_sold_beyond_what_is_there():
    shop = make_shop("north", "box", "set", "tin", "cup")
    kit(shop, "box", tin=2, cup=1)
    kit(shop, "set", cup=2, tin=1)
    receive(30, **at(shop, "tin"))
    receive(30, **at(shop, "cup"))
    wants = [("box", 1), ("set", 1), ("tin", 1), ("cup", 1)]

    def buy(number):
        request = uuid4()
        lines = [wants[number % 4], wants[(number + 1) % 4]]
        granted = take(shop, *lines, request_id=request).is_granted
        if granted and number % 5 == 0:
            release_hold(actor=SYSTEM, request_id=request, now=NOW)

    at_once(buy, range(48))
    for part in ("tin", "cup"):
        found = level(**at(shop, part))
        assert 0 < found["held"] <= found["on_hand"] == 30
    granted = set(HoldRow.objects.values_list("request_id", flat=True))
    assert set(HoldKit.objects.values_list("request_id", flat=True)) <= granted
    assert not broken()
    assert level(**at(shop, "box"))["held"] == 0

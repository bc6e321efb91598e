"""Lots and serials: what ends first goes first, and what is there is what lots say."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW, breaches, hold, level
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.sell.inventory.contracts import (
    LotError,
    LotFilters,
    LotShortError,
    LotState,
    Movement,
    MovementKind,
    Posting,
    SerialElsewhereError,
    StockState,
    Tracked,
    TrackingError,
)
from quanqu.sell.inventory.facade import (
    consume_hold,
    list_lots,
    lot_promises,
    lot_sales,
    name_lot,
    post_movements,
    propose_picks,
    set_lot_state,
    track_items,
    withdraw_ended,
)
from quanqu.sell.inventory.models import Lot, LotLevel
from quanqu.sell.inventory.queries.laws import lots_unlike_the_levels, serials_in_two_places
from quanqu.sell.inventory.rules.lots import Held, LotBook, first_ends, is_sellable

HAND, BROKEN, QUALITY = StockState.ON_HAND, StockState.DAMAGED, StockState.QUALITY_HOLD
TODAY = NOW.date()
SOON, LATER = TODAY + timedelta(days=20), TODAY + timedelta(days=200)


def broken():
    return [*breaches(), *lots_unlike_the_levels(), *serials_in_two_places()]


def test_what_ends_first_is_first_and_what_has_no_name_last():
    lots = [Held(1, 7, ""), Held(2, 7, "never"), Held(3, 7, "late", LATER), Held(4, 7, "b", SOON)]
    lots.append(Held(5, 7, "a", SOON))
    assert [one.code for one in first_ends(lots)] == ["b", "a", "late", "never", ""]


@pytest.mark.parametrize(("days", "fits"), [(0, True), (20, True), (21, False)])
def test_days_that_remain(days, fits):
    assert is_sellable(SOON, today=TODAY, min_days=days) is fits
    assert is_sellable(None, today=TODAY, min_days=days)


def test_what_breaks_stays_of_its_lot():
    lots = {1: Held(1, 7, ""), 2: Held(2, 7, "a", SOON)}
    book = LotBook(lots, {(2, 1, HAND): 3, (1, 1, HAND): 2})
    damage = MovementKind.DAMAGE
    parts = book.share(
        [Movement(1, 7, damage, BROKEN, 4), Movement(1, 7, damage, HAND, -4)], {7: lots[1]}
    )
    assert [(one.lot.code, one.state, one.quantity) for one in parts] == [
        ("a", HAND, -3), ("", HAND, -1), ("a", BROKEN, 3), ("", BROKEN, 1),
    ]  # fmt: skip
    assert sum(book.balances.values()) == 5


def test_what_breaks_as_it_comes_is_of_what_came():
    lots = {1: Held(1, 7, ""), 2: Held(2, 7, "a", SOON)}
    book = LotBook(lots, {})
    damage = MovementKind.DAMAGE
    movements = [Movement(1, 7, damage, HAND, -1), Movement(1, 7, damage, BROKEN, 1)]
    movements.append(Movement(1, 7, MovementKind.RECEIPT, HAND, 5, "a", SOON))
    book.share(movements, {7: lots[1]})
    assert book.balances == {(2, 1, HAND): 4, (2, 1, BROKEN): 1}


@pytest.fixture
def shop(db):
    return make_shop()


@pytest.fixture
def tea(shop):
    return shop.items["tea"].key


def track(shop, item, by=Tracked.LOT, min_days=0):
    told = {"company_key": shop.company.key, "variant_keys": [item], "now": NOW}
    track_items(actor=SYSTEM, by=by, min_days=min_days, **told)


def move(place, item, quantity, lot="", ends=None, *, kind=MovementKind.RECEIPT, ref="", more=()):
    movements = (Movement(place.store.key, item, kind, HAND, quantity, lot, ends), *more)
    posting = Posting(movements, NOW, "test", ref=ref)
    post_movements(actor=SYSTEM, posting=posting, now=NOW)


def there(state=HAND):
    """Return what is there of each lot by its code."""
    codes = dict(Lot.objects.values_list("key", "code"))
    rows = LotLevel.objects.filter(state=state, quantity__gt=0)
    return {codes[row.lot_key]: row.quantity for row in rows}


def lot_of(code):
    return Lot.objects.get(code=code).id


def sell(place, item, quantity, ref):
    request = uuid4()
    assert hold((place.store.key, item, quantity), request_id=request, owner=ref).is_granted
    consume_hold(actor=SYSTEM, request_id=request, now=NOW, ref=ref)


def test_lots_come_are_sold_by_what_ends_first_and_a_recall_knows_whom_it_reaches(shop, tea):
    move(shop, tea, 2)  # before anybody told lots apart
    track(shop, tea)
    move(shop, tea, 5, "L2", LATER)
    move(shop, tea, 4, "L1", SOON)
    assert there() == {"": 2, "L2": 5, "L1": 4}

    proposed = propose_picks(actor=SYSTEM, place_key=shop.store.key, wanted={tea: 6}, now=NOW)
    assert [(one.code, one.quantity) for one in proposed] == [("L1", 4), ("L2", 2)]
    sell(shop, tea, 6, "ord_1")
    assert there() == {"": 2, "L2": 3}
    sold = lot_sales(actor=SYSTEM, lot_id=lot_of("L2"))
    assert [(one.ref, one.quantity) for one in sold] == [("ord_1", 2)]

    assert hold((shop.store.key, tea, 4), owner="ord_2", seconds=None).is_granted
    assert [one.ref for one in lot_promises(actor=SYSTEM, lot_id=lot_of("L2"))] == ["ord_2"]
    told = {"lot_id": lot_of("L2"), "reason": "glass", "now": NOW}
    set_lot_state(actor=SYSTEM, state=LotState.RECALLED, **told)
    set_lot_state(actor=SYSTEM, state=LotState.RECALLED, **told)
    assert (there(), there(QUALITY)) == ({"": 2}, {"L2": 3})
    assert level(place=shop.store.key, item=tea)["allocated"] == 0  # it gave way: 2 are left
    move(shop, tea, 1, "L2")  # another box of it turns up
    assert there(QUALITY) == {"L2": 4}
    set_lot_state(actor=SYSTEM, state=LotState.OPEN, **told)
    assert there() == {"": 2, "L2": 4}
    assert not broken()


def test_goods_with_too_few_days_left_are_not_sold(shop, tea):
    track(shop, tea, min_days=30)
    move(shop, tea, 3, "L1", SOON)
    move(shop, tea, 3, "L2", LATER)
    assert (there(), there(QUALITY)) == ({"L2": 3}, {"L1": 3})
    assert hold((shop.store.key, tea, 4)).short
    assert withdraw_ended(now=NOW) == 0
    assert withdraw_ended(now=NOW + timedelta(days=171)) == 1
    assert there(QUALITY) == {"L1": 3, "L2": 3}
    assert not broken()
    ending = list_lots(actor=SYSTEM, filters=LotFilters(ends_by=LATER)).items
    assert [one.code for one in ending] == ["L1", "L2"]


def test_a_serial_is_in_one_place(shop, tea):
    track(shop, tea, Tracked.SERIAL)
    move(shop, tea, 1, "S1")
    told = Movement(shop.depot.key, tea, MovementKind.RECEIPT, HAND, 1, "S1")
    with pytest.raises(SerialElsewhereError):
        post_movements(actor=SYSTEM, posting=Posting((told,), NOW, "test"), now=NOW)
    with pytest.raises(LotError, match="one unit"):
        move(shop, tea, 2, "S2")
    sell(shop, tea, 1, "ord_1")
    assert there() == {}
    move(shop, tea, 1, "S1", kind=MovementKind.RETURN)  # it came back
    damage = MovementKind.DAMAGE
    move(shop, tea, -1, kind=damage, more=(Movement(shop.store.key, tea, damage, BROKEN, 1),))
    assert there(BROKEN) == {"S1": 1}
    assert not broken()


def test_what_was_never_named_is_named(shop, tea):
    track(shop, tea)
    move(shop, tea, 5)
    told = {"place_key": shop.store.key, "variant_key": tea, "best_before": SOON, "now": NOW}
    name_lot(actor=SYSTEM, code="L1", quantity=3, **told)
    assert there() == {"": 2, "L1": 3}
    for code, quantity in (("L1", 3), ("", 1), ("L1", 0)):
        with pytest.raises(LotError):
            name_lot(actor=SYSTEM, code=code, quantity=quantity, **told)
    assert level(place=shop.store.key, item=tea)["on_hand"] == 5
    assert not broken()


def test_what_cannot_be_is_refused_and_changes_nothing(shop, tea):
    with pytest.raises(LotError, match="not tracked"):
        move(shop, tea, 1, "L1")
    track(shop, tea)
    move(shop, tea, 2, "L1", SOON)
    for wrong, error in (
        (lambda: move(shop, tea, 1, "L1", LATER), LotError),
        (lambda: move(shop, tea, -3, "L1", kind=MovementKind.SALE), QuanquError),
        (lambda: move(shop, tea, -1, "L9", kind=MovementKind.SALE), LotShortError),
        (lambda: move(shop, tea, 1, "x" * 101), LotError),
        (lambda: track(shop, tea, Tracked.SERIAL), TrackingError),
        (lambda: track(shop, tea, min_days=-1), TrackingError),
    ):
        with pytest.raises(error):
            wrong()
    assert there() == {"L1": 2}
    track(shop, tea, None)
    assert there() == {}
    assert not broken()


@pytest.mark.django_db(transaction=True)
def test_receipts_sales_and_a_recall_at_once_keep_lots_and_levels_equal():
    shop = make_shop()
    tea = shop.items["tea"].key
    track(shop, tea)
    move(shop, tea, 20, "L1", SOON)

    def sale(number):
        request = uuid4()
        if hold((shop.store.key, tea, 1), request_id=request).is_granted:
            try:
                consume_hold(actor=SYSTEM, request_id=request, now=NOW, ref=f"ord_{number}")
            except QuanquError:
                return  # the recall came between

    def recall():
        told = {"lot_id": lot_of("L1"), "reason": "glass", "now": NOW}
        set_lot_state(actor=SYSTEM, state=LotState.BLOCKED, **told)

    works = [lambda n=n: sale(n) for n in range(6)]
    works += [lambda: move(shop, tea, 2, "L1"), recall]
    works += [lambda: move(shop, tea, 2, "L3", date(2027, 5, 1)), lambda: sale(9)]
    at_once(lambda work: work(), works)
    assert "L1" not in there()
    assert not broken()


@pytest.mark.django_db(transaction=True)
def test_one_serial_received_twice_at_once_is_there_once():
    shop = make_shop()
    tea = shop.items["tea"].key
    track(shop, tea, Tracked.SERIAL)

    def come(_number):
        try:
            move(shop, tea, 1, "S1")
        except SerialElsewhereError:
            return 0
        return 1

    assert sum(at_once(come, range(4))) == 1
    assert there() == {"S1": 1}
    assert not broken()

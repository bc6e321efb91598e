"""Counts: what is counted, by whom, blind, twice where it differs, and posted once."""

from datetime import timedelta

import pytest
from tests.builders.goods import NOW, make_items, make_shop, stock
from tests.builders.stock import breaches, hold, level, move
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError, RefusedError
from quanqu.sell.catalog.models import Product
from quanqu.sell.inventory.contracts import (
    CountDraft,
    CountEmptyError,
    CountEntry,
    CountEntryError,
    CountFilters,
    CountItemError,
    CountNotFoundError,
    CountOpenError,
    CountState,
    CountStateError,
    MovementKind,
    StockPlaceError,
    StockShortfallError,
)
from quanqu.sell.inventory.facade import (
    approve_count,
    cancel_count,
    count_counts,
    create_count,
    enter_count,
    explain_level,
    get_count,
    list_counts,
    recount,
    submit_count,
)
from quanqu.sell.inventory.models import Movement

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def shop():
    made = make_shop()
    stock(made.store, made.items["tea"], 10)
    stock(made.store, made.items["cup"], 4)
    return made


def clerk(place, *permissions):
    grant = Grant(frozenset({"stock.view", *permissions}), Scope(places=frozenset({place.key})))
    return Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))


def begin(shop, *skus, actor=SYSTEM, **more):
    items = tuple(shop.items[sku].key for sku in skus)
    draft = CountDraft(shop.store.key, items, **more)
    return create_count(actor=actor, draft=draft, now=NOW)


def enter(shop, count, *, actor=SYSTEM, now=LATER, counted_at=None, **units):
    entries = [CountEntry(shop.items[sku].key, n, counted_at) for sku, n in units.items()]
    return enter_count(actor=actor, count_id=count.id, entries=entries, now=now)


def submit(count, **more):
    return submit_count(actor=SYSTEM, count_id=count.id, now=LATER, **more)


def approve(count):
    return approve_count(actor=SYSTEM, count_id=count.id, now=LATER)


def on_hand(shop, sku):
    return level(place=shop.store.key, item=shop.items[sku].key)["on_hand"]


def test_all_that_is_there_is_counted_and_what_differs_is_posted_once(shop):
    count = begin(shop, tolerance=5)
    assert [line.snapshot for line in count.lines] == [None, None]

    enter(shop, count, tea=8, cup=4)
    assert submit(count).state is CountState.REVIEW
    assert approve(count).state is CountState.APPROVED
    assert approve(count).state is CountState.APPROVED

    assert (on_hand(shop, "tea"), on_hand(shop, "cup")) == (8, 4)
    (movement,) = Movement.objects.filter(kind="count")
    assert (movement.quantity, movement.source, movement.ref[:4]) == (-2, "counts", "cnt_")
    sums = explain_level(actor=SYSTEM, place_key=shop.store.key, variant_key=shop.items["tea"].key)
    assert {one.kind: one.quantity for one in sums} == {
        MovementKind.RECEIPT: 10,
        MovementKind.COUNT: -2,
    }
    assert not breaches()


def test_what_happens_between_the_snapshot_and_the_entry_is_no_difference(shop):
    count, tea = begin(shop, "tea"), shop.items["tea"].key
    at = {"place": shop.store.key, "item": tea}
    move(MovementKind.SALE, -3, now=NOW + timedelta(minutes=1), **at)
    counted_at = NOW + timedelta(minutes=2)
    move(MovementKind.RECEIPT, 20, now=NOW + timedelta(minutes=3), **at)

    enter(shop, count, tea=7, counted_at=counted_at)

    (line,) = submit(count).lines
    assert (line.snapshot, line.book, line.difference) == (10, 7, 0)
    approve(count)
    assert on_hand(shop, "tea") == 27


def test_only_what_differs_beyond_the_tolerance_is_counted_again(shop):
    count = begin(shop, tolerance=1)
    enter(shop, count, tea=5, cup=3)
    again = submit(count)
    assert again.state is CountState.RECOUNTING
    assert [line.variant_key for line in again.open_lines] == [shop.items["tea"].key]
    with pytest.raises(CountItemError):
        enter(shop, count, cup=4)
    enter(shop, count, tea=6)
    found = submit(count)
    assert found.state is CountState.REVIEW
    assert [(line.difference, line.first_difference) for line in found.lines] == [
        (-4, -5),
        (-1, None),
    ]
    back = recount(actor=SYSTEM, count_id=count.id, line_nos=[2])
    assert len(back.open_lines) == 1
    enter(shop, count, cup=4)
    submit(count)
    approve(count)
    assert (on_hand(shop, "tea"), on_hand(shop, "cup")) == (6, 4)


def test_whoever_counts_is_blind_and_whoever_approves_has_a_right_of_their_own(shop):
    counter, manager = clerk(shop.store, "stock.count"), clerk(shop.store, "stock.approve")
    count = begin(shop, actor=counter)
    told = enter(shop, count, actor=counter, tea=9, cup=4)
    assert {(line.snapshot, line.book, line.difference) for line in told.lines} == {
        (None, None, None)
    }
    assert [line.counted for line in told.lines] == [9, 4]
    assert get_count(actor=manager, count_id=count.id).lines[0].book is None
    submit(count)
    enter(shop, count, actor=counter, tea=9)
    blind = submit(count)
    assert blind.lines[0].difference == -1  # the house sees it
    assert get_count(actor=counter, count_id=count.id).lines[0].difference is None
    assert get_count(actor=manager, count_id=count.id).lines[0].difference == -1
    with pytest.raises(NotAllowedError):
        approve_count(actor=counter, count_id=count.id, now=LATER)
    with pytest.raises(NotAllowedError):
        begin(shop, actor=manager)
    with pytest.raises(NotAllowedError):
        recount(actor=counter, count_id=count.id)
    approve_count(actor=manager, count_id=count.id, now=LATER)
    assert get_count(actor=counter, count_id=count.id).lines[0].difference == -1
    far = clerk(shop.depot, "stock.count", "stock.approve")
    for act in (get_count, approve_count, cancel_count):
        more = {} if act is get_count else {"now": LATER}
        with pytest.raises(CountNotFoundError):
            act(actor=far, count_id=count.id, **more)
    with pytest.raises(StockPlaceError):
        begin(shop, actor=far)
    assert count_counts(actor=far, filters=CountFilters()) == 0
    mine = list_counts(
        actor=counter,
        filters=CountFilters(shop.store.key, frozenset({CountState.APPROVED})),
    )
    assert [one.id for one in mine.items] == [count.id]


def test_an_item_that_was_deleted_or_archived_is_refused_by_name(shop):
    juice = make_items(shop.company, "juice", category="Drinks")["juice"]
    Product.objects.filter(variants__key=juice.key).update(status="archived")
    for item in (juice.key, 999_999):
        draft = CountDraft(shop.store.key, (shop.items["tea"].key, item))
        with pytest.raises(CountItemError) as refused:
            create_count(actor=SYSTEM, draft=draft, now=NOW)
        assert refused.value.fields["item"] == item
    count = begin(shop)
    for item in (juice.key, 999_999):
        with pytest.raises(CountItemError):
            enter_count(actor=SYSTEM, count_id=count.id, entries=[CountEntry(item, 1)], now=LATER)
    assert len(get_count(actor=SYSTEM, count_id=count.id).lines) == 2


def test_a_category_is_counted_with_all_below_and_what_is_found_on_the_way(shop):
    shop.items.update(make_items(shop.company, "juice", "mate", category="Drinks > Cold"))
    stock(shop.store, shop.items["juice"], 3)
    with pytest.raises(CountEmptyError):
        begin(shop, category="Dri")
    count = begin(shop, category="Drinks", tolerance=9)
    assert [line.variant_key for line in count.lines] == [shop.items["juice"].key]
    enter(shop, count, juice=3, mate=2)
    with pytest.raises(CountItemError):
        enter(shop, count, tea=1)
    submit(count)
    approve(count)
    assert on_hand(shop, "mate") == 2
    named = begin(shop, "tea")
    with pytest.raises(CountItemError):
        enter(shop, named, cup=4)


def test_an_item_is_in_one_open_count_of_a_place(shop):
    count = begin(shop, "tea")
    with pytest.raises(CountItemError):
        begin(shop)
    begin(shop, "cup")
    cancel_count(actor=SYSTEM, count_id=count.id, now=LATER)
    assert cancel_count(actor=SYSTEM, count_id=count.id, now=LATER).state is CountState.CANCELLED
    begin(shop, "tea")


def test_what_nobody_entered_is_asked_for_or_said_to_be_nothing(shop):
    count = begin(shop, tolerance=99)
    enter(shop, count, tea=10)
    with pytest.raises(CountOpenError):
        submit(count)
    submit(count, is_rest_zero=True)
    approve(count)
    assert (on_hand(shop, "tea"), on_hand(shop, "cup")) == (10, 0)


def test_goods_that_were_promised_and_are_not_there_are_given_up(shop):
    hold((shop.store.key, shop.items["tea"].key, 9), now=NOW)
    count = begin(shop, "tea", tolerance=99)
    enter(shop, count, tea=5)
    submit(count)
    approve(count)
    found = level(place=shop.store.key, item=shop.items["tea"].key)
    assert (found["on_hand"], found["held"]) == (5, 0)
    assert not breaches()


def test_an_approval_below_nothing_is_refused_and_can_be_counted_again(shop):
    count = begin(shop, "tea", tolerance=99)
    enter(shop, count, tea=0)
    submit(count)
    move(
        MovementKind.SALE,
        -4,
        place=shop.store.key,
        item=shop.items["tea"].key,
        now=LATER + timedelta(seconds=1),
    )
    with pytest.raises(StockShortfallError):
        approve(count)
    assert get_count(actor=SYSTEM, count_id=count.id).state is CountState.REVIEW
    recount(actor=SYSTEM, count_id=count.id)
    enter(shop, count, tea=6, now=LATER + timedelta(minutes=1))
    submit(count)
    approve(count)
    assert on_hand(shop, "tea") == 6


def test_entries_that_cannot_be_are_refused_and_nothing_is_written(shop):
    count, tea = begin(shop), shop.items["tea"].key
    for entries in (
        [],
        [CountEntry(tea, -1)],
        [CountEntry(tea, 10**12)],
        [CountEntry(tea, 1), CountEntry(tea, 2)],
        [CountEntry(tea, 1, LATER + timedelta(hours=1))],
        [CountEntry(tea, 1, NOW - timedelta(seconds=1))],
    ):
        with pytest.raises(CountEntryError):
            enter_count(actor=SYSTEM, count_id=count.id, entries=entries, now=LATER)
    assert len(get_count(actor=SYSTEM, count_id=count.id).open_lines) == 2
    with pytest.raises(CountEntryError):
        begin(shop, tolerance=-1)
    with pytest.raises(CountStateError):
        approve(count)
    cancel_count(actor=SYSTEM, count_id=count.id, now=LATER)
    with pytest.raises(CountStateError):
        enter(shop, count, tea=1)
    with pytest.raises(CountStateError):
        submit(count)


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_count_approve_and_begin_once(shop):
    begun = []

    def begin_one(_):
        try:
            begun.append(begin(shop, "tea"))
        except CountItemError:
            return False
        return True

    assert sum(at_once(begin_one, range(6))) == 1
    (count,) = begun
    at_once(lambda number: enter(shop, count, tea=7 + number % 2), range(8))
    submit(count)
    enter(shop, count, tea=7)

    def finish(number):
        try:
            (submit if number % 2 else approve)(count)
        except RefusedError:
            return False
        return True

    at_once(finish, range(12))
    approve(count)
    assert on_hand(shop, "tea") == 7
    assert Movement.objects.filter(kind="count").count() == 1
    assert not breaches()

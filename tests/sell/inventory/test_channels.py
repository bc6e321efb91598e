"""Fences and buffers: what a channel has is promised to nobody else, and rules are followed."""

from uuid import uuid4

import pytest
from tests.builders.goods import make_items, make_shop, stock
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, breaches, hold, level, move, receive
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.inventory.contracts import (
    MovementKind,
    StockPlaceError,
    StockPolicyError,
    StockRule,
    StockRuleError,
)
from quanqu.sell.inventory.facade import (
    availability,
    expire_holds,
    follow_all_rules,
    list_channel_levels,
    release_hold,
    ring_fence,
    set_policy,
    set_rules,
)
from quanqu.sell.inventory.models import ChannelShare, HoldLine, Level, Rule

pytestmark = pytest.mark.django_db


def fence(units, *, place=SHOP, item=TEA, channel="live"):
    ring_fence(actor=SYSTEM, ats=[(place, item)], channel=channel, units=units, now=NOW)


def share(channel="live"):
    (found,) = ChannelShare.objects.filter(channel=channel).values_list("wanted", "kept")
    return found


def test_what_was_kept_comes_back_when_a_hold_ends_and_is_gone_when_goods_leave():
    receive(10)
    fence(4)
    ended, freed = uuid4(), uuid4()

    hold((SHOP, TEA, 2), request_id=ended, channel="live", seconds=5)
    hold((SHOP, TEA, 1), (SHOP, TEA, 2), request_id=freed, channel="live")
    assert share() == (0, 0)
    assert sorted(HoldLine.objects.values_list("quantity", "fenced")) == [(1, 1), (2, 1), (2, 2)]
    expire_holds(now=NOW.replace(hour=23))
    release_hold(actor=SYSTEM, request_id=freed, now=NOW)

    assert share() == (4, 4)
    assert level()["held"] == 0
    assert not breaches()
    fence(0)
    assert share() == (0, 0)
    assert hold((SHOP, TEA, 10), channel="web").is_granted


def test_a_fence_of_more_than_there_is_fills_up_as_goods_come():
    receive(3)
    hold((SHOP, TEA, 1))
    fence(5)
    fence(2, channel="app")
    assert (share(), share("app")) == ((5, 2), (2, 0))
    receive(4)
    assert (share(), share("app")) == ((5, 5), (2, 1))
    move(MovementKind.COUNT, -3)
    assert (share(), share("app")) == ((5, 3), (2, 0))
    assert level()["held"] == 1
    assert not breaches()


def test_a_line_that_becomes_short_puts_back_what_was_kept():
    receive(4)
    fence(3)
    hold((SHOP, TEA, 3), channel="live")
    hold((SHOP, TEA, 1), channel="web", now=NOW.replace(minute=1))
    move(MovementKind.COUNT, -2)
    assert share() == (3, 2)
    assert level()["held"] == 0
    assert not breaches()


def test_a_channel_that_asks_of_an_item_without_shares_is_decided_as_any():
    receive(2)
    assert hold((SHOP, TEA, 2), channel="live").is_granted
    short = hold((SHOP, TEA, 1), channel="live")
    assert [one.available for one in short.short] == [0]


@pytest.mark.django_db(transaction=True)
def test_under_many_buyers_no_channel_has_what_is_kept_for_another():
    receive(60)
    fence(20)
    fence(15, channel="app")
    ChannelShare.objects.create(place_key=SHOP, variant_key=TEA, channel="web", buffer=10)

    def buy(number):
        channel = ("live", "app", "web", "store")[number % 4]
        return channel, hold((SHOP, TEA, 1), channel=channel).is_granted

    told = at_once(buy, range(240))

    sold = {name: sum(ok for channel, ok in told if channel == name) for name, _ in told}
    assert sum(sold.values()) == 60 == level()["held"]
    assert sold["live"] >= 20
    assert sold["app"] >= 15
    assert sold["web"] <= 15  # of 25 shared units the last ten are withheld from it
    assert not breaches()


def test_levels_follow_rules_and_new_ones_from_their_first_moment():
    shop = make_shop("north", "tea", category="Drinks > Tea")
    tea = shop.items["tea"]
    stock(shop.store, tea, 10)
    own = [(shop.depot.key, tea.key)]
    set_policy(actor=SYSTEM, ats=own, safety_target=1, backorder_limit=None, now=NOW)
    told = [
        (StockRule(3, category="Drinks"), True),
        (StockRule(4, variant_key=tea.key, channel="marketplace"), True),
        (StockRule(2, category="Drinks", place_key=shop.store.key, channel="web"), True),
    ]

    changed = set_rules(actor=SYSTEM, company_key=shop.company.key, rules=told, now=NOW)
    juice = make_items(shop.company, "juice", category="Drinks")["juice"]
    stock(shop.store, juice, 5)

    assert changed == 2
    targets = Level.objects.order_by("key").values_list("safety_target", "safety")
    assert list(targets) == [(3, 3), (1, 0), (3, 3)]
    seen = {
        one.channel: (one.buffer, one.available)
        for one in list_channel_levels(actor=SYSTEM, place_key=shop.store.key, variant_key=tea.key)
    }
    assert seen == {"marketplace": (4, 3), "web": (2, 5)}
    grid = availability(
        actor=SYSTEM, variant_keys=[tea.key, juice.key], place_keys=[shop.store.key], channel="web"
    )
    assert grid.units.tolist() == [[5], [0]]
    assert not hold((shop.store.key, tea.key, 6), channel="web").is_granted
    assert hold((shop.store.key, tea.key, 6), channel="store").is_granted
    assert follow_all_rules() == 0

    gone = [(one, False) for one, _ in told]
    set_rules(actor=SYSTEM, company_key=shop.company.key, rules=gone, now=NOW)
    assert not Rule.objects.exists()
    assert not ChannelShare.objects.exists()
    assert set(Level.objects.values_list("safety_target", "is_ruled")) == {(0, False), (1, False)}
    assert not breaches()


def test_a_change_that_was_broken_off_is_followed_later():
    shop = make_shop("north", "tea")
    stock(shop.store, shop.items["tea"], 10)
    Rule.objects.create(
        company_key=shop.company.key, category="Tea", units=4, channel="", set_at=NOW, set_by=""
    )
    assert (follow_all_rules(), follow_all_rules()) == (1, 0)
    assert Level.objects.get().safety == 4


def test_what_cannot_be_is_refused_and_changes_nothing():
    shop, other = make_shop("north", "tea"), make_shop("south", "tea")
    clerk = Actor(
        ActorKind.PERSON,
        "per_1",
        "Clerk",
        (Grant(frozenset({"stock.manage"}), Scope(places=frozenset({shop.store.key}))),),
    )
    for wrong in (
        [],
        [(StockRule(-1), True)],
        [(StockRule(10**12), True)],
        [(StockRule(1, variant_key=1, category="Tea"), True)],
        [(StockRule(1, channel="pigeon"), True)],
        [(StockRule(1), True), (StockRule(2), True)],
    ):
        with pytest.raises(StockRuleError):
            set_rules(actor=SYSTEM, company_key=shop.company.key, rules=wrong, now=NOW)
    for actor, rule in (
        (SYSTEM, StockRule(1, place_key=other.store.key)),
        (clerk, StockRule(1)),
        (clerk, StockRule(1, place_key=shop.depot.key)),
    ):
        with pytest.raises(StockPlaceError):
            set_rules(actor=actor, company_key=shop.company.key, rules=[(rule, True)], now=NOW)
    with pytest.raises(NotAllowedError):
        set_rules(
            actor=Actor(ActorKind.PERSON, "per_2", "Nobody"),
            company_key=shop.company.key,
            rules=[(StockRule(1), True)],
            now=NOW,
        )
    with pytest.raises(StockRuleError):
        fence(1, channel="pigeon")
    with pytest.raises(StockPolicyError):
        fence(-1)
    with pytest.raises(StockPlaceError):
        ring_fence(actor=clerk, ats=[(DEPOT, CUP)], channel="live", units=1, now=NOW)
    assert not Rule.objects.exists()
    assert not ChannelShare.objects.exists()
    mine = [(StockRule(1, place_key=shop.store.key), True)]
    set_rules(actor=clerk, company_key=shop.company.key, rules=mine, now=NOW)
    assert Rule.objects.count() == 1

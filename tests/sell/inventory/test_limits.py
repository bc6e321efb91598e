"""One buyer has at most so much of an item, however many carts, places and moments they use."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from tests.builders.goods import make_shop, stock
from tests.builders.stock import NOW, breaches, hold
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.sell.inventory.contracts import (
    BuyerLimitRuleError,
    HoldLine,
    HoldRequest,
    StockPlaceError,
)
from quanqu.sell.inventory.facade import (
    consume_hold,
    expire_holds,
    forget_buyers,
    limit_buyers,
    release_hold,
    swap_holds,
)
from quanqu.sell.inventory.models import BuyerLimit, Level
from quanqu.sell.inventory.models import HoldLine as HoldRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    made = make_shop()
    for place in (made.store, made.depot):
        stock(place, made.items["tea"], 100)
    return made


def limit(shop, most=3, window_s=3600, actor=SYSTEM):
    limit_buyers(
        actor=actor,
        company_key=shop.company.key,
        variant_keys=[shop.items["tea"].key],
        most=most,
        window_s=window_s,
        now=NOW,
    )


def buy(shop, units, buyer="ann", *, place="store", now=NOW, **more):
    line = (getattr(shop, place).key, shop.items["tea"].key, units)
    return hold(line, buyer=buyer, channel=more.pop("channel", "web"), now=now, **more)


def test_a_buyer_has_the_limit_over_all_places_and_no_more(shop):
    assert buy(shop, 50).is_granted  # before there was a limit: not counted
    limit(shop)

    assert buy(shop, 2).is_granted
    over = buy(shop, 2, place="depot")
    assert not over.is_granted
    ((one),) = over.over
    assert (one.asked, one.left, one.most, one.window_s) == (2, 1, 3, 3600)
    assert over.short == ()
    assert buy(shop, 1, place="depot").is_granted
    assert buy(shop, 3, "bob").is_granted
    assert buy(shop, 3, "").is_granted  # a sale to somebody unknown is counted by itself
    assert not buy(shop, 4, "").is_granted
    assert buy(shop, 9, "", channel="").is_granted  # no sale
    limit(shop, None)
    assert buy(shop, 9).is_granted
    assert not breaches()


def test_what_was_given_free_or_has_ended_is_not_counted_what_was_sold_is(shop):
    limit(shop)
    freed, sold = uuid4(), uuid4()
    buy(shop, 3, request_id=freed)
    assert not buy(shop, 1).is_granted
    release_hold(actor=SYSTEM, request_id=freed, now=NOW)
    assert buy(shop, 1, request_id=sold).is_granted
    consume_hold(actor=SYSTEM, request_id=sold, now=NOW)
    assert buy(shop, 2, seconds=5).is_granted
    assert not buy(shop, 1).is_granted
    later = NOW + timedelta(seconds=6)
    assert buy(shop, 2, now=later, seconds=5).is_granted  # though nobody has ended the other yet
    expire_holds(now=NOW + timedelta(minutes=1))
    hour = NOW + timedelta(hours=1, seconds=1)
    assert buy(shop, 3, now=hour).is_granted  # the window has passed


def test_asked_again_and_moved_elsewhere_a_hold_counts_once(shop):
    limit(shop)
    kept = uuid4()
    assert buy(shop, 3, request_id=kept).is_granted
    assert buy(shop, 3, request_id=kept).is_granted
    line = HoldLine(shop.depot.key, shop.items["tea"].key, 3)
    moved = HoldRequest(uuid4(), "cart", (line,), None, channel="web", buyer="ann")
    (answer,) = swap_holds(actor=SYSTEM, release=[kept], requests=[moved], now=NOW)
    assert answer.is_granted
    assert not buy(shop, 1).is_granted


def test_places_that_come_later_are_limited_too(shop):
    limit(shop)
    other = make_shop("south")
    stock(other.store, shop.items["tea"], 9)
    assert set(Level.objects.filter(place_key=other.store.key).values_list("is_ruled")) == {(True,)}


@pytest.mark.django_db(transaction=True)
def test_many_carts_of_one_buyer_at_once_have_the_limit_together(shop):
    limit(shop, 7)

    def cart(number):
        place = ("store", "depot")[number % 2]
        buyer = ("ann", "bob")[number // 2 % 2]
        if number % 3:  # as another process would, past the combiner of this one
            with transaction.atomic():
                return buyer, buy(shop, 1, buyer, place=place).is_granted
        return buyer, buy(shop, 1, buyer, place=place).is_granted

    told = at_once(cart, range(80))

    assert sum(ok for buyer, ok in told if buyer == "ann") == 7
    assert sum(ok for buyer, ok in told if buyer == "bob") == 7
    assert not breaches()


def test_who_bought_is_kept_as_a_hash_and_only_as_long_as_it_counts(shop):
    limit(shop)
    buy(shop, 1, "ann@example.com")
    (kept,) = HoldRow.objects.values_list("buyer", flat=True)
    assert kept
    assert "ann" not in kept
    assert forget_buyers(now=NOW + timedelta(minutes=59)) == 0
    assert forget_buyers(now=NOW + timedelta(hours=1)) == 1
    assert set(HoldRow.objects.values_list("buyer", flat=True)) == {""}


def test_a_limit_that_cannot_be_is_refused(shop):
    for most, window_s in ((0, 60), (-1, 60), (10**12, 60), (1, 0), (1, 10**9)):
        with pytest.raises(BuyerLimitRuleError):
            limit(shop, most, window_s)
    grant = Grant(frozenset({"stock.manage"}), Scope(places=frozenset({shop.store.key})))
    with pytest.raises(StockPlaceError):
        limit(shop, actor=Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,)))
    assert not BuyerLimit.objects.exists()

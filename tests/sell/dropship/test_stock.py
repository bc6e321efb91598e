"""What suppliers state of their stock, what of it is sold, and when it is not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.builders.dropship import asked, breaches, buy, make_dropshop, make_mill, offer, state
from tests.builders.goods import NOW, make_items, make_shop
from tests.builders.org import make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceType
from quanqu.sell.checkout.contracts import NotEnoughError
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import (
    DropshipFieldError,
    DropshipSupplierError,
    OfferDraft,
    OfferFilters,
    ParcelTold,
    PauseReason,
    TermsDraft,
)
from quanqu.sell.dropship.rules.orders import ships_on
from quanqu.sell.inventory.facade import find_level
from quanqu.sell.sourcing.facade import get_offer


def level(mill, item):
    return find_level(actor=SYSTEM, place_key=mill.place.key, variant_key=item.key)


@pytest.mark.parametrize(
    ("hour", "lead", "cut_off", "day"),
    [
        (1, 2, None, 29),  # 09:00 in Shanghai, no cut-off
        (1, 0, 12 * 60, 27),  # before noon there: the same day
        (4, 0, 12 * 60, 27),  # noon itself still counts
        (5, 0, 12 * 60, 28),  # after it, a day later
        (17, 1, 12 * 60, 29),  # 01:00 of the 28th there, before its noon
    ],
)
def test_goods_leave_by_the_clock_of_the_supplier(hour, lead, cut_off, day):
    made_at = datetime(2026, 11, 27, hour, 0, tzinfo=UTC)

    told = ships_on(made_at=made_at, zone="Asia/Shanghai", lead_days=lead, cut_off=cut_off)

    assert told == date(2026, 11, day)


@pytest.mark.django_db
def test_stated_units_less_a_buffer_are_sold_and_no_more():
    shop, (mill,) = make_dropshop()
    drafts = [OfferDraft(shop.items["tea"].key, 700, buffer=3)]
    facade.save_offers(actor=SYSTEM, place_key=mill.place.key, drafts=drafts, now=NOW)

    assert level(mill, shop.items["tea"]).available == 7
    buy(shop, ("tea", 7))
    with pytest.raises(NotEnoughError):
        buy(shop, ("tea", 1))

    assert breaches() == []


@pytest.mark.django_db
def test_what_left_after_a_statement_is_taken_off_it():
    shop, (mill,) = make_dropshop()
    (one,) = asked(buy(shop, ("tea", 2)).id)
    gone_at = NOW + timedelta(minutes=30)
    facade.ship_parcel(actor=SYSTEM, order_id=one.row.id, parcel=ParcelTold("SF", "1"), now=gone_at)

    told = state(shop, mill, at=NOW + timedelta(minutes=10), tea=20)

    assert told == {"tea": ("taken", 10)}  # 8 were known, 20 lay there before 2 left
    assert level(mill, shop.items["tea"]).on_hand == 18
    assert state(shop, mill, at=NOW + timedelta(minutes=40), tea=18) == {"tea": ("taken", 0)}


@pytest.mark.django_db
def test_older_and_foreign_numbers_change_nothing():
    shop, (mill,) = make_dropshop()
    shop.items["pot"] = make_items(shop.company, "tea", "cup", "pot")["pot"]

    told = state(shop, mill, at=NOW - timedelta(hours=1), tea=99, pot=4)

    assert told == {"tea": ("outdated", 0), "pot": ("unknown", 0)}
    assert level(mill, shop.items["tea"]).on_hand == 10
    with pytest.raises(DropshipFieldError):
        facade.state_stock(
            actor=SYSTEM, place_key=mill.place.key, units={shop.items["tea"].key: 1},
            stated_at=NOW + timedelta(hours=1), now=NOW,
        )  # fmt: skip


@pytest.mark.django_db
def test_an_offer_that_is_off_sells_nothing():
    shop, (mill,) = make_dropshop()
    drafts = [OfferDraft(shop.items["tea"].key, 700, is_on=False)]
    facade.save_offers(actor=SYSTEM, place_key=mill.place.key, drafts=drafts, now=NOW)
    assert level(mill, shop.items["tea"]).available == 0

    offer(shop, mill, tea=700)

    assert level(mill, shop.items["tea"]).available == 10


@pytest.mark.django_db
def test_a_supplier_that_is_put_away_sells_nothing():
    shop, (mill,) = make_dropshop()
    away = TermsDraft(mill.place.key, mill.supplier_id, is_active=False)

    facade.save_terms(actor=SYSTEM, draft=away, now=NOW)

    assert level(mill, shop.items["tea"]).available == 0
    assert not get_offer(actor=SYSTEM, place_id=mill.place.id).is_shipping


@pytest.mark.django_db
def test_stock_that_was_stated_too_long_ago_sells_no_more_until_it_is_stated_anew():
    shop = make_shop()
    mill = make_mill(shop, stale_hours=4)
    state(shop, mill, tea=10)

    assert facade.pause_stale(now=NOW + timedelta(hours=4)) == 0
    assert facade.pause_stale(now=NOW + timedelta(hours=5)) == 1
    offers = facade.list_offers(actor=SYSTEM, filters=OfferFilters()).items
    assert {one.paused for one in offers if one.stated is not None} == {PauseReason.STALE}
    assert level(mill, shop.items["tea"]).available == 0

    state(shop, mill, at=NOW + timedelta(hours=5), tea=6)
    assert level(mill, shop.items["tea"]).available == 6


@pytest.mark.django_db
def test_a_place_stands_for_one_supplier_of_its_own_company_and_kind():
    shop, (mill,) = make_dropshop()
    store = TermsDraft(shop.store.key, mill.supplier_id)
    other = make_place("spare", company=shop.company, place_type=PlaceType.SUPPLIER)

    for draft in (store, TermsDraft(other.key, mill.supplier_id)):
        with pytest.raises(DropshipSupplierError):
            facade.save_terms(actor=SYSTEM, draft=draft, now=NOW)
    with pytest.raises(DropshipFieldError):
        facade.save_terms(
            actor=SYSTEM, now=NOW,
            draft=TermsDraft(mill.place.key, mill.supplier_id, answer_minutes=0),
        )  # fmt: skip

"""From an order whose goods a supplier ships to the door, and all that may go wrong between."""

from datetime import date, timedelta

import pytest
from tests.builders.dropship import COST, asked, breaches, buy, make_dropshop
from tests.builders.goods import NOW, make_items, stock

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import CancelReason, LiveState, OrderHoldKind, PartState
from quanqu.sell.checkout.facade import cancel_order, get_live_order, release_order
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import (
    Answer,
    DropshipAnswerError,
    DropshipFilters,
    DropshipState,
    DropshipStateError,
    LineState,
    OfferFilters,
    ParcelTold,
    PauseReason,
    PaymentDraft,
    RejectReason,
)
from quanqu.sell.fulfilment.contracts import ParcelFieldError, ParcelFilters, ParcelState
from quanqu.sell.fulfilment.facade import list_parcels
from quanqu.sell.inventory.facade import find_level

pytestmark = pytest.mark.django_db


def answer(one, now=NOW, **told):
    return facade.answer_order(actor=SYSTEM, order_id=one.row.id, answer=Answer(**told), now=now)


def ship(one, number="SF1", now=NOW, **told):
    parcel = ParcelTold("SF Express", number, **told)
    return facade.ship_parcel(actor=SYSTEM, order_id=one.row.id, parcel=parcel, now=now)


def on_hand(mill, item):
    return find_level(actor=SYSTEM, place_key=mill.place.key, variant_key=item.key).on_hand


def test_what_a_supplier_ships_is_one_order_to_it_with_its_cost_and_day():
    shop, (mill,) = make_dropshop()

    placed = buy(shop, ("tea", 2), ("cup", 1))

    (one,) = asked(placed.id)
    assert one.row.state is DropshipState.PLACED
    assert one.row.cost_minor == 3 * COST
    assert one.row.due_on == date(2026, 11, 29)  # two days after the 27th
    assert [(line.sku, line.quantity, line.supplier_code) for line in one.lines] == [
        ("tea", 2, "M-tea"),
        ("cup", 1, "M-cup"),
    ]
    facade.follow_orders(order_ids=[placed.id, placed.id], now=NOW)
    assert len(asked()) == 1
    assert breaches() == []
    assert mill.supplier_id == one.row.supplier_id


def test_goods_of_own_places_make_no_order_to_a_supplier():
    shop, _ = make_dropshop()
    stock(shop.depot, shop.items["tea"], 50)

    placed = buy(shop, ("tea", 11))  # more than the supplier states

    assert placed.state is LiveState.CONFIRMED
    assert asked() == []


def test_accepted_and_shipped_in_two_parcels_the_order_leaves_with_the_last():
    shop, (mill,) = make_dropshop()
    placed = buy(shop, ("tea", 2), ("cup", 1))
    (one,) = asked(placed.id)

    answer(one, promised_on=date(2026, 11, 30))
    first = ship(one, "SF1", lines={1: 2})
    assert first.row.state is DropshipState.ACCEPTED
    assert on_hand(mill, shop.items["tea"]) == 10
    last = ship(one, "SF2")

    assert last.row.state is DropshipState.SHIPPED
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.SHIPPED
    assert on_hand(mill, shop.items["tea"]) == 8
    shown = list_parcels(actor=SYSTEM, filters=ParcelFilters(order_id=placed.id)).items
    assert {(one.carrier_name, one.tracking_no, one.state) for one in shown} == {
        ("SF Express", "SF1", ParcelState.HANDED_OVER),
        ("SF Express", "SF2", ParcelState.HANDED_OVER),
    }
    (balance,) = facade.list_balances(actor=SYSTEM)
    assert balance.due_minor == 3 * COST
    assert ship(one, "SF2").row == last.row
    assert breaches() == []


def test_delivered_parcels_deliver_the_order():
    shop, _ = make_dropshop()
    placed = buy(shop)
    (one,) = asked(placed.id)
    ship(one)
    (parcel,) = facade.parcels_of(order_id=placed.id, part_no=1)

    facade.note_sent(
        actor=SYSTEM, order_id=one.row.id, parcel_id=encode("pcl", parcel.id),
        state=ParcelState.DELIVERED, event_id="e1", now=NOW,
    )  # fmt: skip

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.DELIVERED


def test_more_than_is_left_fits_in_no_parcel():
    shop, _ = make_dropshop()
    (one,) = asked(buy(shop, ("tea", 2)).id)
    ship(one, "SF1", lines={1: 1})

    with pytest.raises(ParcelFieldError):
        ship(one, "SF2", lines={1: 2})
    with pytest.raises(ParcelFieldError):
        ship(one, "SF1\0", lines={1: 1})

    assert breaches() == []


def test_what_one_supplier_rejects_another_ships():
    shop, (mill, loom) = make_dropshop("north", "mill", "loom")
    placed = buy(shop, ("tea", 1))
    (one,) = asked(placed.id)

    answer(one, is_rejected=True, reason=RejectReason.OUT_OF_STOCK)
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    first, second = asked(placed.id)
    assert first.row.state is DropshipState.REJECTED
    assert second.row.state is DropshipState.PLACED
    assert {first.row.place_key, second.row.place_key} == {mill.place.key, loom.place.key}
    offers = facade.list_offers(actor=SYSTEM, filters=OfferFilters()).items
    paused = [one for one in offers if one.paused is PauseReason.REJECTED]
    assert [(one.place_key, one.draft.variant_key) for one in paused] == [
        (first.row.place_key, shop.items["tea"].key)
    ]
    assert breaches() == []


def test_a_line_that_is_rejected_goes_elsewhere_and_the_rest_stays():
    shop, _ = make_dropshop("north", "mill", "loom")
    placed = buy(shop, ("tea", 1), ("cup", 1))
    (one,) = asked(placed.id)

    answer(one, rejected={2: RejectReason.CANNOT_SHIP})
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    first, second = asked(placed.id)
    assert [line.state for line in first.lines] == [LineState.ACCEPTED, LineState.REJECTED]
    assert (first.row.state, first.row.cost_minor) == (DropshipState.ACCEPTED, COST)
    assert [line.sku for line in second.lines] == ["cup"]
    ship(first)
    ship(second, "SF2")
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.SHIPPED
    assert sum(one.due_minor for one in facade.list_balances(actor=SYSTEM)) == 2 * COST
    assert breaches() == []


def test_rejected_where_nobody_else_has_it_the_order_waits_and_asks_again_when_released():
    shop, _ = make_dropshop()
    placed = buy(shop)
    (one,) = asked(placed.id)

    answer(one, is_rejected=True)
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    detail = get_live_order(actor=SYSTEM, order_id=placed.id)
    assert [hold.kind for hold in detail.holds] == [OrderHoldKind.GOODS]
    assert [each.row.state for each in asked(placed.id)] == [DropshipState.REJECTED]

    release_order(actor=SYSTEM, order_id=placed.id, kind=OrderHoldKind.GOODS, note="", now=NOW)
    facade.follow_orders(order_ids=[placed.id], now=NOW)
    (again,) = asked(placed.id)
    assert (again.row.state, again.row.version) == (DropshipState.PLACED, 2)
    assert breaches() == []


def test_unanswered_in_time_the_goods_come_from_elsewhere_and_a_late_answer_is_refused():
    shop, _ = make_dropshop("north", "mill", "loom")
    placed = buy(shop)
    (one,) = asked(placed.id)

    assert facade.time_out_orders(now=NOW + timedelta(minutes=59)) == 0
    assert facade.time_out_orders(now=NOW + timedelta(minutes=60)) == 1
    assert facade.time_out_orders(now=NOW + timedelta(minutes=60)) == 0
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    first, second = asked(placed.id)
    assert first.row.state is DropshipState.TIMED_OUT
    assert second.row.state is DropshipState.PLACED
    with pytest.raises(DropshipStateError):
        answer(one)
    with pytest.raises(DropshipStateError):
        ship(one)
    late = facade.list_orders(actor=SYSTEM, filters=DropshipFilters(late_at=NOW)).items
    assert [one.id for one in late] == [first.row.id]
    assert breaches() == []


def test_a_cancelled_order_is_cancelled_at_the_supplier():
    shop, _ = make_dropshop()
    placed = buy(shop)
    (one,) = asked(placed.id)
    answer(one)

    cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW)
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    assert asked(placed.id)[0].row.state is DropshipState.CANCELLED
    with pytest.raises(DropshipStateError):
        ship(one)
    assert breaches() == []


def test_taken_back_by_the_retailer_the_goods_come_from_elsewhere():
    shop, _ = make_dropshop("north", "mill", "loom")
    placed = buy(shop)
    (one,) = asked(placed.id)
    answer(one)

    facade.withdraw_order(actor=SYSTEM, order_id=one.row.id, reason="too slow", now=NOW)
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    assert [each.row.state for each in asked(placed.id)] == [
        DropshipState.WITHDRAWN,
        DropshipState.PLACED,
    ]
    states = {part.state for part in get_live_order(actor=SYSTEM, order_id=placed.id).parts}
    assert states == {PartState.CANCELLED, PartState.WAITING}
    assert breaches() == []


def test_the_same_answer_changes_nothing_and_another_is_refused():
    shop, _ = make_dropshop()
    (one,) = asked(buy(shop).id)
    told = answer(one)

    assert answer(one).row == told.row
    with pytest.raises(DropshipStateError):
        answer(one, is_rejected=True)
    with pytest.raises(DropshipAnswerError):
        answer(asked(buy(shop).id)[0], rejected={9: RejectReason.OTHER})


def test_a_supplier_without_an_offer_for_an_item_is_not_asked_for_it():
    shop, (mill,) = make_dropshop()
    pot = make_items(shop.company, "tea", "cup", "pot")["pot"]
    stock(mill.place, pot, 5)  # by hand, though the supplier offers none
    shop.items["pot"] = pot

    placed = buy(shop, ("pot", 1))

    (one,) = asked(placed.id)
    assert one.row.state is DropshipState.REJECTED
    assert [line.reason for line in one.lines] == [RejectReason.NO_OFFER]
    holds = get_live_order(actor=SYSTEM, order_id=placed.id).holds
    assert [hold.kind for hold in holds] == [OrderHoldKind.GOODS]


def test_what_was_paid_is_no_longer_due():
    shop, (mill,) = make_dropshop()
    (one,) = asked(buy(shop).id)
    ship(one)
    draft = PaymentDraft(one.row.id, mill.place.key, 300, "B-1")

    for _ in range(2):
        facade.record_payment(actor=SYSTEM, draft=draft, now=NOW)

    (balance,) = facade.list_balances(actor=SYSTEM)
    assert (balance.goods_minor, balance.paid_minor, balance.due_minor) == (COST, 300, COST - 300)
    kinds = [row.kind.value for row in facade.list_dues(actor=SYSTEM).items]
    assert kinds == ["payment", "goods"]

"""Orders are changed after they were placed: goods, money and history stay one."""

from uuid import uuid4

import pytest
from tests.builders.catalog import show
from tests.builders.checkout import NOW, breaches, draft, later, make_open_shop, order
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    ContactDraft,
    LineDraft,
    LinePlace,
    LiveState,
    NoPriceError,
    NotEnoughError,
    OrderDueError,
    OrderEdit,
    OrderEditConflictError,
    OrderEditError,
    OrderHeldUpError,
    OrderReusedError,
    PartState,
    Step,
    TenderDraft,
    TenderSumError,
)
from quanqu.sell.checkout.facade import (
    advance_part,
    cancel_order,
    edit_order,
    get_live_order,
    gift_of,
    list_edits,
    move_order,
    move_part,
    pay_difference,
    place_order,
    record_live_orders,
    settle_payment,
)
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.laws import edits_unlike_the_orders
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import list_levels
from quanqu.sell.orders.facade import get_order
from quanqu.sell.payments import registry
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.facade import set_offers

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_open_shop()


@pytest.fixture(autouse=True)
def slow_tender(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)


def edit(row, *, edition=1, edit_id=None, now=NOW, **changes):
    wanted = OrderEdit(edit_id or uuid4(), row.id, edition, **changes)
    return edit_order(actor=SYSTEM, edit=wanted, now=now)


def read(row):
    return get_live_order(actor=SYSTEM, order_id=row.id)


def quantities(row):
    return {one.line_no: (one.sku, one.quantity) for one in read(row).lines}


def available(shop, sku, place=None):
    filters = LevelFilters(
        place_key=(place or shop.store).key, variant_keys=frozenset({shop.items[sku].key})
    )
    return list_levels(actor=SYSTEM, filters=filters).items[0].available


def money(row):
    name = encode("ord", row.id)
    found = get_payments(actor=SYSTEM, references=[name])[name]
    return sum(one.captured_minor - one.refunded_minor - one.refunding_minor for one in found)


def sound():
    return not breaches() and not edits_unlike_the_orders()


def test_a_line_is_added_paid_and_held_with_the_rest(shop):
    placed = order(shop, ("tea", 2))
    line = LineDraft(shop.items["cup"].key, 3, None, 400)

    found = edit(placed, add=(line,), tenders=(TenderDraft("cash"),))

    assert (found.total_minor, found.due_minor, found.edition) == (3_700, 0, 2)
    assert quantities(placed) == {1: ("tea", 2), 2: ("cup", 3)}
    assert (available(shop, "tea"), available(shop, "cup")) == (8, 7)
    assert money(placed) == 3_700
    assert sound()


def test_what_is_taken_away_is_free_and_its_money_goes_back(shop):
    placed = order(shop, ("tea", 4), ("cup", 1))

    found = edit(placed, quantities={1: 1, 2: 0})

    assert found.total_minor == 1_250
    assert quantities(placed) == {1: ("tea", 1)}
    assert (available(shop, "tea"), available(shop, "cup")) == (9, 10)
    assert money(placed) == 1_250
    assert sound()
    again = edit(placed, edition=2, add=(LineDraft(shop.items["cup"].key, 1, None, 10),),
                 tenders=(TenderDraft("cash"),))  # fmt: skip
    assert again.edition == 3
    assert quantities(placed) == {1: ("tea", 1), 3: ("cup", 1)}  # no number is given twice


def test_a_new_line_costs_what_the_place_asks_and_the_others_what_was_agreed(shop):
    placed = order(shop, ("tea", 1))
    with pytest.raises(NoPriceError):
        edit(placed, add=(LineDraft(shop.items["cup"].key, 1, None),))
    show(shop.items["cup"].key, shop.store.key, now=NOW, price_minor=900, currency="CNY")
    show(shop.items["tea"].key, shop.store.key, now=NOW, price_minor=9_900, currency="CNY")

    found = edit(placed, add=(LineDraft(shop.items["cup"].key, 1, None),), quantities={1: 2},
                 tenders=(TenderDraft("cash"),))  # fmt: skip

    assert found.total_minor == 2 * 1_250 + 900


def test_what_nobody_paid_stops_the_goods_until_it_is_paid(shop):
    placed = order(shop, ("tea", 1))
    found = edit(placed, quantities={1: 3})
    assert found.due_minor == 2_500
    with pytest.raises(OrderHeldUpError):
        move_order(actor=SYSTEM, order_id=placed.id, step=Step.PICK, now=NOW)
    with pytest.raises(TenderSumError):
        pay(placed, TenderDraft("cash", 10))

    name = uuid4()
    assert pay(placed, TenderDraft("cash"), pay_id=name).due_minor == 0
    assert pay(placed, TenderDraft("cash"), pay_id=name).due_minor == 0  # the button twice
    with pytest.raises(OrderDueError):
        pay(placed, TenderDraft("cash"))

    move_order(actor=SYSTEM, order_id=placed.id, step=Step.PICK, now=NOW)
    assert money(placed) == 3_750
    assert sound()


def pay(row, *tenders, pay_id=None):
    return pay_difference(
        actor=SYSTEM, order_id=row.id, pay_id=pay_id or uuid4(), tenders=tenders, now=NOW
    )


def test_money_that_takes_a_while_ends_what_is_due(shop):
    placed = order(shop, ("tea", 1))
    assert edit(placed, quantities={1: 2}, tenders=(TenderDraft("slow"),)).due_minor == 1_250
    assert sound()

    answer(placed, now=NOW, only="slow")
    deliver_paid(placed)

    assert read(placed).order.due_minor == 0
    assert sound()


def deliver_paid(row):
    settle_payment(reference=encode("ord", row.id), now=NOW)


def test_money_for_what_is_no_longer_wanted_goes_back(shop):
    placed = order(shop, ("tea", 1))
    edit(placed, quantities={1: 2}, tenders=(TenderDraft("slow"),))
    edit(placed, edition=2, quantities={1: 1})
    answer(placed, now=NOW, only="slow")
    deliver_paid(placed)

    assert money(placed) == 1_250
    assert sound()


def test_a_promise_is_taken_for_what_is_left(shop):
    placed = order(shop, ("tea", 4), tender="invoice")
    assert edit(placed, quantities={1: 3}).total_minor == 3_750
    row = Order.objects.get(id=placed.id)
    assert (row.over_minor, row.due_minor) == (1_250, 0)
    assert sound()
    assert edit(placed, edition=2, quantities={1: 5}).due_minor == 1_250
    assert edit(placed, edition=3, quantities={1: 3}).due_minor == 0
    for step in (Step.PICK, Step.SHIP):
        move_order(actor=SYSTEM, order_id=placed.id, step=step, now=NOW)
    assert sound()
    with pytest.raises(OrderEditError):
        edit(placed, edition=4, quantities={1: 1})


def test_the_same_edit_twice_is_one_and_an_older_view_is_refused(shop):
    placed = order(shop, ("tea", 2))
    name = uuid4()
    edit(placed, edit_id=name, quantities={1: 1})
    assert edit(placed, edit_id=name, quantities={1: 1}).edition == 2
    with pytest.raises(OrderReusedError):
        edit(placed, edit_id=name, quantities={1: 2})
    with pytest.raises(OrderEditConflictError) as refused:
        edit(placed, edition=1, quantities={1: 5})
    assert refused.value.fields["edition"] == 2
    assert len(list_edits(actor=SYSTEM, order_id=placed.id)) == 1


def test_too_few_goods_change_nothing(shop):
    placed = order(shop, ("tea", 2))
    with pytest.raises(NotEnoughError):
        edit(placed, quantities={1: 11})
    with pytest.raises(NotEnoughError):
        edit(placed, add=(LineDraft(shop.items["cup"].key, 11, None, 1),), quantities={1: 1})
    with pytest.raises(OrderEditError):
        edit(placed, quantities={1: 0})
    assert quantities(placed) == {1: ("tea", 2)}
    assert available(shop, "tea") == 8
    assert sound()


def test_a_line_comes_from_elsewhere(shop):
    placed = order(shop, ("tea", 2), ("cup", 1))

    edit(placed, places=(LinePlace(1, shop.depot.key),))

    assert {one.sku: one.from_place_key for one in read(placed).lines} == {
        "tea": shop.depot.key,
        "cup": shop.store.key,
    }
    assert (available(shop, "tea"), available(shop, "tea", shop.depot)) == (10, 8)
    assert sound()


def test_a_part_being_picked_begins_anew_and_one_that_left_stays(shop):
    lines = (
        LineDraft(shop.items["tea"].key, 2, shop.store.key, 1_000),
        LineDraft(shop.items["cup"].key, 2, shop.depot.key, 500),
    )
    placed = place_order(actor=SYSTEM, draft=draft(shop, lines=lines), now=NOW)
    for step in (Step.PICK, Step.SHIP):
        advance_part(actor=SYSTEM, order_id=placed.id, part_no=2, step=step, now=NOW)
    advance_part(actor=SYSTEM, order_id=placed.id, part_no=1, step=Step.PICK, now=NOW)

    with pytest.raises(OrderEditError):
        edit(placed, quantities={2: 1})
    found = edit(placed, quantities={1: 1})

    assert found.state is LiveState.PROCESSING
    assert [one.state for one in read(placed).parts] == [
        PartState.CANCELLED, PartState.GONE, PartState.WAITING,
    ]  # fmt: skip
    assert sound()


def test_address_contact_and_gift_are_changed_and_kept_sealed(shop):
    placed = order(shop, contact=ContactDraft(name="Mei", street="Old Road 1", city="Suzhou"))

    edit(placed, contact={"street": "New Road 2", "phone": "+8613800138000"},
         gift_message="Happy birthday", hides_prices=True, reason="moved")  # fmt: skip

    told = contact_of(placed.key)
    assert (told["name"], told["street"], told["city"]) == ("Mei", "New Road 2", "Suzhou")
    assert gift_of(order_id=placed.id, actor=SYSTEM) == ("Happy birthday", True)
    (entry,) = list_edits(actor=SYSTEM, order_id=placed.id)
    assert entry.fields == ("gift_message", "hides_prices", "phone", "street")
    assert entry.before == entry.after
    assert "New Road" not in str(entry)
    record_live_orders(now=NOW)
    recorded = get_order(actor=SYSTEM, order_id=encode("ord", placed.id))
    assert recorded.address is not None
    assert sound()


def test_the_address_is_fixed_once_a_part_is_packed_and_goods_while_money_is_awaited(shop):
    placed = order(shop)
    advance_part(actor=SYSTEM, order_id=placed.id, part_no=1, step=Step.PICK, now=NOW)
    advance_part(actor=SYSTEM, order_id=placed.id, part_no=1, step=Step.MAKE_READY, now=NOW)
    with pytest.raises(OrderEditError):
        edit(placed, contact={"street": "New Road 2"})
    edit(placed, contact={"phone": "1"})

    waiting = order(shop, tender="slow")
    with pytest.raises(OrderEditError):
        edit(waiting, quantities={1: 2})
    edit(waiting, contact={"street": "New Road 2"})
    with pytest.raises(OrderEditError):
        edit(waiting, edition=2)
    with pytest.raises(OrderEditError):
        edit(waiting, edition=2, contact={"shoe_size": "44"})


def test_an_edited_order_is_cancelled_whole(shop):
    placed = order(shop, ("tea", 3))
    edit(placed, quantities={1: 2})
    edit(placed, edition=2, quantities={1: 4}, tenders=(TenderDraft("slow"),))
    cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=later(1))
    answer(placed, now=later(2), only="slow")
    deliver_paid(placed)
    deliver_events(now=later(3))

    assert money(placed) == 0
    assert available(shop, "tea") == 10
    record_live_orders(now=later(4))
    assert sound()


def test_what_sourcing_decided_follows_the_edit_and_can_move_again(shop):
    for place in (shop.store, shop.depot):
        offer = PlaceOffer(is_shipping=True, is_pickup=True)
        set_offers(actor=SYSTEM, offers={place.key: offer}, now=NOW)
    lines = (LineDraft(shop.items["tea"].key, 2, None, 1_000),)
    placed = place_order(actor=SYSTEM, draft=draft(shop, lines=lines), now=NOW)

    edit(placed, quantities={1: 1}, add=(LineDraft(shop.items["cup"].key, 3, None, 500),),
         tenders=(TenderDraft("cash"),))  # fmt: skip

    part = read(placed).parts[-1]
    assert {one.part_no for one in read(placed).lines} == {part.no}
    move_part(
        actor=SYSTEM, order_id=placed.id, part_no=part.no, lines=[1], move_id=uuid4(),
        cause="short", now=NOW,
    )  # fmt: skip
    found = read(placed)
    assert {one.sku: one.quantity for one in found.lines} == {"tea": 1, "cup": 3}
    assert len({one.from_place_key for one in found.lines}) == 2
    assert sound()

"""Carts are filled, merged, shared and ordered once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.catalog import show
from tests.builders.checkout import NOW, breaches, later, make_open_shop
from tests.builders.orders import make_subject
from tests.builders.org import actor_of_person, make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.errors import NotFoundError
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.carts.contracts import (
    CartDraft,
    CartItemError,
    CartKind,
    CartLineDraft,
    CartLineError,
    CartNotFoundError,
    CartOfAnotherError,
    CartState,
    CartStateError,
    PlacingDraft,
)
from quanqu.sell.carts.facade import (
    expire_carts,
    find_shared_cart,
    finish_placing,
    get_cart,
    list_abandoned,
    merge_carts,
    open_cart,
    place_cart,
    set_lines,
    share_cart,
    tell_abandoned,
)
from quanqu.sell.carts.models import Cart
from quanqu.sell.carts.queries.laws import carts_unlike_their_orders
from quanqu.sell.carts.rules.carts import order_of
from quanqu.sell.checkout.contracts import Delivery, NotEnoughError, TenderDraft
from quanqu.sell.checkout.facade import get_live_order, gift_of, place_order
from quanqu.sell.checkout.models import Order

pytestmark = pytest.mark.django_db
CASH = (TenderDraft("cash"),)


@pytest.fixture
def shop():
    made = make_open_shop(units=10)
    for item in made.items.values():
        show(item.key, made.store.key, now=NOW, price_minor=1_250, currency="CNY")
    return made


def cart(shop, *lines, now=NOW, **more):
    draft = CartDraft(**{"id": uuid4(), "place_key": shop.store.key, "currency": "CNY", **more})
    made = open_cart(actor=SYSTEM, draft=draft, now=now)
    if lines:
        put(shop, made, *lines, now=now)
    return made


def put(shop, row, *lines, now=NOW):
    told = [CartLineDraft(shop.items[sku].key, count, **dict(more)) for sku, count, *more in lines]
    return set_lines(actor=SYSTEM, cart_id=row.id, lines=told, now=now)


def read(row):
    return get_cart(actor=SYSTEM, cart_id=row.id)


def units(row):
    return {one.sku: (one.quantity, one.is_saved) for one in read(row).lines}


def place(row, *, now=NOW, **more):
    told = {"tenders": CASH, "delivery": Delivery.CARRY_OUT, **more}
    return place_cart(actor=SYSTEM, cart_id=row.id, draft=PlacingDraft(**told), now=now)


def test_a_cart_shows_what_it_costs_and_what_is_there_now(shop):
    made = cart(shop, ("tea", 2), ("cup", 11))
    found = read(made)
    assert found.goods_minor == 13 * 1_250
    assert [(one.available, one.unit_price_minor) for one in found.lines] == [(10, 1_250)] * 2
    assert not found.is_orderable
    put(shop, made, ("cup", 10))
    assert read(made).is_orderable
    show(shop.items["tea"].key, shop.store.key, now=later(9), price_minor=900, currency="CNY")
    assert read(made).goods_minor == 2 * 900 + 10 * 1_250
    put(shop, made, ("cup", 0))
    assert units(made) == {"tea": (2, False)}


def test_a_cart_becomes_one_order_and_does_not_change_afterwards(shop):
    made = cart(shop, ("tea", 2), ("cup", 1, ("is_saved", True)))
    placed = place(made, gift_message="Cheers", hides_prices=True)
    assert place(made).id == placed.id

    lines = get_live_order(actor=SYSTEM, order_id=placed.id).lines
    assert [(one.sku, one.quantity) for one in lines] == [("tea", 2)]
    assert gift_of(order_id=placed.id, actor=SYSTEM) == ("Cheers", True)
    assert read(made).row.state is CartState.PLACED
    with pytest.raises(CartStateError):
        put(shop, made, ("tea", 1))
    assert not breaches()
    assert not carts_unlike_their_orders()


def test_a_cart_whose_order_is_refused_stays_open(shop):
    made = cart(shop, ("tea", 11))
    with pytest.raises(NotEnoughError):
        place(made)
    assert read(made).row.state is CartState.OPEN
    put(shop, made, ("tea", 3))
    assert place(made).total_minor == 3_750
    empty = cart(shop)
    with pytest.raises(CartStateError):
        place(empty)
    assert not carts_unlike_their_orders()


def test_what_a_worker_left_half_way_is_ended(shop):
    done, undone = cart(shop, ("tea", 1)), cart(shop, ("cup", 1))
    Cart.objects.filter(id__in=[done.id, undone.id]).update(state="placing")
    wanted = order_of(
        done.id, [CartLineDraft(shop.items["tea"].key, 1)],
        PlacingDraft(CASH, Delivery.CARRY_OUT),
        place_key=shop.store.key, currency="CNY", subject_key=None,
    )  # fmt: skip
    place_order(actor=SYSTEM, draft=wanted, now=NOW)
    assert finish_placing(now=later(60)) == 0

    assert finish_placing(now=later(300)) == 2

    assert read(done).row.state is CartState.PLACED
    assert read(undone).row.state is CartState.OPEN
    assert Order.objects.count() == 1
    assert not carts_unlike_their_orders()


def test_a_guest_becomes_a_member_and_nothing_is_added_twice(shop):
    member = make_subject("mei@example.com")
    guest = cart(shop, ("tea", 2))
    assert merge_carts(actor=SYSTEM, cart_id=guest.id, subject_key=member, now=NOW).id == guest.id

    second = cart(shop, ("tea", 3), ("cup", 1, ("is_gift", True)))
    for _ in range(2):
        mine = merge_carts(actor=SYSTEM, cart_id=second.id, subject_key=member, now=NOW)
        assert mine.id == guest.id
    assert units(guest) == {"tea": (5, False), "cup": (1, False)}
    assert read(second).row.state is CartState.MERGED
    again = CartDraft(uuid4(), shop.store.key, "CNY", subject_key=member)
    assert open_cart(actor=SYSTEM, draft=again, now=NOW).id == guest.id

    other = make_subject("li@example.com")
    for one in (guest, second):
        with pytest.raises(CartOfAnotherError):
            merge_carts(actor=SYSTEM, cart_id=one.id, subject_key=other, now=NOW)


def test_a_desk_cart_is_opened_by_its_code(shop):
    made = cart(shop, ("tea", 1), kind=CartKind.DESK)
    code = share_cart(actor=SYSTEM, cart_id=made.id, now=NOW).share_code
    assert share_cart(actor=SYSTEM, cart_id=made.id, now=NOW).share_code == code
    assert find_shared_cart(actor=SYSTEM, code=f" {code.lower()} ").row.id == made.id
    place(made)
    with pytest.raises(CartNotFoundError):
        find_shared_cart(actor=SYSTEM, code=code)


def test_carts_left_lying_are_told_once_until_they_are_touched(shop):
    made = cart(shop, ("tea", 1))
    cart(shop)
    assert tell_abandoned(now=later(60)) == 0
    assert tell_abandoned(now=later(3_601)) == 1
    assert tell_abandoned(now=later(3_602)) == 0
    found = list_abandoned(actor=SYSTEM, now=later(3_602)).items
    assert [one.id for one in found] == [made.id]
    put(shop, made, ("tea", 2), now=later(4_000))
    assert tell_abandoned(now=later(4_001)) == 0
    assert tell_abandoned(now=later(9_000)) == 1
    deliver_events(now=later(9_001))


def test_carts_nobody_touches_expire(shop):
    made = cart(shop, ("tea", 1))
    kept = cart(shop, ("tea", 1), subject_key=make_subject("mei@example.com"))
    assert expire_carts(now=NOW + timedelta(days=13)) == 0
    assert expire_carts(now=NOW + timedelta(days=15)) == 1
    assert (read(made).row.state, read(kept).row.state) == (CartState.EXPIRED, CartState.OPEN)


def test_wrong_lines_and_strangers_are_refused(shop):
    made = cart(shop, ("tea", 1))
    for wrong in (CartLineDraft(shop.items["tea"].key, -1), CartLineDraft(10**9, 10**9)):
        with pytest.raises(CartLineError):
            set_lines(actor=SYSTEM, cart_id=made.id, lines=[wrong], now=NOW)
    with pytest.raises(CartItemError):
        set_lines(actor=SYSTEM, cart_id=made.id, lines=[CartLineDraft(10**9, 1)], now=NOW)
    with pytest.raises(CartNotFoundError):
        put(shop, made, ("tea", 1, ("place_key", 10**6)))
    south = make_open_shop(code="south")
    clerk = actor_of_person(
        make_person("Clerk", role=RoleCode.STORE_MANAGER, unit_id=south.store.id)
    )
    with pytest.raises(NotFoundError):
        get_cart(actor=clerk, cart_id=made.id)
    with pytest.raises(NotFoundError):
        set_lines(actor=clerk, cart_id=made.id, lines=[], now=NOW)
    assert units(made) == {"tea": (1, False)}

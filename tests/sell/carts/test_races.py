"""One cart on several devices at once, each on a connection of its own."""

from uuid import uuid4

import pytest
from django.db import transaction
from tests.builders.catalog import show
from tests.builders.checkout import NOW, breaches, make_open_shop
from tests.builders.orders import make_subject
from tests.sell.checkout.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.carts.contracts import CartDraft, CartLineDraft, CartState, PlacingDraft
from quanqu.sell.carts.facade import get_cart, merge_carts, open_cart, place_cart, set_lines
from quanqu.sell.carts.queries.laws import carts_unlike_their_orders
from quanqu.sell.checkout.contracts import Delivery, TenderDraft
from quanqu.sell.checkout.models import Order
from quanqu.sell.payments.models import Payment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    made = make_open_shop(units=10)
    show(made.items["tea"].key, made.store.key, now=NOW, price_minor=1_250, currency="CNY")
    return made


def subject():
    with transaction.atomic():
        return make_subject("mei@example.com")


def filled(shop, **more):
    draft = CartDraft(uuid4(), shop.store.key, "CNY", **more)
    row = open_cart(actor=SYSTEM, draft=draft, now=NOW)
    line = CartLineDraft(shop.items["tea"].key, 2)
    set_lines(actor=SYSTEM, cart_id=row.id, lines=[line], now=NOW)
    return row


def test_a_cart_ordered_on_many_devices_is_one_order_and_one_payment(shop):
    row = filled(shop)

    def buy(tender):
        draft = PlacingDraft((TenderDraft(tender),), Delivery.CARRY_OUT)
        return place_cart(actor=SYSTEM, cart_id=row.id, draft=draft, now=NOW).id

    placed = at_once(buy, ["cash", "test"] * 4)

    assert len(set(placed)) == 1
    assert Order.objects.count() == Payment.objects.count() == 1
    assert get_cart(actor=SYSTEM, cart_id=row.id).row.state is CartState.PLACED
    assert not breaches()
    assert not carts_unlike_their_orders()


def test_a_guest_who_signs_in_on_many_devices_has_one_cart(shop):
    member = subject()
    guest = filled(shop)
    own = filled(shop, subject_key=member)

    def sign_in(_):
        return merge_carts(actor=SYSTEM, cart_id=guest.id, subject_key=member, now=NOW).id

    assert set(at_once(sign_in, range(8))) == {own.id}
    assert get_cart(actor=SYSTEM, cart_id=own.id).lines[0].quantity == 4


def test_a_member_opens_one_cart_on_many_devices(shop):
    member = subject()

    def begin(_):
        draft = CartDraft(uuid4(), shop.store.key, "CNY", subject_key=member)
        return open_cart(actor=SYSTEM, draft=draft, now=NOW).id

    assert len(set(at_once(begin, range(8)))) == 1

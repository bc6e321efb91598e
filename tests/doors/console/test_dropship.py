"""Drop-shipping in the console: terms, offers, an order from its answer to its money."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.dropship import breaches
from tests.builders.http import signed_in
from tests.builders.org import make_place
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import PlaceType
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.contracts import (
    ContactDraft,
    Delivery,
    LineDraft,
    OrderDraft,
    TenderDraft,
)
from quanqu.sell.checkout.facade import place_order
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import DropshipFilters, DropshipState, OfferFilters
from quanqu.sell.supply.contracts import SupplierDraft
from quanqu.sell.supply.facade import create_supplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


@pytest.fixture
def mill(world: World, client: Client):
    """Return the place of a supplier that was set up with the forms: mugs at 3.00, nine of them."""
    store = world.places["store"]
    company = companies_by_key(keys=[store.company_key])[store.company_key]
    place = make_place("mill", company=company, place_type=PlaceType.SUPPLIER, currency="GBP")
    supplier = create_supplier(
        actor=SYSTEM, company_key=company.key, draft=SupplierDraft("mill", "Mill", "GBP"), now=NOW
    )
    terms = {
        "supplier": supplier.id, "place": place.id, "answer_minutes": "60", "lead_days": "2",
        "cut_off": "16:00", "is_active": "on",
    }  # fmt: skip
    made = client.post(reverse("console:dropship_supplier_new"), terms)
    assert made.status_code == 302, made.content
    offer = {
        "place": place.id, "sku": "MUG-W", "cost": "3.00", "buffer": "0", "is_on": "on",
        "stated": "9",
    }  # fmt: skip
    assert client.post(reverse("console:dropship_offer_new"), offer).status_code == 302
    return place


def sell(world: World, mill) -> str:
    """Sell two mugs the supplier ships; return the id of the order to it."""
    store = world.places["store"]
    mug = variants_by_sku(skus=[(store.company_key, "MUG-W")])[store.company_key, "MUG-W"]
    draft = OrderDraft(
        id=new_id(), place_key=store.key, currency="GBP", tenders=(TenderDraft("cash"),),
        lines=(LineDraft(mug.key, 2, mill.key, 900),), delivery=Delivery.SHIP,
        contact=ContactDraft(name="Ada Lovelace", city="London", country="GB"),
    )  # fmt: skip
    placed = place_order(actor=SYSTEM, draft=draft, now=NOW)
    facade.follow_orders(order_ids=[placed.id], now=NOW)
    (row,) = facade.orders_for(actor=SYSTEM, order_id=placed.id)
    return encode("dso", row.id)


def state_of(ref: str) -> DropshipState:
    (row,) = [
        one
        for one in facade.list_orders(actor=SYSTEM, filters=DropshipFilters(), limit=9).items
        if encode("dso", one.id) == ref
    ]
    return row.state


def test_an_order_is_answered_shipped_and_paid(world, client, mill):
    ref = sell(world, mill)
    page = show(client, reverse("console:dropship_order", args=[ref]))
    assert "Waits for an answer" in page.text
    acts = reverse("console:dropship_act", args=[ref])

    client.post(acts, {"act": "answer", "promised_on": "", "note": "by phone"})
    assert state_of(ref) is DropshipState.ACCEPTED
    client.post(acts, {"act": "ship", "carrier": "DHL", "tracking_number": "D1"})
    assert state_of(ref) is DropshipState.SHIPPED

    shown = show(client, reverse("console:dropship_order", args=[ref])).text
    assert "DHL D1" in shown
    assert "by phone" in shown
    dues = show(client, reverse("console:dropship_dues")).text
    assert "6.00" in dues
    paid = {"place": mill.id, "amount": "6.00", "reference": "B-7", "once": "x"}
    for _ in range(2):
        assert client.post(reverse("console:dropship_payment"), paid).status_code == 302
    (balance,) = facade.list_balances(actor=SYSTEM)
    assert balance.due_minor == 0
    assert breaches() == []


def test_lists_show_orders_offers_and_suppliers(world, client, mill):
    ref = sell(world, mill)

    assert "Waits for an answer" in show(client, reverse("console:dropship")).text
    offers = show(client, reverse("console:dropship_offers")).text
    assert "MUG-W" in offers
    assert "Mill" in show(client, reverse("console:dropship_suppliers")).text
    shipped = client.get(reverse("console:dropship"), {"state": "shipped"}).content.decode()
    assert ref not in shipped


def test_an_order_is_taken_back(world, client, mill):
    ref = sell(world, mill)

    client.post(reverse("console:dropship_act", args=[ref]), {"act": "withdraw", "reason": "slow"})

    assert state_of(ref) is DropshipState.WITHDRAWN


def test_an_offer_is_changed_and_turned_off(world, client, mill):
    (row,) = facade.list_offers(actor=SYSTEM, filters=OfferFilters()).items
    address = reverse("console:dropship_offer", args=[row.key])
    assert 'value="3.00"' in client.get(address).content.decode()

    kept = client.post(address, {"cost": "3.20", "buffer": "1"})

    assert kept.status_code == 302, kept.content
    (row,) = facade.list_offers(actor=SYSTEM, filters=OfferFilters()).items
    assert (row.draft.cost_minor, row.draft.is_on, row.stated) == (320, False, 9)
    wrong = client.post(address, {"cost": "much", "buffer": "1"})
    assert wrong.status_code == 422
    assert 'value="end"' not in client.get(address).content.decode()
    assert client.post(address, {"act": "end"}).status_code == 422


def test_what_cannot_be_done_is_said(world, client, mill):
    ref = sell(world, mill)
    acts = reverse("console:dropship_act", args=[ref])

    told = client.post(
        acts, {"act": "ship", "carrier": "DHL", "tracking_number": "1", "units_1": "9"}, follow=True
    )

    assert "units left to pack" in told.content.decode()
    assert state_of(ref) is DropshipState.PLACED

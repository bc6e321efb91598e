"""Transfers in the console: made, sent, received and closed by who may."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.stock import breaches, level
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import TransferView
from quanqu.sell.inventory.facade import get_transfer
from quanqu.sell.inventory.queries.laws import transit_unlike_the_transfers

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(world: World) -> Item:
    company = world.places["web"].company_key
    ref = variants_by_sku(skus=[(company, "MUG-W")])[company, "MUG-W"]
    item = Item(ref.key, ref.id, "MUG-W")
    stock(world.places["web"], item, 47)
    return item


def make(client: Client, world: World, items: str, target: str = "store") -> Any:
    body = {
        "origin": world.places["web"].id,
        "target": world.places[target].id,
        "items": items,
        "note": "For the window",
    }
    return client.post(reverse("console:transfer_new"), body)


def made_by(client: Client, world: World, items: str = "MUG-W 10") -> str:
    answer = make(client, world, items)
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"trf_\w+", answer["Location"])
    assert found
    return found.group()


def act(client: Client, transfer_id: str, what: str, **body: str) -> Any:
    address = reverse("console:transfer_act", args=[transfer_id])
    return client.post(address, {"act": what, **body})


def read(transfer_id: str) -> TransferView:
    return get_transfer(actor=SYSTEM, transfer_id=decode("trf", transfer_id))


def test_a_transfer_goes_its_way(world: World, mug: Item) -> None:
    client = signed_in(world.owner)
    transfer_id = made_by(client, world)
    address = reverse("console:transfer", args=[transfer_id])
    assert "For the window" in show(client, address).text
    act(client, transfer_id, "send")
    assert level(place=world.places["store"].key, item=mug.key)["in_transit"] == 10
    page = client.get(address).content.decode()
    once = re.search(r'name="once" value="(\w+)"', page)
    assert once
    arrived = {"line": "1", "good-1": "7", "damaged-1": "1", "once": once.group(1)}
    for _ in range(2):  # the button pressed twice
        act(client, transfer_id, "receive", **arrived)
    line = read(transfer_id).lines[0]
    assert (line.received, line.damaged, line.remaining) == (7, 1, 2)
    act(client, transfer_id, "close")
    assert (read(transfer_id).state, read(transfer_id).lines[0].lost) == ("closed", 2)
    page = show(client, "/stock/transfers?state=closed")
    assert address in page.links
    assert "No transfers yet" not in page.text
    assert address not in show(client, "/stock/transfers?state=sent").links
    assert not breaches()
    assert not transit_unlike_the_transfers()


def test_what_is_wrong_stands_on_the_page_and_nothing_typed_is_lost(
    world: World, mug: Item
) -> None:
    client = signed_in(world.owner)
    for items, told in (
        ("MUG-W ten", "Line 1: write a SKU and how many."),
        ("MUG-W 3\nRUM 2", "Line 2:"),
        ("MUG-W 0", "Line 1: the quantity is less than 1."),
        ("MUG-W 1\nMUG-W 2", "Line 2: the item stands on another line."),
    ):
        answer = make(client, world, items)
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert items in answer.content.decode()
    stock(world.places["market"], mug, 1)  # whatever it is: the market keeps stock
    answer = make(client, world, "MUG-W 1", target="market")
    assert "of the same company" in answer.content.decode()
    transfer_id = made_by(client, world, "MUG-W 48")
    told = client.get(act(client, transfer_id, "send")["Location"]).content.decode()
    assert "48 are to be sent, 47 are there and promised to nobody" in told
    assert read(transfer_id).state == "draft"
    act(client, transfer_id, "nonsense")
    act(client, transfer_id, "cancel")
    assert read(transfer_id).state == "cancelled"


def test_each_place_does_its_own_part(world: World, mug: Item) -> None:
    transfer_id = made_by(signed_in(world.owner), world)
    sender, receiver, stranger = (
        signed_in(make_person(name, role=RoleCode.STORE_MANAGER, unit_id=world.places[at].id))
        for name, at in (("Sen", "web"), ("Rec", "store"), ("Str", "market"))
    )
    address = reverse("console:transfer", args=[transfer_id])
    show(stranger, address, status=404)
    act(stranger, transfer_id, "send")
    act(receiver, transfer_id, "send")
    assert read(transfer_id).state == "draft"
    act(sender, transfer_id, "send")
    assert "receive" not in show(sender, address).ids
    assert "receive" in show(receiver, address).ids
    act(sender, transfer_id, "receive", **{"line": "1", "good-1": "10"})
    assert read(transfer_id).state == "sent"
    act(receiver, transfer_id, "receive", **{"line": "1", "good-1": "10"})
    assert read(transfer_id).state == "received"
    assert address in show(sender, "/stock/transfers").links
    assert address not in show(stranger, "/stock/transfers").links
    viewer = signed_in(world.viewer)
    assert viewer.get(reverse("console:transfer_new")).status_code == 403
    assert act(viewer, transfer_id, "close").status_code == 403

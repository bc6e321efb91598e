"""Transfers that arrived short or over in the console: listed, decided, claimed, taken back."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.builders.console import World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.stock import breaches, level
from tests.doors.console.test_pages import show
from tests.doors.console.test_transfers import act as transfer_act
from tests.doors.console.test_transfers import made_by

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import Discrepancy
from quanqu.sell.inventory.facade import get_discrepancy
from quanqu.sell.inventory.queries.laws import (
    transfers_unlike_the_decisions,
    transit_unlike_the_transfers,
)


@pytest.fixture
def mug(world: World) -> Item:
    company = world.places["web"].company_key
    ref = variants_by_sku(skus=[(company, "MUG-W")])[company, "MUG-W"]
    item = Item(ref.key, ref.id, "MUG-W")
    stock(world.places["web"], item, 47)
    return item


def short(client: Client, world: World) -> str:
    transfer_id = made_by(client, world)
    transfer_act(client, transfer_id, "send")
    transfer_act(client, transfer_id, "receive", **{"line": "1", "good-1": "6", "surplus-1": "1"})
    return transfer_id


def act(client: Client, transfer_id: str, what: str, **body: str) -> Any:
    address = reverse("console:discrepancy", args=[transfer_id])
    return client.post(address, {"act": what, **body})


def read(transfer_id: str) -> Discrepancy:
    return get_discrepancy(actor=SYSTEM, transfer_id=decode("trf", transfer_id))


def test_what_is_short_is_decided_claimed_and_taken_back(world: World, mug: Item) -> None:
    client = signed_in(world.owner)
    transfer_id = short(client, world)
    address = reverse("console:discrepancy", args=[transfer_id])
    assert address in show(client, "/stock/discrepancies?open=yes&q=").links
    assert address in show(client, reverse("console:transfer", args=[transfer_id])).links
    with translation.override("en"):
        page = client.get(address).content.decode()
    once = re.search(r'name="once" value="([0-9a-f]{64})"', page)
    assert once
    found = {"line": "1", "kind": "found_at_sender", "quantity": "1", "once": once.group(1)}
    for _ in range(2):  # the button pressed twice
        assert act(client, transfer_id, "decide", **found).status_code == 302
    assert level(place=world.places["web"].key, item=mug.key)["on_hand"] == 38
    claim = {"line": "1", "kind": "claimed", "quantity": "3", "note": "torn", "currency": "CNY"}
    with translation.override("en"):
        answer = act(client, transfer_id, "decide", **claim)
    assert answer.status_code == 422
    assert "a claim has an amount above zero" in answer.content.decode()
    assert 'value="torn"' in answer.content.decode()
    act(client, transfer_id, "decide", **claim, amount="12.50")
    act(client, transfer_id, "decide", line="1", kind="surplus_kept", quantity="1")
    assert [one.kind.value for one in read(transfer_id).decisions] == [
        "found_at_sender", "claimed", "surplus_kept",
    ]  # fmt: skip
    assert level(place=world.places["store"].key, item=mug.key)["in_transit"] == 0
    act(client, transfer_id, "settled", number="2", amount="10", currency="CNY")
    assert not read(transfer_id).is_open
    assert address in show(client, "/stock/discrepancies?open=no").links
    assert address not in show(client, "/stock/discrepancies?open=yes").links
    for number, state in (("2", "settled"), ("3", "done"), ("2", "open"), ("1", "done")):
        assert act(client, transfer_id, "undo", number=number, state=state).status_code == 302
    assert (read(transfer_id).short_open, read(transfer_id).over_open) == (4, 1)
    assert level(place=world.places["web"].key, item=mug.key)["on_hand"] == 37
    answer = act(client, transfer_id, "undo", number="1", state="nonsense")
    assert answer.status_code == 422
    assert act(client, transfer_id, "undo", number="7", state="done").status_code == 404
    assert client.get("/stock/discrepancies?export=csv").status_code == 200
    assert not breaches()
    assert not transit_unlike_the_transfers()
    assert not transfers_unlike_the_decisions()


def test_each_place_decides_its_own_part(world: World, mug: Item) -> None:
    transfer_id = short(signed_in(world.owner), world)
    sender, receiver, stranger = (
        signed_in(make_person(name, role=RoleCode.STORE_MANAGER, unit_id=world.places[at].id))
        for name, at in (("Sen", "web"), ("Rec", "store"), ("Str", "market"))
    )
    address = reverse("console:discrepancy", args=[transfer_id])
    show(stranger, address, status=404)
    at_sender = {"line": "1", "kind": "found_at_sender", "quantity": "1"}
    lost = {"line": "1", "kind": "written_off", "quantity": "1", "note": "gone"}
    assert act(stranger, transfer_id, "decide", **lost).status_code == 404
    assert act(receiver, transfer_id, "decide", **at_sender).status_code == 404
    assert act(sender, transfer_id, "decide", **lost).status_code == 404
    assert not read(transfer_id).decisions
    assert "found_at_sender" not in receiver.get(address).content.decode()
    act(sender, transfer_id, "decide", **at_sender)
    act(receiver, transfer_id, "decide", **lost)
    assert read(transfer_id).short_open == 2
    assert act(signed_in(world.viewer), transfer_id, "decide", **lost).status_code in {403, 404}

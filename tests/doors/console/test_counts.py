"""Counts in the console: begun, scanned and typed, handed in, approved by who may."""

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
from quanqu.sell.inventory.contracts import CountState, CountView
from quanqu.sell.inventory.facade import get_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(world: World) -> Item:
    company = world.places["web"].company_key
    ref = variants_by_sku(skus=[(company, "MUG-W")])[company, "MUG-W"]
    item = Item(ref.key, ref.id, "MUG-W")
    stock(world.places["web"], item, 47)
    return item


def begin(client: Client, world: World, **more: str) -> Any:
    body = {"place": world.places["web"].id, "tolerance": "0", "note": "Friday"} | more
    return client.post(reverse("console:count_new"), body)


def begun(client: Client, world: World, **more: str) -> str:
    answer = begin(client, world, **more)
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"cnt_\w+", answer["Location"])
    assert found
    return found.group()


def read(count_id: str) -> CountView:
    return get_count(actor=SYSTEM, count_id=decode("cnt", count_id))


def scan(client: Client, count_id: str, code: str, **more: str) -> str:
    address = reverse("console:count_scan", args=[count_id])
    answer = client.post(address, {"code": code, "units": "1", **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_count_is_begun_scanned_typed_handed_in_and_approved(world: World, mug: Item) -> None:
    client = signed_in(world.owner)
    count_id = begun(client, world)
    entry = reverse("console:count_entry", args=[count_id])

    assert "MUG-W" in show(client, entry).text
    page = client.get(entry).content.decode()
    assert "47" not in re.sub(r"<[^>]*>", "", page.split('id="count"')[1])  # blind
    assert "data-camera hidden" in page  # until the browser says that it can
    first = scan(client, count_id, "MUG-W", once="a")
    scan(client, count_id, "MUG-W", once="a")  # sent again, as a phone does
    scan(client, count_id, "MUG-W", units="40", once="b")
    assert 'aria-current="true"' in first
    assert read(count_id).lines[0].counted == 41
    assert "nothing-here" in scan(client, count_id, "nothing-here")
    assert client.post(entry, {"n1": "45"}).status_code == 302
    assert read(count_id).lines[0].counted == 45

    handed = client.post(reverse("console:count_hand_in", args=[count_id]))
    assert handed["Location"].startswith(entry)  # it differs: count it again
    assert read(count_id).state is CountState.RECOUNTING
    client.post(entry, {"n1": "46"})
    client.post(reverse("console:count_hand_in", args=[count_id]))
    page = show(client, reverse("console:count", args=[count_id]))
    assert re.search("[-−]1", page.text)
    act = reverse("console:count_act", args=[count_id])
    assert client.post(act, {"act": "approve"}).status_code == 302

    assert read(count_id).state is CountState.APPROVED
    assert level(place=world.places["web"].key, item=mug.key)["on_hand"] == 46
    assert "Friday" in show(client, reverse("console:counts")).text
    assert not breaches()


def test_what_is_wrong_is_told_and_kept(world: World, mug: Item) -> None:
    client = signed_in(world.owner)
    answer = begin(client, world, items="MUG-W\nNOTHING")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "NOTHING" in page
    assert "MUG-W" in page
    assert begin(client, world, tolerance="-1").status_code == 422
    count_id = begun(client, world, items="MUG-W")
    again = begin(client, world, items="MUG-W")
    assert again.status_code == 422
    assert count_id in again.content.decode()
    for number in ("-1", "1.5", "many", "9" * 12):
        client.post(reverse("console:count_entry", args=[count_id]), {"n1": number})
        assert scan(client, count_id, "MUG-W", units=number)
    assert read(count_id).lines[0].counted is None
    client.post(reverse("console:count_hand_in", args=[count_id]))
    assert read(count_id).state is CountState.COUNTING
    client.post(reverse("console:count_act", args=[count_id]), {"act": "nonsense"})
    client.post(reverse("console:count_act", args=[count_id]), {"act": "cancel"})
    assert read(count_id).state is CountState.CANCELLED
    entry = client.get(reverse("console:count_entry", args=[count_id]))
    assert entry.status_code == 302


def test_an_associate_counts_and_does_not_approve(world: World, mug: Item) -> None:
    place = world.places["web"]
    clerk = signed_in(make_person("Kim", role=RoleCode.ASSOCIATE, unit_id=place.id))
    count_id = begun(clerk, world)
    scan(clerk, count_id, "MUG-W", units="46", once="a")
    client = signed_in(world.owner)
    client.post(reverse("console:count_hand_in", args=[count_id]))
    scan(clerk, count_id, "MUG-W", units="46", once="b")
    clerk.post(reverse("console:count_hand_in", args=[count_id]))
    assert read(count_id).state is CountState.REVIEW

    address = reverse("console:count", args=[count_id])
    assert "stock.approve" in show(clerk, address).text
    assert 'value="approve"' not in clerk.get(address).content.decode()
    clerk.post(reverse("console:count_act", args=[count_id]), {"act": "approve"})
    assert read(count_id).state is CountState.REVIEW
    viewer = signed_in(make_person("Vi", role=RoleCode.VIEWER))
    assert viewer.get(reverse("console:count_new")).status_code == 403
    assert viewer.post(reverse("console:count_scan", args=[count_id])).status_code == 403


def test_every_page_can_ask_before_what_is_hard_to_take_back(world: World) -> None:
    page = signed_in(world.owner).get(reverse("console:counts")).content.decode()
    assert page.count('<dialog id="confirm"') == 1

"""Orders are split, merged and made two again on their pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.customers import resolve
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_fulfilment import sell
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import CancelReason, PartState
from quanqu.sell.checkout.facade import get_live_order, list_merges
from quanqu.sell.checkout.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


def read(placed):
    return get_live_order(actor=SYSTEM, order_id=placed.id)


def test_a_line_is_split_on_its_page_and_put_together(world: World, client: Client) -> None:
    placed = sell(world, units=3)
    order_id = encode("ord", placed.id)
    address, page = (reverse(f"console:{one}", args=[order_id]) for one in ("order_split", "order"))
    shown = client.get(address).content.decode()
    once = re.search(r'name="once" value="(\w+)"', shown)
    assert once
    told = {"once": once.group(1), "edition": "1", "line": "1", "units": "2", "day": "2099-01-02",
            "street": "Lake Street 9", "city": "Wuxi"}  # fmt: skip
    for more in ({"units": "3"}, {"units": "x"}, {"day": "soon"}, {"day": "2001-01-01"}):
        assert client.post(address, told | more).status_code == 422
    for _ in range(2):  # the button pressed twice
        assert client.post(address, told).status_code == 302

    assert [one.quantity for one in read(placed).lines] == [1, 2]
    text = show(client, page).text
    assert "leaves on 2099-01-02" in text
    assert "to an address of its own" in text
    act = {"act": "join", "line": "2", "into": "1", "edition": "2"}
    client.post(reverse("console:order_act", args=[order_id]), act)
    assert [one.quantity for one in read(placed).lines] == [3]


def test_an_order_is_taken_into_another_and_given_back(world: World, client: Client) -> None:
    rows = [sell(world, units=2), sell(world, units=1)]
    page = reverse("console:order_merge", args=[encode("ord", rows[0].id)])
    Order.objects.filter(id__in=[row.id for row in rows]).update(subject_key=None)
    assert "only orders of a known customer" in show(client, page).text
    (buyer,) = resolve({"email": "mei@example.com"})
    Order.objects.filter(id__in=[row.id for row in rows]).update(subject_key=buyer)
    shown = client.get(page).content.decode()
    told = dict(re.findall(r'name="(once|edition|other|other_edition)" value="([^"]*)"', shown))
    for _ in range(2):
        assert client.post(page, told).status_code == 302

    assert read(rows[1]).order.cancel_reason is CancelReason.MERGED
    assert [one.quantity for one in read(rows[0]).lines] == [2, 1]
    assert client.post(page, told | {"once": "again"}).status_code == 422
    text = show(client, reverse("console:order", args=[encode("ord", rows[0].id)])).text
    assert rows[1].number in text
    (merge,) = list_merges(actor=SYSTEM, order_id=rows[0].id)
    assert client.post(page, {"act": "undo", "merge": str(merge.id)}).status_code == 302
    assert client.post(page, {"act": "undo", "merge": "x"}).status_code == 422
    assert {one.state for one in read(rows[1]).parts} == {PartState.CANCELLED, PartState.WAITING}


def test_who_may_not_manage_orders_neither_splits_nor_merges(world: World) -> None:
    placed = sell(world)
    store = world.places["store"]
    clerk = signed_in(make_person("Clerk", role=RoleCode.ASSOCIATE, unit_id=store.id))
    for name in ("order_split", "order_merge"):
        address = reverse(f"console:{name}", args=[encode("ord", placed.id)])
        assert clerk.get(address).status_code == 403

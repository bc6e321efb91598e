"""A placed order is changed on its page: goods, address, gift and what is due."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_fulfilment import sell
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import LiveOrderDetail
from quanqu.sell.checkout.facade import get_live_order, list_edits
from quanqu.sell.checkout.queries.orders import contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


def form_of(client: Client, address: str) -> dict[str, str]:
    """Return what the form sends when nothing is touched."""
    page = client.get(address).content.decode()
    names = re.findall(r'name="((?:once|edition|n-\d+|shipping))"[^>]*value="([^"]*)"', page)
    return dict(names)


def send(client: Client, address: str, told: dict[str, str], **more: Any) -> Any:
    return client.post(address, told | more)


def test_an_order_is_changed_and_its_page_tells_it(world: World, client: Client) -> None:
    placed = sell(world, units=2)
    order_id = encode("ord", placed.id)
    address, page = (reverse(f"console:{one}", args=[order_id]) for one in ("order_edit", "order"))
    told = form_of(client, address)
    assert (told["n-1"], told["edition"]) == ("2", "1")

    more = {"n-1": "3", "street": "2 Bund", "gift_message": "Many happy returns",
            "hides_prices": "yes", "reason": "one more"}  # fmt: skip
    for _ in range(2):  # the button pressed twice
        assert send(client, address, told, **more).status_code == 302

    found = read(placed)
    assert (found.lines[0].quantity, found.order.due_minor) == (3, 900)
    assert contact_of(placed.key)["street"] == "2 Bund"
    assert len(list_edits(actor=SYSTEM, order_id=placed.id)) == 1
    shown = show(client, page).text
    assert "is still to be paid" in shown
    assert "one more" in shown
    assert "Many happy returns" in shown
    once = re.search(r'name="once" value="(\w+)"', client.get(page).content.decode())
    assert once
    act = {"act": "pay", "tender": "cash", "once": once.group(1)}
    for _ in range(2):
        client.post(reverse("console:order_act", args=[order_id]), act)
    assert read(placed).order.due_minor == 0
    assert "is still to be paid" not in show(client, page).text


def test_a_refused_change_keeps_what_was_typed(world: World, client: Client) -> None:
    placed = sell(world, units=2)
    address = reverse("console:order_edit", args=[encode("ord", placed.id)])
    told = form_of(client, address)
    for more in ({"n-1": "500"}, {"add": "NO-SUCH, 1"}, {"n-1": "0"}, {"n-1": "x"}, {},
                 {"edition": "7", "n-1": "1"}, {"shipping": "1.234"}):  # fmt: skip
        answer = send(client, address, told, reason="kept words", **more)
        assert answer.status_code == 422, more
        assert "kept words" in answer.content.decode()
    assert read(placed).order.edition == 1


def test_who_may_not_manage_orders_changes_none(world: World) -> None:
    placed = sell(world)
    store = world.places["store"]
    clerk = signed_in(make_person("Clerk", role=RoleCode.ASSOCIATE, unit_id=store.id))
    address = reverse("console:order_edit", args=[encode("ord", placed.id)])
    assert clerk.get(address).status_code == 403
    page = clerk.get(reverse("console:order", args=[encode("ord", placed.id)]))
    assert address not in page.content.decode()


def read(placed: Any) -> LiveOrderDetail:
    return get_live_order(actor=SYSTEM, order_id=placed.id)

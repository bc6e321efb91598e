"""Fulfilment in the console: from the board to the parcel that is delivered, and the desk."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.fulfilment import PRICES, breaches
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.checkout.contracts import (
    ContactDraft,
    Delivery,
    LineDraft,
    LiveOrder,
    LiveState,
    OrderDraft,
    TenderDraft,
)
from quanqu.sell.checkout.facade import get_live_order, place_order, record_live_orders
from quanqu.sell.checkout.queries.orders import contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.owner)


def sell(world: World, units: int = 2, **more: Any) -> LiveOrder:
    """Sell mugs of the store to Ada Lovelace of Shanghai."""
    store = world.places["store"]
    ref = variants_by_sku(skus=[(store.company_key, "MUG-W")])[store.company_key, "MUG-W"]
    stock(store, Item(ref.key, ref.id, "MUG-W"), 10)
    draft = OrderDraft(
        id=uuid4(),
        place_key=store.key,
        currency="GBP",
        lines=(LineDraft(ref.key, units, store.key, 900),),
        tenders=(TenderDraft("cash"),),
        contact=ContactDraft(
            name="Ada Lovelace", street="1 Bund", postcode="200031", city="Shanghai", country="CN"
        ),
        **{"delivery": Delivery.SHIP, **more},
    )
    placed = place_order(actor=SYSTEM, draft=draft, now=NOW)
    record_live_orders(now=NOW)
    return placed


def part(placed: LiveOrder, name: str = "part_work") -> str:
    return reverse(f"console:{name}", args=[encode("ord", placed.id), 1])


def picked(client: Client, world: World) -> str:
    """Make a list of all that waits at the store, and pick it; return its address."""
    answer = client.post(reverse("console:wave_new"), {"place": world.places["store"].id})
    address: str = answer["Location"]
    acts = f"{address}/acts"
    client.post(acts, {"act": "claim"})
    page = client.get(address).content.decode()
    for key in re.findall(r'name="line" value="(\d+)"', page):
        client.post(acts, {"act": "pick", "line": key, "quantity": "2"})
    return address


def made_carrier(client: Client, world: World) -> str:
    told = {
        "company": world.places["store"].company_id, "code": "van", "name": "Own van",
        "prefix": "VAN",
    }  # fmt: skip
    answer = client.post(reverse("console:carriers"), told)
    address: str = answer["Location"]
    return address


def prices(client: Client, carrier: str, csv: str = PRICES, **more: str) -> Any:
    told = {
        "service": "day", "name": "Same day", "valid_from": "2026-11-01", "currency": "GBP",
        "divisor": "5000", "csv": csv,
    }  # fmt: skip
    return client.post(f"{carrier}/tariffs", told | more)


def test_an_order_goes_from_the_board_to_the_door(world: World, client: Client) -> None:
    carrier = made_carrier(client, world)
    assert prices(client, carrier).status_code == 302
    assert "Same day" in show(client, carrier).text
    placed = sell(world)
    board = f"{reverse('console:fulfilment')}?place={world.places['store'].id}"
    assert part(placed) in show(client, board).links
    address = picked(client, world)
    assert "Picked. Open an order to pack it." in show(client, address).text
    once = re.search(r'name="once" value="(\w+)"', client.get(part(placed)).content.decode())
    assert once
    packed = {"act": "pack", "units-1": "2", "weight": "800", "once": once.group(1)}
    for _ in range(2):  # the button pressed twice
        client.post(part(placed, "part_act"), packed)
    page = client.get(part(placed)).content.decode()
    (parcel,) = set(re.findall(r"pcl_\w+", page))
    service = re.search(r'<option value="(cac_\w+ day)"', page)
    assert service
    label = {"act": "label", "parcel": parcel, "service": service.group(1)}
    client.post(part(placed, "part_act"), label)
    told = client.get(reverse("console:parcel_label", args=[parcel]))
    assert (told["Content-Type"], told.content[:5]) == ("application/pdf", b"%PDF-")
    client.post(part(placed, "part_act"), {"act": "dispatch"})
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.SHIPPED
    story = reverse("console:parcel", args=[parcel])
    body = {"state": "delivered", "signed_by": "Ada Lovelace", "once": "n1"}
    for _ in range(2):
        client.post(reverse("console:parcel_act", args=[parcel]), body)
    shown = show(client, story).text
    assert "A*** L***" in shown
    assert "Ada Lovelace" not in shown
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.DELIVERED
    assert story in show(client, f"{reverse('console:parcels')}?state=delivered").links
    assert story not in show(client, f"{reverse('console:parcels')}?state=packed").links
    assert "Own van" in show(client, reverse("console:fulfilment_figures")).text
    assert breaches() == []


def test_a_scan_picks_unit_by_unit_and_says_what_is_wrong(world: World, client: Client) -> None:
    sell(world)
    made = client.post(reverse("console:wave_new"), {"place": world.places["store"].id})
    acts = f"{made['Location']}/acts"
    client.post(acts, {"act": "claim"})

    def scan(code: str) -> str:
        answer = client.post(acts, {"act": "scan", "code": code}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return answer.content.decode()

    assert "1 / 2" in scan("MUG-W")
    assert "RUM" in scan("RUM")
    assert "2 / 2" in scan("MUG-W")


def test_a_shortage_holds_the_order_up_and_is_told(world: World, client: Client) -> None:
    placed = sell(world)
    made = client.post(reverse("console:wave_new"), {"place": world.places["store"].id})
    address = made["Location"]
    client.post(f"{address}/acts", {"act": "claim"})
    key = re.search(r'name="line" value="(\d+)"', client.get(address).content.decode())
    assert key
    client.post(f"{address}/acts", {"act": "pick", "line": key.group(1), "quantity": "1"})

    assert "Too few found" in show(client, address).text
    assert "Held up" in show(client, part(placed)).text


def test_the_desk_finds_by_name_keeps_it_out_of_the_address_and_asks_for_the_code(
    world: World, client: Client
) -> None:
    placed = sell(world, delivery=Delivery.PICKUP, pickup_place_key=world.places["store"].key)
    picked(client, world)
    client.post(part(placed, "part_act"), {"act": "ready", "shelf": "C4"})
    desk = f"{reverse('console:pickups')}?place={world.places['store'].id}"
    answer = client.post(desk, {"q": "lovelace"})
    assert answer.status_code == 200
    found = answer.content.decode()
    assert placed.number in found
    assert "C4" in found
    assert "A*** L***" in found
    assert "Nothing waits under that" in client.post(desk, {"q": "nobody"}).content.decode()
    code = contact_of(placed.key)["pickup_code"]
    typed = client.post(desk, {"q": f" {code} "}).content.decode()
    assert placed.number in typed
    assert f'value="{code}"' in typed
    other = f"{(int(code) + 1) % 1_000_000:06d}"
    assert "Nothing waits under that" in client.post(desk, {"q": other}).content.decode()
    wrong = {"act": "pickup", "code": "x", "id_check": "id_card"}
    told = client.post(part(placed, "part_act"), wrong)
    assert "not the pickup code" in client.get(told["Location"]).content.decode()
    right = wrong | {"code": contact_of(placed.key)["pickup_code"]}
    client.post(part(placed, "part_act"), right)
    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.COMPLETED
    client.post(
        f"{reverse('console:pickups_rule')}?place={world.places['store'].id}", {"days": "3"}
    )
    assert 'value="3"' in client.get(desk).content.decode()
    assert breaches() == []


def test_wrong_prices_are_told_row_by_row_and_what_was_typed_stays(
    world: World, client: Client
) -> None:
    carrier = made_carrier(client, world)
    answer = prices(client, carrier, csv=f"{PRICES}step,near,,,,much,1.00,,,,,,\n")
    told = answer.content.decode()

    assert answer.status_code == 422
    assert "1 of 19 rows cannot be taken." in told
    assert "step,near,,,,much" in told
    assert "No prices yet" in told
    for more in ({"valid_from": "2026-13-01"}, {"divisor": "x"}, {"csv": "nothing"}):
        assert "wrong" in prices(client, carrier, **more).content.decode()
    again = client.post(
        reverse("console:carriers"),
        {"company": world.places["store"].company_id, "code": "van", "name": "B", "prefix": "BB"},
    )
    assert "already" in client.get(again["Location"]).content.decode()
    secret = client.post(f"{carrier}/secret").content.decode()
    assert "whsec_" in secret
    assert "whsec_" not in client.get(carrier).content.decode()


def test_who_may_not_work_here_has_no_buttons_and_no_way_around(
    world: World, client: Client
) -> None:
    placed = sell(world)
    address = picked(client, world)
    viewer = signed_in(world.viewer)
    stranger = signed_in(
        make_person("Str", role=RoleCode.STORE_MANAGER, unit_id=world.places["market"].id)
    )

    assert "Close the parcel" not in show(viewer, part(placed)).text
    for path, body in (
        (part(placed, "part_act"), {"act": "dispatch"}),
        (f"{address}/acts", {"act": "cancel"}),
        (reverse("console:wave_new"), {"place": world.places["store"].id}),
    ):
        assert viewer.post(path, body).status_code == 403
        assert stranger.post(path, body).status_code in (302, 404)
    show(stranger, part(placed), status=404)
    show(stranger, address, status=404)
    assert part(placed) not in show(stranger, reverse("console:fulfilment")).links

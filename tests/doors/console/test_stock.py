"""The board of stock and the ledger behind each of its numbers."""

import csv
import io

import pytest
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import NOW, Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import new_id
from quanqu.know.org.contracts import PersonInfo, RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import HoldLine, HoldRequest
from quanqu.sell.inventory.facade import hold_stock, set_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(world: World) -> dict[str, Item]:
    company = world.places["web"].company_key
    found = variants_by_sku(skus=[(company, sku) for sku in ("MUG-W", "TEA-T")])
    made = {sku: Item(ref.key, ref.id, sku) for (_company, sku), ref in found.items()}
    stock(world.places["web"], made["MUG-W"], 47, reason="Delivery of Monday", ref="D-7")
    stock(world.places["store"], made["MUG-W"], 1200)
    stock(world.places["web"], made["TEA-T"], 5)
    line = HoldLine(world.places["web"].key, made["TEA-T"].key, 5)
    request = HoldRequest(new_id(), "cart", (line,), None)
    assert hold_stock(actor=SYSTEM, request=request, now=NOW).is_granted
    return made


def exported(person: PersonInfo, address: str, **asked: str) -> list[dict[str, str]]:
    answer = signed_in(person).get(address, {**asked, "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def ledger(world: World, place: str, item: Item) -> str:
    return reverse("console:stock_ledger", args=[world.places[place].id, item.id])


def test_the_board_shows_items_by_place(world: World, items: dict[str, Item]) -> None:
    names = {place: world.places[place].name for place in ("web", "store")}
    rows = exported(world.owner, "/stock")
    assert [row["Product"] for row in rows] == ["White mug", "Tea towel"]
    mug, tea = rows
    assert (mug[names["web"]], mug[names["store"]], mug["Available"]) == ("47", "1200", "1247")
    assert (tea[names["web"]], tea[names["store"]], tea["Available"]) == ("0", "", "0")
    assert world.places["app"].name not in mug  # it keeps no stock
    assert mug["ID"] == items["MUG-W"].id
    held = exported(world.owner, "/stock", show="allocated", sort="most")
    assert [(row["Product"], row["Allocated"]) for row in held] == [
        ("Tea towel", "5"),
        ("White mug", "0"),
    ]
    assert [row["Product"] for row in exported(world.owner, "/stock", trouble="out")] == [
        "Tea towel"
    ]
    assert [row["Product"] for row in exported(world.owner, "/stock", q="mug-")] == ["White mug"]
    assert [row["Product"] for row in exported(world.owner, "/stock", q="towel")] == ["Tea towel"]
    one = exported(world.owner, "/stock", place=world.places["store"].id)
    assert [row["Available"] for row in one] == ["1200"]
    assert names["web"] not in one[0]


def test_a_number_leads_to_the_movements_that_made_it(world: World, items: dict[str, Item]) -> None:
    client = signed_in(world.owner)
    address = ledger(world, "web", items["MUG-W"])
    assert address in show(client, "/stock").links
    page = show(client, address)
    for told in ("White mug", "Delivery of Monday", "D-7", "Receipt", "+47"):
        assert told in page.text
    (row,) = exported(world.owner, address)
    assert (row["Change"], row["Balance"], row["Reason"]) == ("47", "47", "Delivery of Monday")
    assert exported(world.owner, address, state="damaged") == []
    assert client.post(address).status_code == 405


def test_what_is_wanted_of_safety_stock_is_said(world: World, items: dict[str, Item]) -> None:
    at = (world.places["web"].key, items["TEA-T"].key)
    set_policy(actor=SYSTEM, ats=[at], safety_target=3, backorder_limit=2, now=NOW)
    page = show(signed_in(world.owner), ledger(world, "web", items["TEA-T"]))
    assert "Safety stock wanted: 3." in page.text
    assert "Backorder limit: 2." in page.text


def test_nobody_sees_stock_beyond_their_scope(world: World, items: dict[str, Item]) -> None:
    keeper = make_person("Kim", role=RoleCode.STORE_MANAGER, unit_id=world.places["store"].id)
    rows = exported(keeper, "/stock")
    assert [(row["Product"], row["Available"]) for row in rows] == [("White mug", "1200")]
    assert world.places["web"].name not in rows[0]
    client = signed_in(keeper)
    show(client, ledger(world, "store", items["MUG-W"]))
    show(client, ledger(world, "web", items["MUG-W"]), status=404)
    show(client, reverse("console:stock_ledger", args=["plc_x", "var_x"]), status=404)
    foreign = ledger(world, "market", items["MUG-W"])  # another company's place
    show(signed_in(world.owner), foreign, status=404)


def test_an_empty_board_teaches_how_stock_begins(world: World) -> None:
    page = show(signed_in(world.owner), "/stock")
    assert "No stock yet" in page.text
    assert "/api/v1/stock/movements" in page.text

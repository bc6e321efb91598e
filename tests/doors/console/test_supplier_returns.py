"""The pages of returns to suppliers: given back from a form, credited, and refused."""

import pytest
from django.test import Client
from tests.builders import stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.supply import World, make_world
from tests.doors.console.test_supply import Drawn, page, send

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.supply.contracts import ReturnFilters
from quanqu.sell.supply.facade import list_returns

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world(now=utc_now())
    stock.receive(9, place=made.shop.key, item=made.tea, now=utc_now())
    return made


@pytest.fixture
def client(world: World) -> Client:
    return signed_in()


def give_back(client, world, items, *, status=302):
    return send(
        client, "supplier_return_new", status=status, supplier=world.supplier_id,
        place=world.shop.id, taken_from="on_hand", reference="RT-1", reason="wrong leaf",
        items=items,
    )  # fmt: skip


def returns():
    return list_returns(actor=SYSTEM, filters=ReturnFilters()).items


def test_goods_are_given_back_and_credited(client, world):
    assert "Nothing went back yet" in page(client, "supplier_returns").text
    give_back(client, world, "tea, 4")
    (made,) = returns()
    assert (made.expected.amount, world.level(world.tea)["on_hand"]) == ("10.00", 5)
    assert any("Credit expected" in row for row in page(client, "supplier_returns").rows)

    send(client, "supplier_credit", made.id, amount="4.00", reference="CN-1")
    drawn = page(client, "supplier_return", made.id)
    assert "CN-1" in drawn.text
    assert "6.00" in drawn.text
    send(client, "supplier_credit", made.id, amount="7.00", reference="CN-2")
    assert "CN-2" not in page(client, "supplier_return", made.id).text, "more than is expected"
    send(client, "supplier_credit", made.id, amount="6.00", reference="CN-3")

    assert "amount" not in page(client, "supplier_return", made.id).fields
    assert not [r for r in page(client, "supplier_returns", state="open").rows if "RT-1" in r]
    assert [r for r in page(client, "supplier_returns", state="whole").rows if "RT-1" in r]


@pytest.mark.parametrize("items", ["gin, 1", "tea", "tea, 99"])
def test_what_cannot_go_back_is_said_and_stays_typed(client, world, items):
    drawn = Drawn(give_back(client, world, items, status=422))

    assert (drawn.value("items") or "").strip() == items
    assert not returns()
    assert world.level(world.tea)["on_hand"] == 9


def test_who_may_only_look_is_offered_nothing(client, world):
    give_back(client, world, "tea, 1")
    (made,) = returns()
    manager = signed_in(make_person("Lin", role=RoleCode.STORE_MANAGER, unit_id=world.shop.id))

    assert "amount" not in page(manager, "supplier_return", made.id).fields
    send(manager, "supplier_credit", made.id, status=403, amount="1", reference="x")
    elsewhere = signed_in(make_person("Bo", role=RoleCode.STORE_MANAGER, unit_id=world.depot.id))
    assert elsewhere.get(f"/suppliers/returns/{made.id}").status_code == 404

"""Goods that go back to a supplier: refused by name, once, by who may, never twice at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.builders import stock
from tests.builders.http import API, problem, program
from tests.builders.supply import NOW, breaches, make_order, make_world, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.laws.facade import run_laws
from quanqu.kernel.errors import NotAllowedError, RefusedError
from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.contracts import StockShortfallError
from quanqu.sell.inventory.facade import list_ledger
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    CreditError,
    ReturnDraft,
    ReturnDraftLine,
    ReturnFilters,
    ReturnFrom,
    ReturnLineError,
    ReturnNotFoundError,
    ReturnShortError,
    SupplierNotFoundError,
    SupplyPlaceError,
)

JSON = "application/json"


def stocked(**told):
    """Return a world whose shop has 20 good and 3 damaged tea."""
    world = make_world(**told)
    now = told.get("now", NOW)
    receive(make_order(world, (world.tea, 23), now=now), "one", (1, 20, 3), now=now)
    return world


def give_back(
    world, units, *, reference="R", taken_from="on_hand", item=None, actor=SYSTEM, **told
):
    line = ReturnDraftLine(item or world.tea, units, told.get("cost"))
    draft = ReturnDraft(reference, told.get("reason", "no good"), ReturnFrom(taken_from), (line,))
    return facade.return_goods(
        actor=actor,
        supplier_id=told.get("supplier_id", world.supplier_id),
        place_key=told.get("place", world.shop).key,
        draft=draft,
        now=NOW,
    )


@pytest.mark.django_db
def test_the_ledger_says_what_went_back_and_why():
    world = stocked()
    made = give_back(world, 5, cost=240)

    first = list_ledger(actor=SYSTEM, place_key=world.shop.key, variant_key=world.tea).items[0]
    assert (first.kind, first.quantity, first.reason, first.ref) == (
        "supplier_return", -5, "no good", made.id,
    )  # fmt: skip
    assert made.expected.amount == "12.00"
    assert facade.get_return(actor=SYSTEM, return_id=made.id) == made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"units": 0}, ReturnLineError),
        ({"units": 10**9}, ReturnLineError),
        ({"units": 1, "reference": " "}, ReturnLineError),
        ({"units": 1, "reason": "x"}, ReturnLineError),
        ({"units": 1, "cost": -1}, ReturnLineError),
        ({"units": 21}, ReturnShortError),
        ({"units": 4, "taken_from": "damaged"}, StockShortfallError),
        ({"units": 1, "taken_from": "quality_hold"}, StockShortfallError),
    ],
)
def test_what_cannot_go_back_is_refused_and_stays(told, error):
    world = stocked()

    with pytest.raises(error):
        give_back(world, told.pop("units"), **told)

    level = world.level(world.tea)
    assert (level["on_hand"], level["damaged"], level["allocated"]) == (20, 3, 0)
    assert not facade.list_returns(actor=SYSTEM, filters=ReturnFilters()).items
    assert breaches() == stock.breaches() == []


@pytest.mark.django_db
def test_who_may_not_buy_for_a_place_gives_nothing_back():
    world, other = stocked(), make_world("south")
    made = give_back(world, 1)
    keeper = world.buyer(places=(world.depot,))

    with pytest.raises(SupplyPlaceError):
        give_back(world, 1, reference="S", actor=keeper)
    with pytest.raises(SupplierNotFoundError):
        give_back(world, 1, reference="S", supplier_id=other.supplier_id)
    with pytest.raises(NotAllowedError):
        give_back(world, 1, reference="S", actor=world.buyer("supply.view", "stock.manage"))
    with pytest.raises(NotAllowedError):
        give_back(world, 1, reference="S", actor=world.buyer("supply.view", "supply.manage"))
    with pytest.raises(ReturnNotFoundError):
        facade.get_return(actor=keeper, return_id=made.id)
    with pytest.raises(ReturnNotFoundError):
        facade.record_credit(
            actor=keeper, return_id=made.id, amount_minor=1, reference="x", now=NOW
        )
    assert not facade.list_returns(actor=keeper, filters=ReturnFilters()).items


@pytest.mark.django_db
def test_a_credit_counts_once_and_the_rest_stays_expected():
    world = stocked()
    made = give_back(world, 4)

    def credit(minor, reference):
        return facade.record_credit(
            actor=SYSTEM, return_id=made.id, amount_minor=minor, reference=reference, now=NOW
        )

    assert credit(600, "CN-1") == credit(600, "CN-1")
    for minor, reference in ((500, "CN-1"), (401, "CN-2"), (0, "CN-3"), (1, " ")):
        with pytest.raises(CreditError):
            credit(minor, reference)
    open_ones = facade.list_returns(actor=SYSTEM, filters=ReturnFilters(is_credited=False))
    assert [one.credited.minor for one in open_ones.items] == [600]
    credit(400, "CN-2")
    found = facade.list_returns(actor=SYSTEM, filters=ReturnFilters(is_credited=True)).items
    assert [one.credited for one in found] == [made.expected]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE supply_suppliercredit SET amount_minor = amount_minor - 1")
    assert "L2.supplier_credits_add_up" in {one.law.code for one in run_laws() if one.breaches}


@pytest.mark.django_db
def test_goods_go_back_by_api():
    world, client = stocked(now=utc_now()), program()
    body = {
        "supplier": world.supplier_id,
        "place": world.shop.id,
        "reference": "RMA-1",
        "reason": "wrong blend",
        "taken_from": "damaged",
        "lines": [{"sku": "tea", "quantity": 2}],
    }
    first, again = (client.post(f"{API}/supplier-returns", body, JSON) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.json()["expected"] == {"amount": "5.00", "currency": "CNY"}
    more = body | {"lines": [{"sku": "tea", "quantity": 3}]}
    problem(client.post(f"{API}/supplier-returns", more, JSON), 409, "supply.return_reference")
    path = f"{API}/supplier-returns/{first.json()['id']}"
    told = {"amount": "5.00", "reference": "CN-1"}
    credited = client.post(f"{path}/credits", told, JSON)
    assert credited.json()["credited"]["amount"] == "5.00"
    assert client.get(path).json() == credited.json()
    listed = client.get(f"{API}/supplier-returns?supplier={world.supplier_id}&is_credited=true")
    assert listed.json()["items"] == [credited.json()]


@pytest.mark.django_db(transaction=True)
def test_of_returns_and_holds_at_once_no_unit_is_given_twice():
    world = stocked()
    line = threading.Barrier(8)

    def run(number):
        try:
            line.wait()
            if number % 2:
                return stock.hold((world.shop.key, world.tea, 6), now=NOW).is_granted
            give_back(world, 6, reference=str(number))
        except RefusedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(run, range(8)))

    level = world.level(world.tea)
    assert done == 3
    assert (level["on_hand"] - level["held"]) == 2
    assert breaches() == stock.breaches() == []

"""The REST calls of places in line."""

import pytest
from tests.builders.goods import make_shop, stock
from tests.builders.http import API, problem, program
from tests.builders.queue import line_breaches

from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.facade import serve_queues

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def shop():
    made = make_shop()
    stock(made.store, made.items["tea"], 1)
    return made


def asked(shop, **more):
    return {"place": shop.store.id, "sku": "tea", "quantity": 1, "owner": "cart 1"} | more


def post(client, path, body=None, **headers):
    return client.post(f"{API}/stock/{path}", body or {}, JSON, headers=headers)


def test_a_shopper_waits_sees_the_position_and_gets_a_hold(shop):
    wms = program()
    line = {"place": shop.store.id, "sku": "tea", "quantity": 1}
    sold = post(wms, "holds", {"owner": "first", "lines": [line]}).json()

    made = post(wms, "tickets", asked(shop), **{"Idempotency-Key": "join-1"})
    again = post(wms, "tickets", asked(shop), **{"Idempotency-Key": "join-1"})
    other = post(wms, "tickets", asked(shop, quantity=2), **{"Idempotency-Key": "join-1"})
    second = post(wms, "tickets", asked(shop, owner="cart 2", channel="web")).json()

    assert made.status_code == 201
    told = made.json()
    assert (told["position"], told["line"], told["state"], told["hold"]) == (1, 1, "waiting", None)
    assert again.json()["id"] == told["id"]
    assert other.status_code == 422
    assert (second["position"], second["line"]) == (2, 2)
    refused = problem(
        post(wms, "holds", {"owner": "new", "lines": [line]}), 409, "inventory.queue_waiting"
    )
    assert refused["fields"]["items"] == [{"place": shop.store.id, "item": shop.items["tea"].id}]
    post(wms, f"holds/{sold['id']}/release")
    assert serve_queues(now=utc_now()) == 1
    served = wms.get(f"{API}/stock/tickets/{told['id']}").json()
    assert (served["state"], served["position"], served["line"]) == ("served", None, 1)
    held = wms.get(f"{API}/stock/holds/{served['hold']}").json()
    assert (held["owner"], held["state"]) == ("cart 1", "held")
    problem(post(wms, f"tickets/{told['id']}/leaving"), 409, "inventory.ticket_served")
    left = post(wms, f"tickets/{second['id']}/leaving").json()
    assert (left["state"], left["position"]) == ("left", None)
    assert not line_breaches()


def test_the_list_narrows_and_stays_in_scope(shop):
    wms = program()
    post(wms, "tickets", asked(shop, quantity=2))
    post(wms, "tickets", asked(shop, quantity=2, owner="cart 2"))

    def owners(**query):
        found = wms.get(f"{API}/stock/tickets", query).json()["items"]
        return [one["owner"] for one in found]

    assert owners() == ["cart 2", "cart 1"]
    assert owners(sku="tea", place=shop.store.id, state="waiting") == ["cart 2", "cart 1"]
    assert owners(item=shop.items["tea"].id, owner="cart 1") == ["cart 1"]
    assert owners(sku="cup") == []
    assert owners(place=shop.depot.id) == []
    assert owners(state="served") == []


def test_what_cannot_be_waited_for_is_refused_by_name(shop):
    wms = program()

    problem(post(wms, "tickets", asked(shop)), 409, "inventory.queue_not_needed")
    problem(post(wms, "tickets", asked(shop, quantity=0)), 422, "inventory.ticket")
    problem(post(wms, "tickets", asked(shop, sku="none")), 404, "inventory.item_not_found")
    assert post(wms, "tickets", asked(shop, wait_s=10**9)).status_code == 422
    post(wms, "tickets", asked(shop, quantity=2))
    problem(post(wms, "tickets", asked(shop, quantity=2)), 409, "inventory.ticket_once")
    unknown = "tkt_00000000000000000000000000"
    problem(wms.get(f"{API}/stock/tickets/{unknown}"), 404, "inventory.ticket_not_found")
    problem(post(wms, f"tickets/{unknown}/leaving"), 404, "inventory.ticket_not_found")

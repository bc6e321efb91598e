"""The desk finds what is kept to be tried, sells of it by HTTP, and only where one works."""

import pytest
from tests.builders.checkout import breaches, make_open_shop
from tests.builders.fulfilment import address, pickup_code
from tests.builders.goods import NOW
from tests.builders.http import API, problem, program
from tests.builders.org import actor_of_person, make_person
from tests.sell.checkout.test_reservations import reserve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import LiveState, ReservedPurchase, TenderDraft
from quanqu.sell.checkout.facade import get_live_order
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import FulfilmentPlaceError, ReservationNotFoundError

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def shop():
    return make_open_shop()


def send(client, path, body=None, *, method="post", key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(client, method)(f"{API}{path}", body or {}, JSON, headers=headers)


def purchase(placed, units, *tenders):
    return ReservedPurchase(
        new_id(), placed.id, {1: units}, tuple(map(TenderDraft, tenders)), pickup_code(placed)
    )


def test_the_desk_finds_by_code_number_and_name(shop):
    placed = reserve(shop, ("tea", 2), contact=address())
    reserve(shop, ("tea", 1))

    def found(text):
        told = facade.list_reservations(actor=SYSTEM, place_id=shop.store.id, text=text)
        return [one.order.id for one in told]

    assert len(found("")) == 2
    for text in (pickup_code(placed), placed.number, "小明"):
        assert found(text) == [placed.id]
    assert found("nobody") == []
    (one,) = facade.list_reservations(
        actor=SYSTEM, place_id=shop.store.id, text=pickup_code(placed)
    )
    assert "小明" not in one.name
    assert facade.list_reservations(actor=SYSTEM, place_id=shop.depot.id) == []


def test_whoever_works_at_the_store_sells_and_nobody_else(shop):
    placed = reserve(shop, ("tea", 2))
    clerk = actor_of_person(make_person("Clerk", unit_id=shop.store.id, role=RoleCode.ASSOCIATE))
    away = actor_of_person(make_person("Away", unit_id=shop.depot.id, role=RoleCode.ASSOCIATE))
    viewer = actor_of_person(make_person("Viewer", unit_id=shop.store.id, role=RoleCode.VIEWER))
    with pytest.raises(ReservationNotFoundError):
        facade.buy_at_desk(actor=away, purchase=purchase(placed, 1, "cash"), now=NOW)
    with pytest.raises(ReservationNotFoundError):
        facade.get_reservation(actor=away, order_id=placed.id)
    with pytest.raises(FulfilmentPlaceError):
        facade.list_reservations(actor=away, place_id=shop.store.id)
    with pytest.raises(NotAllowedError):
        facade.buy_at_desk(actor=viewer, purchase=purchase(placed, 1, "cash"), now=NOW)
    sold = facade.buy_at_desk(actor=clerk, purchase=purchase(placed, 1, "cash"), now=NOW)
    assert sold.state is LiveState.COMPLETED
    steps = get_live_order(actor=SYSTEM, order_id=placed.id).steps
    assert {one.actor for one in steps[1:]} == {clerk.id}
    assert not breaches()


def test_a_reservation_goes_from_the_app_to_the_desk_by_http(shop):
    client = program()
    body = {
        "place": shop.store.id, "delivery": "pickup", "pickup_place": shop.store.id,
        "reserve": True, "pay_within_s": 7_200,
        "lines": [{"sku": "tea", "quantity": 3, "unit_price": "12.50"}],
    }  # fmt: skip
    made = send(client, "/live-orders", body, key="app-1")
    assert made.status_code == 201, made.content
    order = made.json()
    assert order == send(client, "/live-orders", body, key="app-1").json()
    assert (order["state"], order["is_reservation"]) == ("awaiting_payment", True)
    wrong = body | {"tenders": [{"tender": "cash"}]}
    problem(send(client, "/live-orders", wrong), 422, "checkout.reservation_draft")
    long = body | {"pay_within_s": 8 * 86_400}
    assert send(client, "/live-orders", long).status_code == 422

    path = f"/live-orders/{order['id']}"
    code = client.get(f"{API}{path}/pickup-code").json()["pickup_code"]
    late = {"until": "2199-01-01T00:00:00Z"}
    problem(send(client, f"{path}/extension", late), 409, "checkout.reservation")
    desk = f"/fulfilment/places/{shop.store.id}/reservations"
    (kept,) = client.get(f"{API}{desk}", {"q": code}).json()
    assert (kept["order"], kept["until"]) == (order["id"], order["pay_until"])
    assert kept["lines"][0]["unit_price"] == {"amount": "12.50", "currency": "CNY"}

    one = f"/fulfilment/reservations/{order['id']}"
    assert client.get(f"{API}{one}").json() == kept
    sale = {
        "lines": [{"line": 1, "quantity": 2}], "pickup_code": code,
        "tenders": [{"tender": "cash", "amount": "20.00"}, {"tender": "test"}],
    }  # fmt: skip
    problem(
        send(client, f"{one}/purchase", sale | {"pickup_code": "x"}), 409, "checkout.pickup_code"
    )
    sold = send(client, f"{one}/purchase", sale, key="till-1")
    assert sold.json() == send(client, f"{one}/purchase", sale, key="till-1").json()
    assert (sold.json()["state"], sold.json()["total"]["amount"]) == ("completed", "25.00")
    problem(send(client, f"{one}/purchase", sale), 409, "checkout.reservation")
    problem(client.get(f"{API}{one}"), 404, "fulfilment.reservation_not_found")
    nobody = f"{API}/fulfilment/reservations/{encode('ord', new_id())}"
    problem(client.get(nobody), 404, "fulfilment.reservation_not_found")
    paid = client.get(f"{API}{path}").json()["payments"]
    assert sorted(each["captured"]["amount"] for each in paid) == ["20.00", "5.00"]
    assert client.get(f"{API}{desk}").json() == []
    assert not breaches()


def test_nothing_is_bought_and_the_stores_rule_by_http(shop):
    client = program()
    rule = f"/places/{shop.store.id}/reservation-rule"
    assert client.get(f"{API}{rule}").json() == {"hours": 48}
    assert send(client, rule, {"hours": 3}, method="put").json() == {"hours": 3}
    assert send(client, rule, {"hours": 169}, method="put").status_code == 422
    assert client.get(f"{API}{rule}").json() == {"hours": 3}
    placed = reserve(shop, ("tea", 2), now=utc_now())
    one = f"/fulfilment/reservations/{encode('ord', placed.id)}/purchase"
    ended = send(client, one, {"pickup_code": pickup_code(placed)}).json()
    assert (ended["state"], ended["total"]["amount"]) == ("cancelled", "0.00")
    assert not breaches()

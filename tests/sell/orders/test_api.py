"""The REST calls of orders and refunds."""

from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.orders import make_order, make_places, make_refund, make_subject, record

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import InvalidError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.customers.facade import customers_by_subject
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.orders.api import router

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture
def places() -> dict[str, PlaceInfo]:
    found = make_places()
    address = {"name": "Ada Byron", "street": "12 Mill Lane", "city": "Leeds"}
    record(
        make_order(
            found["shop"],
            subject_key=make_subject("ada@example.com"),
            payments=[{"amount_minor": 2500}],
            address=address,
            country="GB",
        ),
        make_order(found["market"], external_id="9", status="cancelled"),
        refunds=[
            make_refund(
                found["shop"], lines=[{"sku": "MUG-W", "quantity": 1, "amount_minor": 1250}]
            )
        ],
    )
    return found


def get(client: TestClient, path: str) -> Any:
    response = client.get(path, quanqu_actor=SYSTEM)
    assert response.status_code == 200, response.content
    return response.json()


def numbers(client: TestClient, query: str) -> list[str]:
    return sorted(row["number"] for row in get(client, f"/orders?{query}")["items"])


def test_orders_are_listed_by_what_they_are(
    client: TestClient, places: dict[str, PlaceInfo]
) -> None:
    shop = places["shop"]
    assert numbers(client, "") == ["1001", "9"]
    assert numbers(client, f"unit={shop.id}") == ["1001"]
    assert numbers(client, f"unit={places['market'].company_id}") == ["9"]
    assert numbers(client, "channel=web") == ["1001"]
    assert numbers(client, "status=cancelled&status=draft") == ["9"]
    assert numbers(client, "first=2026-11-21") == []
    assert numbers(client, "currency=GBP&min_total=25.00&max_total=25") == ["1001"]
    assert numbers(client, "search=10") == ["1001"]
    assert get(client, "/orders/count") == {"count": 2, "is_exact": True}
    listed = [row["number"] for row in get(client, "/orders")["items"]]
    assert [row["number"] for row in get(client, "/orders?sort=oldest")["items"]] == listed[::-1]
    assert [row["number"] for row in get(client, "/orders/lookup?external_id=9")] == ["9"]
    assert get(client, "/orders/lookup?external_id=9&channel=web") == []


def test_an_order_is_shown_whole_and_its_address_revealed(
    client: TestClient, places: dict[str, PlaceInfo]
) -> None:
    (row,) = get(client, "/orders/lookup?external_id=1001&place=shop")
    order = get(client, f"/orders/{row['id']}")

    assert (order["place"], order["channel"]) == (places["shop"].id, "web")
    assert order["total"] == {"amount": "25.00", "currency": "GBP"}
    (line,) = order["lines"]
    assert (line["unit_price"], line["quantity"]) == ("12.5000", 2)
    assert line["product"].startswith("prd_")
    assert order["payments"][0]["status"] == "captured"
    assert order["refunds"][0]["lines"][0]["product"] == line["product"]
    assert order["address"] | {"is_masked": True} == order["address"]
    assert order["address"]["street"] == "***"
    clear = client.post(f"/orders/{row['id']}/reveal", quanqu_actor=SYSTEM).json()
    assert clear["street"] == "12 Mill Lane"


def test_refunds_and_totals_of_a_customer(client: TestClient, places: dict[str, PlaceInfo]) -> None:
    subject = make_subject("ada@example.com")
    customer = encode("cus", customers_by_subject(actor=SYSTEM, subject_keys=[subject])[subject].id)

    (refund,) = get(client, f"/refunds?customer={customer}&kind=return&is_linked=true")["items"]
    assert (refund["amount"]["amount"], refund["place"]) == ("12.50", places["shop"].id)
    assert (refund["country"], refund["region"], refund["city"]) == ("GB", "", "")
    assert get(client, "/refunds?kind=adjustment")["items"] == []
    (total,) = get(client, f"/orders/totals?customer={customer}")
    assert (total["order_count"], total["total"]["amount"]) == (1, "25.00")
    assert numbers(client, f"customer={customer}") == ["1001"]


def test_nonsense_is_refused(client: TestClient) -> None:
    for path in ("/orders/ord_1", "/orders?cursor=a", "/orders?min_total=5", "/orders?customer=x",
                 "/orders?currency=JPY&min_total=0.5"):  # fmt: skip
        with pytest.raises(InvalidError):
            client.get(path, quanqu_actor=SYSTEM)
    for path in (
        "/orders?status=odd",
        "/orders?currency=gbp",
        "/refunds?search=%00",
        "/orders?first=x",
    ):
        assert client.get(path, quanqu_actor=SYSTEM).status_code == 422
    with pytest.raises(NotFoundError):
        client.get("/orders/ord_00000000000000000000000000", quanqu_actor=SYSTEM)

"""The REST calls of the catalogue."""

from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.catalog import NOW, make_listings, make_products
from tests.builders.orders import make_places

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import InvalidError, NotFoundError
from quanqu.know.org.contracts import PlaceInfo, UnitNotFoundError
from quanqu.sell.catalog.api import router
from quanqu.sell.catalog.facade import audit_listings, record_listings, record_products

pytestmark = pytest.mark.django_db

GOODS = (
    {"external_product": "p1", "sku": "MUG", "name": "Mug", "category_path": "Home > Mugs"},
    {"external_product": "p2", "sku": "LAMP", "name": "Lamp", "brand": "Lux"},
)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture
def shop() -> PlaceInfo:
    places = make_places()
    found = record_products(
        products=make_products(*GOODS),
        company_key=places["shop"].company_key,
        source="shop",
        now=NOW,
    )
    listings = [
        {
            "variant_key": found["variant_key"][0].as_py(),
            "place_key": place.key,
            "external_id": "L1",
            "title": "Mug",
            "price_minor": price,
            "currency": "GBP",
        }
        for place, price in ((places["shop"], 1250), (places["store"], 1300))
    ]
    record_listings(listings=make_listings(*listings), now=NOW)
    audit_listings(actor=SYSTEM, company_key=places["shop"].company_key, now=NOW)
    return places["shop"]


def call(client: TestClient, method: str, path: str, **body: Any) -> Any:
    response = client.request(method, path, quanqu_actor=SYSTEM, **body)
    assert response.status_code == 200, response.content
    return response.json()


def test_products_are_listed_counted_and_shown(client: TestClient, shop: PlaceInfo) -> None:
    first = call(client, "GET", "/products?limit=1")
    rest = call(client, "GET", f"/products?limit=1&cursor={first['next_cursor']}")

    assert [row["name"] for row in (*first["items"], *rest["items"])] == ["Lamp", "Mug"]
    assert call(client, "GET", "/products/count?search=mug") == {"count": 1}
    assert call(client, "GET", f"/products/count?listed_at={shop.id}") == {"count": 1}
    assert call(client, "GET", f"/products/count?unit={shop.company_id}") == {"count": 2}
    assert call(client, "GET", "/products/brands") == ["Lux"]
    assert [c["path"] for c in call(client, "GET", "/products/categories")] == [
        "Home",
        "Home > Mugs",
    ]
    mug = call(client, "GET", f"/products/{rest['items'][0]['id']}")
    assert mug["company"] == shop.company_id
    shown = mug["variants"][0]["listings"]
    assert (shown[0]["place"], shown[0]["price"]) == (
        shop.id,
        {"amount": "12.50", "currency": "GBP"},
    )


def test_findings_are_listed_and_decided(client: TestClient, shop: PlaceInfo) -> None:
    (found,) = call(client, "GET", "/products/findings")["items"]
    assert (found["kind"], found["values"][0]["place"]) == ("price_differs", shop.id)
    assert [(value["value"], value["price"]["amount"]) for value in found["values"]] == [
        ("GBP 12.50", "12.50"),
        ("GBP 13.00", "13.00"),
    ]
    assert call(client, "GET", "/products/findings?sort=gravest")["items"] == [found]

    body = {"findings": [found["id"]], "state": "accepted", "note": "fees"}
    assert call(client, "POST", "/products/findings/decisions", json=body) == {"count": 1}
    assert call(client, "GET", "/products/findings")["items"] == []
    (accepted,) = call(client, "GET", "/products/findings?state=accepted")["items"]
    assert accepted["note"] == "fees"
    (tally,) = call(client, "GET", "/products/findings/tally")
    assert (tally["state"], tally["count"]) == ("accepted", 1)


def test_a_company_sets_tolerances_and_declares_attributes(
    client: TestClient, shop: PlaceInfo
) -> None:
    base = f"/companies/{shop.company_id}"
    rates = {"price_tolerance_rate": "0.0500", "text_similarity_rate": "0.5000"}

    call(client, "PUT", f"{base}/audit-policy", json=rates)
    assert call(client, "GET", f"{base}/audit-policy") == rates
    assert call(client, "POST", f"{base}/audits")["closed"] == 1
    declared = {"type": "choice", "choices": ["hot"], "unit": "", "name": "Care"}
    shown = call(client, "PUT", f"{base}/attributes/care", json=declared)
    assert shown == declared | {"code": "care", "is_declared": True}
    assert call(client, "GET", f"{base}/attributes") == [shown]


@pytest.mark.parametrize(
    "path", ["/products/prd_0", "/products/findings?product=x", "/products?cursor=x"]
)
def test_nonsense_is_refused(client: TestClient, path: str) -> None:
    with pytest.raises(InvalidError):
        client.get(path, quanqu_actor=SYSTEM)


def test_what_is_not_there_is_not_found(client: TestClient, shop: PlaceInfo) -> None:
    with pytest.raises(NotFoundError):
        client.get("/products/prd_00000000000000000000000000", quanqu_actor=SYSTEM)
    with pytest.raises(UnitNotFoundError):
        client.get(f"/companies/{shop.id}/attributes", quanqu_actor=SYSTEM)
    for path in ("/products?search=%00", "/products?limit=0", "/products?status=odd"):
        assert client.get(path, quanqu_actor=SYSTEM).status_code == 422

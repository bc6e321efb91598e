"""The REST calls of invoices and tax rules."""

from typing import Any

import pytest
from django.test import Client
from tests.builders.goods import Shop
from tests.builders.http import API, problem, program
from tests.builders.invoices import CODE, breaches, make_seller
from tests.builders.returns import make_open_shop, sold

from quanqu.kernel.ids import encode
from quanqu.sell.invoicing.models import Invoice, TaxRule

pytestmark = pytest.mark.django_db
JSON = "application/json"
RULE = {
    "region": "CN",
    "category": "goods",
    "treatment": "S",
    "rate": "0.13",
    "valid_from": "2019-04-01",
    "source": "a law",
}
SELLER = {
    "regime": "fapiao",
    "region": "CN",
    "name": "北方",
    "tax_id": CODE,
    "country": "CN",
    "category": "goods",
    "shipping_category": "goods",
    "rounding": "line",
}


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


@pytest.fixture
def door() -> Client:
    return program()


def send(client: Client, method: str, path: str, body: Any, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    call = getattr(client, method)
    return call(f"{API}{path}", body, content_type=JSON, headers=headers)


def done(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def test_a_company_is_set_up_and_an_order_invoiced_once(shop: Shop, door: Client) -> None:
    at = f"/companies/{shop.company.id}"
    problem(door.get(f"{API}{at}/seller"), 404, "invoicing.company")
    assert done(send(door, "put", f"{at}/seller", SELLER))["series"] == "A"
    assert done(door.get(f"{API}{at}/seller"))["tax_id"] == CODE
    assert done(send(door, "post", f"{at}/tax-rules", {"rules": [RULE]}))["added"] == 1
    (rule,) = done(door.get(f"{API}{at}/tax-rules"))
    assert (rule["rate"], rule["is_in_force"]) == ("0.13", True)
    item = {"sku": "tea", "category": "goods", "tax_class": "1" * 19, "name": "红茶", "unit": "盒"}
    assert done(send(door, "put", f"{at}/tax-items", {"items": [item]}))["added"] == 1
    assert done(door.get(f"{API}{at}/tax-items"))["items"] == [item]

    order = encode("ord", sold(shop, ("tea", 2)).id)
    body = {"order": order, "buyer": {"kind": "company", "title": "海蓝", "tax_id": CODE}}
    made = done(send(door, "post", "/invoices", body, "a"), 201)
    assert done(send(door, "post", "/invoices", body, "a"), 201) == made
    assert (made["number"], made["tax"]["amount"]) == ("A00000001", "2.88")
    problem(send(door, "post", "/invoices", body, "b"), 409, "invoicing.state")
    found = done(door.get(f"{API}/invoices/{made['id']}"))
    assert found["lines"][0]["tax_class"] == "1" * 19
    assert found["return"] is None
    assert [one["id"] for one in done(door.get(f"{API}/invoices?order={order}"))["items"]] == [
        made["id"]
    ]

    path = f"/invoices/{made['id']}/correction"
    red = done(send(door, "post", path, {"reason": "title"}, "c"))
    assert done(send(door, "post", path, {"reason": "title"}, "c")) == red
    assert (red["kind"], red["original"]) == ("red", made["id"])
    file = door.get(f"{API}/invoices/{red['id']}/files/pdf")
    assert file["Content-Type"] == "application/pdf"
    refused = door.get(f"{API}/invoices/{red['id']}/files/xml")
    problem(refused, 409, "invoicing.format")
    assert not breaches()


def test_files_are_taken_in_whole_or_refused_with_their_rows(shop: Shop, door: Client) -> None:
    at = f"/companies/{shop.company.id}"
    head = "region,category,treatment,rate,valid_from,source\n"

    bad = send(door, "post", f"{at}/tax-rules/file", {"csv": head + "CN,a,S,zero,2026-01-01,law\n"})
    told = problem(bad, 422, "invoicing.file")
    assert told["fields"]["rows"][0]["row"] == 2
    assert not TaxRule.objects.exists()
    good = {"csv": head + "CN,a,S,13%,2026-01-01,law\n"}
    assert done(send(door, "post", f"{at}/tax-rules/file", good)) == {"added": 1, "known": 0}
    assert done(send(door, "post", f"{at}/tax-rules/file", good)) == {"added": 0, "known": 1}
    items = {"csv": "sku,category\ntea,a\n"}
    assert done(send(door, "post", f"{at}/tax-items/file", items))["added"] == 1


def test_a_quote_writes_nothing(shop: Shop, door: Client) -> None:
    make_seller(shop)
    body = {
        "company": shop.company.id,
        "region": "CN",
        "currency": "CNY",
        "lines": [{"category": "goods", "amount": "11.30"}],
        "rounding": "line",
    }

    told = done(send(door, "post", "/tax-quotes", body))

    assert (told["net"]["amount"], told["tax"]["amount"]) == ("10.00", "1.30")
    body["lines"] = [{"category": "unknown", "amount": "1"}]
    problem(send(door, "post", "/tax-quotes", body), 409, "invoicing.no_tax_rule")


@pytest.mark.parametrize(
    "body",
    [
        {"order": "ord_1", "buyer": {"title": "x"}},
        {"buyer": {"title": "x"}},
        {"order": "ord_" + "0" * 26, "buyer": {"title": "x"}, "part": 0},
        {"order": "ord_" + "0" * 26, "buyer": {"title": "x" * 300}},
        {"order": "ord_" + "0" * 26, "buyer": {"title": "x", "kind": "robot"}},
    ],
)
def test_bad_input_is_refused_and_writes_nothing(shop: Shop, door: Client, body: Any) -> None:
    make_seller(shop)
    assert send(door, "post", "/invoices", body).status_code == 422
    assert not Invoice.objects.exists()

"""The REST calls of quotes."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.builders.checkout import breaches, make_open_shop
from tests.builders.http import API, problem, program
from tests.sell.checkout.test_api import JSON, get, post

from quanqu.kernel.time import utc_now
from quanqu.sell.checkout.models import Order

pytestmark = pytest.mark.django_db


def test_a_quote_is_written_changed_sent_and_ordered() -> None:
    shop, door = make_open_shop(), program()
    until = (utc_now() + timedelta(days=9)).date().isoformat()
    body = {"place": shop.store.id, "buyer": "Blue Hall", "valid_until": until,
            "lines": [{"sku": "tea", "quantity": 2, "unit_price": "10.00"}]}  # fmt: skip
    made = post(door, "/quotes", body, key="a")
    assert made.status_code == 201, made.content
    quote = made.json()["id"]
    assert post(door, "/quotes", body, key="a").json()["id"] == quote
    path = f"/quotes/{quote}"
    changed = put(door, path, {**body, "edition": 1, "shipping": "5.00"})
    assert (changed.json()["edition"], changed.json()["total"]["amount"]) == (2, "25.00")
    problem(put(door, path, {**body, "edition": 1}), 409, "quotes.conflict")
    company = f"/companies/{shop.company.id}/quote-rules"
    told = put(door, company, {"amount": "1.00", "currency": "CNY"}).json()
    assert told["limit"]["amount"] == "1.00"
    problem(post(door, f"{path}/sending", {}, key="b"), 409, "quotes.approval")
    assert put(door, company, {"currency": "CNY"}).json() == get(door, company) == {"limit": None}
    assert post(door, f"{path}/sending", {}, key="c").json()["state"] == "sent"

    pay = {"tenders": [{"tender": "invoice"}], "delivery": "carry_out"}
    first = post(door, f"{path}/order", pay, key="d").json()
    assert post(door, f"{path}/order", pay, key="e").json()["order"] == first["order"]

    assert (first["state"], Order.objects.count()) == ("ordered", 1)
    assert get(door, f"/live-orders/{first['order']}")["total"]["amount"] == "25.00"
    assert [one["id"] for one in get(door, "/quotes?search=blue")["items"]] == [quote]
    assert get(door, "/quotes?state=sent")["items"] == []
    assert not breaches()


def test_wrong_quotes_are_refused_by_name() -> None:
    shop, door = make_open_shop(), program()
    good = {"place": shop.store.id, "buyer": "Blue Hall", "valid_until": "2199-01-01",
            "lines": [{"sku": "tea", "quantity": 2, "unit_price": "10.00"}]}  # fmt: skip
    problem(post(door, "/quotes", good), 422, "quotes.field")
    line = {"sku": "none", "quantity": 1, "unit_price": "1"}
    problem(post(door, "/quotes", good | {"lines": [line]}), 404, "quotes.item_not_found")
    problem(post(door, "/quotes", good | {"lines": []}), 422, "http.invalid_request")
    problem(post(door, "/quotes", good | {"place": "plc_" + "0" * 26}), 404, "quotes.not_found")
    problem(door.get(f"{API}/quotes/quo_{'0' * 26}"), 404, "quotes.not_found")


def put(client: Client, path: str, body: dict[str, object]):
    return client.put(f"{API}{path}", body, content_type=JSON)

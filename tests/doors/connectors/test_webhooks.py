"""Webhooks: signed, stored once, imported once, late news dropped."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.builders.org import NOW, make_company, make_place

from quanqu.doors.connectors.contracts import UnknownChannelError
from quanqu.doors.connectors.facade import (
    connect_shop,
    list_connections,
    list_deliveries,
    process_delivery,
)
from quanqu.doors.connectors.models import Connection, Delivery
from quanqu.doors.connectors.registry import CHANNELS
from quanqu.doors.connectors.rules.signatures import sign
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotFoundError
from quanqu.sell.orders.models import Order, Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_lake")]

SECRET = "shhh-a-shared-secret"


def connect(channel: str = "shopify") -> None:
    """Connect a shop to a place."""
    make_place("shop", company=make_company(), currency="USD")
    connect_shop(
        actor=SYSTEM, channel=channel, code="main", place_code="shop", secret=SECRET, now=NOW
    )


def order(**changes: Any) -> dict[str, Any]:
    """Return the payload of an order, changed as told."""
    fixture = CHANNELS / "shopify" / "fixtures" / "order" / "order.json"
    found: dict[str, Any] = json.loads(fixture.read_text())
    return {**found, **changes}


def push(
    payload: Any, *, delivery: str = "d-1", secret: str = SECRET, code: str = "main"
) -> tuple[int, dict[str, Any]]:
    """Post a delivery as Shopify does."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    response = Client().post(
        f"/hooks/shopify/{code}",
        body,
        content_type="application/json",
        headers={
            "X-Shopify-Hmac-Sha256": sign(body, secret),
            "X-Shopify-Webhook-Id": delivery,
            "X-Shopify-Topic": "orders/updated",
        },
    )
    return response.status_code, response.json()


def process() -> list[str]:
    """Import what is stored and return what came of each delivery."""
    keys = Delivery.objects.filter(processed_at=None).order_by("key").values_list("key", flat=True)
    return [process_delivery(delivery_key=key, now=NOW) for key in list(keys)]


def test_a_pushed_order_is_stored_answered_and_imported_once() -> None:
    connect()

    assert push(order()) == (200, {"accepted": True, "repeated": False})
    assert push(order()) == (200, {"accepted": True, "repeated": True})
    assert Order.objects.count() == 0

    assert process() == ["imported"]
    assert process() == []
    assert Order.objects.get().total_minor == 5240
    assert Refund.objects.get().amount_minor == 1000
    assert Delivery.objects.get().body_enc is None


@pytest.mark.parametrize("change", ["secret", "code", "channel"])
def test_a_wrong_signature_and_an_unknown_shop_look_the_same(change: str) -> None:
    connect()
    if change == "channel":
        Connection.objects.update(channel="woocommerce")
    wrong = {"secret": {"secret": "guess-guess"}, "code": {"code": "other"}, "channel": {}}

    status, problem = push(order(), **wrong[change])

    assert (status, problem["code"]) == (403, "connectors.bad_signature")
    assert Delivery.objects.count() == 0


def test_late_news_do_not_undo_fresh_ones() -> None:
    connect()
    push(order(updated_at="2024-03-07T09:00:00Z", cancelled_at="2024-03-07T09:00:00Z"))
    process()

    push(order(updated_at="2024-03-06T09:00:00Z"), delivery="d-2")

    assert process() == ["stale"]
    assert Order.objects.get().status == "cancelled"


def test_what_cannot_be_imported_says_why() -> None:
    connect()
    push(b"webhook_id=142", delivery="ping")
    push({"shop": {"id": 1}}, delivery="shop")

    assert process() == ["not_json", "rejected: shop_setting"]


def test_the_secret_and_the_body_are_not_stored_in_clear() -> None:
    connect()
    push(order())

    assert SECRET.encode() not in bytes(Connection.objects.get().secret_enc)
    assert b"mei@example.com" not in bytes(Delivery.objects.get().body_enc or b"")


def test_a_channel_without_webhooks_cannot_be_connected() -> None:
    with pytest.raises(UnknownChannelError):
        connect("taobao")


def test_the_ping_of_a_new_webhook_is_answered_and_forgotten() -> None:
    connect("woocommerce")

    answers = [
        Client().post("/hooks/woocommerce/main", body, content_type="text/plain")
        for body in (b"webhook_id=7", b"webhook_id=7&x=1")
    ]
    shopify = Client().post("/hooks/shopify/main", b"webhook_id=7", content_type="text/plain")

    assert [answer.status_code for answer in answers] == [200, 403]
    assert shopify.status_code == 403
    assert not Delivery.objects.exists()


def test_what_a_shop_pushed_is_listed_to_those_who_may_see_it() -> None:
    connect()
    push(order(), delivery="d-1")
    push(b"nonsense", delivery="d-2")
    process()

    shops = list_connections(actor=SYSTEM)
    page = list_deliveries(actor=SYSTEM, code="main", limit=1)
    rest = list_deliveries(actor=SYSTEM, code="main", limit=1, cursor=page.next_cursor)

    assert [(shop.code, shop.place_code, shop.address) for shop in shops] == [
        ("main", "shop", "/hooks/shopify/main")
    ]
    assert [row.outcome for row in (*page.items, *rest.items)] == ["not_json", "imported"]
    with pytest.raises(NotFoundError):
        list_deliveries(actor=SYSTEM, code="other")


def test_woocommerce_pushes_orders_by_its_own_headers() -> None:
    connect("woocommerce")
    fixture = CHANNELS / "woocommerce" / "fixtures" / "order" / "order.json"
    told = json.loads(fixture.read_text())
    body = json.dumps(told[0] if isinstance(told, list) else told).encode()

    def post(signature: str, delivery: str) -> int:
        return (
            Client()
            .post(
                "/hooks/woocommerce/main",
                body,
                content_type="application/json",
                headers={
                    "X-WC-Webhook-Signature": signature,
                    "X-WC-Webhook-Delivery-ID": delivery,
                    "X-WC-Webhook-Topic": "order.updated",
                },
            )
            .status_code
        )

    assert post(sign(body, "another secret"), "1") == 403
    assert post("", "1") == 403
    assert post("ünsigned", "1") == 403
    assert post(sign(body, SECRET), "1") == 200
    assert process() == ["imported"]
    assert Order.objects.count() == 1


def test_a_recorded_delivery_sent_again_under_another_id_changes_nothing() -> None:
    connect()
    push(order(updated_at="2024-03-06T09:00:00Z"))
    process()
    push(order(updated_at="2024-03-07T09:00:00Z", note="newer"), delivery="d-2")
    process()
    before = list(Order.objects.values_list("key", "updated_at", "total_minor"))

    push(order(updated_at="2024-03-06T09:00:00Z"), delivery="made-up")
    push(order(updated_at="2024-03-07T09:00:00Z", note="newer"), delivery="made-up-too")

    assert process() == ["stale", "imported"]
    assert list(Order.objects.values_list("key", "updated_at", "total_minor")) == before
    assert Refund.objects.count() == 1

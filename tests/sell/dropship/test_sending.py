"""What suppliers' webhooks are told: signed, again until taken, without the buyer's address."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import HTTPServer

import pytest
from tests.builders.dropship import asked, buy, make_mill, state
from tests.builders.goods import NOW, make_shop
from tests.builders.payments import make_test_account
from tests.sell.inventory.test_feeds import Receiver

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.webhooks.facade import HOSTS
from quanqu.sell.checkout.contracts import CancelReason
from quanqu.sell.checkout.facade import cancel_order
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import DropshipFieldError, TermsDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(monkeypatch):
    """A server that keeps what it is called with."""
    Receiver.calls, Receiver.status = [], 204
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    monkeypatch.setenv(HOSTS, f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/in"
    server.shutdown()
    thread.join()
    server.server_close()


def called_mill(url):
    """Return a shop whose one supplier is called, and the key it checks calls with."""
    shop = make_shop()
    make_test_account(shop.company.key)
    mill = make_mill(shop)
    made = facade.save_terms(
        actor=SYSTEM, draft=TermsDraft(mill.place.key, mill.supplier_id, url=url), now=NOW
    )
    state(shop, mill, tea=10)
    return shop, made.secret


def test_orders_are_sent_signed_in_order_and_again_until_they_are_taken(receiver):
    shop, secret = called_mill(receiver)
    placed = buy(shop, ("tea", 2))
    Receiver.status = 500
    assert facade.send_messages(now=NOW) == 0
    cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW)
    facade.follow_orders(order_ids=[placed.id], now=NOW)
    assert facade.send_messages(now=NOW) == 0  # what was placed is told before it is cancelled
    assert asked()[0].row.sending_fails == "HTTP 500"

    Receiver.status = 204
    later = NOW + timedelta(minutes=5)
    assert [facade.send_messages(now=later) for _ in range(3)] == [1, 1, 0]

    (failed, first), (again, repeated), (_, cancelled) = Receiver.calls
    assert failed["webhook-id"] == again["webhook-id"]
    assert [json.loads(body)["type"] for body in (first, repeated, cancelled)] == [
        "quanqu.dropship.order_placed",
        "quanqu.dropship.order_placed",
        "quanqu.dropship.order_cancelled",
    ]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{again['webhook-id']}.{again['webhook-timestamp']}.".encode() + repeated
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    assert again["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_a_message_names_goods_and_not_the_buyer(receiver):
    shop, _ = called_mill(receiver)
    buy(shop, ("tea", 2))

    facade.send_messages(now=NOW)

    ((_, body),) = Receiver.calls
    told = json.loads(body)["data"]
    assert [(one["sku"], one["quantity"]) for one in told["lines"]] == [("tea", 2)]
    assert "王小明" not in body.decode("unicode_escape")
    assert "13800000000" not in body.decode()


def test_a_supplier_without_an_address_is_never_called():
    shop = make_shop()
    make_test_account(shop.company.key)
    mill = make_mill(shop)
    state(shop, mill, tea=10)
    buy(shop)

    assert facade.send_messages(now=NOW) == 0


def test_an_address_that_cannot_be_called_is_refused():
    shop = make_shop()
    mill = make_mill(shop)

    for url in ("http://mill.example/in", "mill"):
        with pytest.raises(DropshipFieldError):
            facade.save_terms(
                actor=SYSTEM, draft=TermsDraft(mill.place.key, mill.supplier_id, url=url), now=NOW
            )

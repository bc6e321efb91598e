"""Calls that come by the thousand are answered past the middleware, as Django would answer them."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from tests.builders.checkout import make_open_shop
from tests.builders.goods import Shop
from tests.builders.org import make_key

from quanqu.doors.api import lean
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.http.facade import find_lean_call
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import revoke_api_key

pytestmark = pytest.mark.django_db

Answer = tuple[str, dict[str, str], Any]
CHANGING = {"id", "held_at", "expires_at", "placed_at", "number", "request_id"}
OF_PAGES = {"Vary", "Content-Language", "Content-Security-Policy", "Content-Length", "X-Request-ID"}


@pytest.fixture
def shop() -> Shop:
    return make_open_shop(units=100)


@pytest.fixture
def token() -> str:
    return make_key().token


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    return WSGIHandler()(environ, start_response)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's connection, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def quick(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer a call as the gateway does: together with what came with it, else by the pages."""
    body = environ["wsgi.input"].getvalue()
    answer = lean.answer_together([(environ, body)])[0] if lean.is_lean(environ) else None
    if answer is None:
        return pages(environ, start_response)
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers)
    return [answer.body]


def environ_of(path: str, body: Any, token: str, **more: str) -> dict[str, Any]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/api/v1/{path}", "SCRIPT_NAME": "",
        "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "HTTP_HOST": "testserver", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(text)),
        "HTTP_AUTHORIZATION": f"Bearer {token}", "wsgi.input": io.BytesIO(text),
        "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), **more,
    }  # fmt: skip


def call(application: Any, path: str, body: Any, token: str, **more: str) -> Answer:
    head: list[Any] = []
    environ = environ_of(path, body, token, **more)
    answer = b"".join(application(environ, lambda *told: head.extend(told)))
    return head[0], dict(head[1]), json.loads(answer)


def bare(found: Any) -> Any:
    """What an answer says, without what differs from call to call."""
    if isinstance(found, dict):
        return {key: "" if key in CHANGING else bare(one) for key, one in found.items()}
    return [bare(one) for one in found] if isinstance(found, list) else found


def hold(shop: Shop, quantity: Any = 1) -> Any:
    line = {"place": shop.store.id, "item": shop.items["tea"].id, "quantity": quantity}
    return {"owner": "cart-1", "lines": [line]}


def order(shop: Shop) -> Any:
    line = {"sku": "tea", "quantity": 2, "unit_price": "12.50", "from_place": shop.store.id}
    return {"place": shop.store.id, "lines": [line], "tenders": [{"tender": "test"}]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("stock/holds", hold),
        ("stock/holds", lambda shop: hold(shop, 1_000)),
        ("stock/holds", lambda shop: hold(shop, 0)),
        ("live-orders", order),
        ("live-orders", lambda shop: order(shop) | {"tenders": []}),
    ],
)
def test_both_ways_answer_alike(shop: Shop, token: str, path: str, body: Any) -> None:
    lean_one = call(quick, path, body(shop), token)
    usual = call(pages, path, body(shop), token)

    assert (lean_one[0], bare(lean_one[2])) == (usual[0], bare(usual[2]))
    kept = {name: text for name, text in usual[1].items() if name not in OF_PAGES}
    remaining = int(kept.pop("RateLimit-Remaining"))
    told = dict(lean_one[1])
    assert int(told.pop("RateLimit-Remaining")) in (remaining, remaining + 1)
    assert {name: told.get(name) for name in kept} == kept
    assert told["Content-Security-Policy"].startswith("default-src 'none'")


def test_sent_twice_under_a_name_it_works_once_whichever_way(shop: Shop, token: str) -> None:
    name = {"HTTP_IDEMPOTENCY_KEY": "cart-7"}
    for path, body in (("stock/holds", hold(shop)), ("live-orders", order(shop))):
        found = [
            call(application, path, body, token, **name)[2]["id"]
            for application in (quick, pages, quick)
        ]
        assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"CONTENT_TYPE": "text/plain"}, "201"),
        ({"QUERY_STRING": "a=b"}, "201"),
        ({"HTTP_AUTHORIZATION": "Bearer wrong"}, "401"),
        ({"HTTP_AUTHORIZATION": ""}, "403"),
        ({"HTTP_HOST": "elsewhere.example"}, "400"),
    ],
)
def test_what_is_unusual_goes_the_usual_way(
    shop: Shop, token: str, changed: dict[str, str], status: str
) -> None:
    told = call(quick, "stock/holds", hold(shop), token, **changed)
    assert told[0].startswith(status)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"owner": 1}', b'{"owner": "a", "lines": []}'])
def test_a_body_that_does_not_fit_is_told_by_django(token: str, body: bytes) -> None:
    lean_one = call(quick, "stock/holds", body, token)
    usual = call(pages, "stock/holds", body, token)
    assert (lean_one[0], bare(lean_one[2])) == (usual[0], bare(usual[2]))


def test_a_key_that_is_revoked_stops_at_once(shop: Shop) -> None:
    issued = make_key()
    assert call(quick, "stock/holds", hold(shop), issued.token)[0].startswith("201")
    revoke_api_key(actor=SYSTEM, key_id=issued.info.id, now=utc_now())
    assert call(quick, "stock/holds", hold(shop), issued.token)[0].startswith("401")


def test_calls_are_counted_and_refused_beyond_the_rate(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "API_RATE", (2, 0.01))
    found = [call(quick, "stock/holds", hold(shop), token) for _ in range(3)]
    assert [one[0][:3] for one in found] == ["201", "201", "429"]
    assert int(found[2][1]["Retry-After"]) > 0


def broken(*told: object) -> Iterator[Any]:
    raise ZeroDivisionError
    yield


def test_a_bug_is_told_as_one(shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = find_lean_call("stock/holds")
    assert known is not None
    monkeypatch.setattr(lean, "find_lean_call", lambda _: replace(known, work=broken))
    monkeypatch.setattr(lean.connection, "close", lambda: None)
    told = call(quick, "stock/holds", hold(shop), token)
    assert (told[0][:3], told[2]["code"]) == ("500", "http.internal")


def test_calls_that_came_together_are_answered_each_by_itself(shop: Shop, token: str) -> None:
    asked = [
        environ_of("stock/holds", hold(shop, 60), token),
        environ_of("stock/holds", hold(shop, 60), token),
        environ_of("live-orders", order(shop), token),
        environ_of("stock/holds", hold(shop, 30), token, HTTP_IDEMPOTENCY_KEY="a"),
        environ_of("stock/holds", hold(shop, 30), token, HTTP_IDEMPOTENCY_KEY="a"),
        environ_of("stock/holds", hold(shop, 0), token),
        environ_of("live-orders", order(shop) | {"tenders": []}, token),
        environ_of("stock/holds", hold(shop), "wrong"),
        environ_of("stock/holds", hold(shop, 5), token),
    ]
    found = lean.answer_together([(one, one["wsgi.input"].getvalue()) for one in asked])

    told = [one.status if one else None for one in found]
    assert told == [201, 409, 201, 201, 201, 422, 422, None, 201]
    ids = [json.loads(one.body).get("id") for one in found if one and one.status == 201]
    assert len(ids) == 5
    assert len(set(ids)) == 4, "what was sent twice under a name was done once"
    assert held_at(shop) == 60 + 30 + 5 + 2


def held_at(shop: Shop) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(held + allocated) FROM inventory_level")
        return int(cursor.fetchone()[0])


def test_orders_that_let_sourcing_decide_go_the_usual_way(shop: Shop, token: str) -> None:
    body = order(shop)
    del body["lines"][0]["from_place"]
    environ = environ_of("live-orders", body, token)
    assert lean.answer_together([(environ, environ["wsgi.input"].getvalue())]) == [None]

"""The tracking API over HTTP: what it takes, what it refuses and how it says so."""

import base64
import gzip
import json
from typing import Any

import pytest
from django.test import Client, RequestFactory
from tests.builders.timeline import NOW, make_event, make_source, settled_ids, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.timeline import facade
from quanqu.know.timeline.api import tracking
from quanqu.know.timeline.contracts import MAX_BODY_BYTES, IssuedWriteKey, SourceChange
from quanqu.know.timeline.models import InboxBody
from quanqu.know.timeline.queries.sources import forget_tracking_sources

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def post(call: str, body: Any, issued: IssuedWriteKey | None = None, **headers: str) -> Any:
    """Post a body as a client library does."""
    if issued is not None:
        secret = base64.b64encode(f"{issued.write_key}:".encode()).decode()
        headers["HTTP_AUTHORIZATION"] = f"Basic {secret}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic("POST", f"/v1/{call}", data, content_type="application/json", **headers)


def settle() -> None:
    facade.settle_everything(now=NOW)


@pytest.mark.parametrize(
    ("call", "extra"),
    [
        ("track", {"event": "Product Viewed"}),
        ("page", {"name": "Home"}),
        ("screen", {"name": "Home"}),
        ("identify", {"traits": {"plan": "gold"}}),
        ("group", {"groupId": "g-1"}),
        ("alias", {"previousId": "a-1"}),
        ("t", {"event": "Product Viewed"}),
        ("p", {"name": "Home"}),
    ],
)
def test_each_call_stores_its_event(call: str, extra: dict[str, Any]) -> None:
    issued = make_source()

    answer = post(call, {"userId": "u-1", "messageId": "m-1", **extra}, issued)
    settle()

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    (row,) = settled_rows()
    assert row["type"].startswith(call)
    assert row["message_id"] == "m-1"


def test_a_batch_is_stored_in_one_row() -> None:
    issued = make_source()

    answer = post("batch", {"batch": [make_event() for _ in range(100)]}, issued)

    assert answer.status_code == 200
    assert InboxBody.objects.values_list("event_count", flat=True).get() == 100


def test_the_write_key_may_come_in_the_body() -> None:
    issued = make_source()

    answer = post("batch", {"batch": [make_event()], "writeKey": issued.write_key})

    assert answer.status_code == 200


def test_gzip_is_unpacked() -> None:
    issued = make_source()
    body = gzip.compress(json.dumps({"batch": [make_event(messageId="z")]}).encode())

    answer = post("batch", body, issued, HTTP_CONTENT_ENCODING="gzip")
    settle()

    assert answer.status_code == 200
    assert settled_ids() == ["z"]


def test_a_gzip_bomb_is_stopped_at_the_limit() -> None:
    issued = make_source()
    bomb = gzip.compress(b"[" * (200 * 1024 * 1024))
    assert len(bomb) < MAX_BODY_BYTES

    answer = post("batch", bomb, issued, HTTP_CONTENT_ENCODING="gzip")

    assert (answer.status_code, answer.json()["code"]) == (413, "timeline.batch_too_large")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"batch": 7}',
        b'{"batch": [], "sentAt": "yesterday"}',
        b'{"batch": [{"a": "\xff"}]}',
        b'{"batch": ' + b"[" * 100_000,
    ],
)
def test_a_malformed_body_is_refused(body: bytes) -> None:
    issued = make_source()

    answer = post("batch", body, issued)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "timeline.malformed_batch"
    assert not InboxBody.objects.exists()


@pytest.mark.parametrize(
    "packed",
    [b"not gzip", gzip.compress(b"{}", mtime=0)[:-6], gzip.compress(b"", mtime=0) * 2],
    ids=["other", "cut", "two of nothing"],
)
def test_broken_gzip_is_refused(packed: bytes) -> None:
    answer = post("batch", packed, make_source(), HTTP_CONTENT_ENCODING="gzip")

    assert answer.status_code == 400


def test_a_large_batch_is_refused_before_it_is_read() -> None:
    issued = make_source()
    event = make_event(properties={"text": "x" * 30_000})

    answer = post("batch", {"batch": [event] * 18}, issued)

    assert answer.status_code == 413


def test_a_large_event_is_refused_and_the_others_are_taken() -> None:
    issued = make_source()
    large = make_event(properties={"text": "x" * 33_000})

    answer = post("batch", {"batch": [make_event(), large]}, issued)

    told = answer.json()
    assert (answer.status_code, told["accepted"]) == (200, 1)
    assert [(error["index"], error["code"]) for error in told["errors"]] == [(1, "too_large")]


def test_a_batch_without_one_good_event_is_refused_with_the_reasons() -> None:
    answer = post("batch", {"batch": [{"type": "track"}, 7]}, make_source())

    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "timeline.events_refused")
    assert [error["index"] for error in told["errors"]] == [0, 1]


@pytest.mark.parametrize("key", ["", "wrong"])
def test_an_unknown_write_key_is_refused(key: str) -> None:
    make_source()

    answer = post("batch", {"batch": [make_event()], "writeKey": key})

    assert (answer.status_code, answer.json()["code"]) == (401, "timeline.write_key_refused")


def test_a_source_that_is_off_takes_nothing() -> None:
    issued = make_source()
    facade.change_source(
        actor=SYSTEM, source_id=issued.source.id, change=SourceChange(is_enabled=False), now=NOW
    )
    forget_tracking_sources()

    assert post("batch", {"batch": [make_event()]}, issued).status_code == 401


def test_only_listed_origins_may_send_from_a_browser() -> None:
    issued = make_source(allowed_origins=("https://shop.example",))
    body = {"batch": [make_event()]}

    taken = post("batch", body, issued, HTTP_ORIGIN="https://shop.example")
    refused = post("batch", body, issued, HTTP_ORIGIN="https://other.example")

    assert taken.status_code == 200
    assert taken["Access-Control-Allow-Origin"] == "https://shop.example"
    assert (refused.status_code, refused.json()["code"]) == (403, "timeline.origin_refused")


def test_a_preflight_is_answered_for_origins_of_some_source() -> None:
    make_source(allowed_origins=("https://shop.example",))
    client = Client()

    known = client.options("/v1/batch", HTTP_ORIGIN="https://shop.example")
    unknown = client.options("/v1/batch", HTTP_ORIGIN="https://other.example")

    assert (known.status_code, known["Access-Control-Allow-Methods"]) == (204, "POST")
    assert "Access-Control-Allow-Origin" not in unknown


def test_a_rate_limit_asks_to_come_back() -> None:
    issued = make_source(rate_limit=10)
    body = {"batch": [make_event() for _ in range(15)]}

    first, second = post("batch", body, issued), post("batch", body, issued)

    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Retry-After"] == "1"


def test_only_posting_is_served() -> None:
    assert Client().get("/v1/batch").status_code == 405
    assert Client().post("/v1/unheard-of").status_code == 404


def test_the_short_way_answers_like_the_long_one() -> None:
    issued = make_source()
    body = json.dumps({"batch": [make_event()], "writeKey": issued.write_key}).encode()
    environ = RequestFactory().generic("POST", "/v1/batch", body).environ
    heads: list[Any] = []

    answer = b"".join(tracking.application(environ, lambda *head: heads.append(head)))

    assert json.loads(answer) == {"success": True}
    status, headers = heads[0]
    assert status == "200 OK"
    assert dict(headers)["Content-Length"] == str(len(answer))

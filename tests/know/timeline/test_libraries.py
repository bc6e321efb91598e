"""What client libraries need of the tracking API beyond the calls: headers, settings, encodings."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client, RequestFactory
from tests.builders.timeline import NOW, make_event, make_source, settled_rows
from tests.know.timeline.test_tracking import post

from quanqu.kernel.time import format_time
from quanqu.know.timeline import facade
from quanqu.know.timeline.api import tracking
from quanqu.know.timeline.api.answers import MOST_TOLD
from quanqu.know.timeline.contracts import MAX_BATCH_EVENTS
from quanqu.know.timeline.models import FailedEvent, InboxBody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]

SHOP = "https://shop.example"
PROBLEM = {"type", "title", "status", "detail", "code", "request_id", "fields"}


def served(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[str, Any, bytes]:
    """Answer as a served process does: status line, headers by name, body."""
    environ = RequestFactory().generic(method, path, body, **headers).environ
    heads: list[Any] = []
    told = b"".join(tracking.application(environ, lambda *head: heads.append(head)))
    status, given = heads[0]
    return status, dict(given), told


def preflight(origin: str, **headers: str) -> Any:
    return Client().options("/v1/batch", HTTP_ORIGIN=origin, **headers)


def test_a_page_may_send_the_headers_its_library_sends() -> None:
    make_source(allowed_origins=(SHOP,))
    asked = "anonymousid,authorization,content-type,rsa-retry-attempt"

    response = preflight(SHOP, HTTP_ACCESS_CONTROL_REQUEST_HEADERS=asked)

    assert response["Access-Control-Allow-Headers"] == asked
    assert response["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize("asked", ["x\r\nSet-Cookie: a=1", "*", "a b", "x" * 5000, "ä"])
def test_what_is_no_list_of_names_is_not_repeated(asked: str) -> None:
    make_source(allowed_origins=(SHOP,))

    response = preflight(SHOP, HTTP_ACCESS_CONTROL_REQUEST_HEADERS=asked)

    assert asked not in response["Access-Control-Allow-Headers"]


def test_a_beacon_that_carries_cookies_is_answered() -> None:
    """sendBeacon includes credentials; the browser then wants to be told that it may."""
    issued = make_source(allowed_origins=(SHOP,))

    asked = preflight(SHOP)
    sent = post("batch", {"batch": [make_event()]}, issued, HTTP_ORIGIN=SHOP)

    assert asked["Access-Control-Allow-Credentials"] == "true"
    assert sent["Access-Control-Allow-Credentials"] == "true"


def test_a_stranger_s_preflight_is_let_nothing() -> None:
    make_source(allowed_origins=(SHOP,))

    response = preflight("https://other.example")

    assert "Access-Control-Allow-Origin" not in response
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZip"])
def test_gzip_goes_by_its_names(name: str) -> None:
    body = gzip.compress(json.dumps(make_event()).encode())

    assert post("track", body, make_source(), HTTP_CONTENT_ENCODING=name).status_code == 200


def test_a_packing_that_is_not_known_is_refused_by_name() -> None:
    answer = post("track", b"{}", make_source(), HTTP_CONTENT_ENCODING="br")

    assert (answer.status_code, answer.json()["code"]) == (415, "http.unsupported_media_type")
    assert not InboxBody.objects.exists()


def test_the_time_that_rudderstack_libraries_send_counts() -> None:
    issued = make_source()
    event = make_event(timestamp=None, originalTimestamp="2015-05-05T05:05:05Z", sentAt=None)

    post("track", event, issued)
    facade.settle_everything(now=NOW)

    (row,) = settled_rows()
    assert format_time(row["occurred_at"]) == "2015-05-05T05:05:05.000Z"


@pytest.mark.parametrize(
    ("call", "body", "headers", "status"),
    [
        ("batch", b"{", {}, "400"),
        ("batch", b'{"batch": []}', {}, "401"),
        ("unheard-of", b"{}", {}, "404"),
        ("batch", b"x", {"HTTP_CONTENT_ENCODING": "br"}, "415"),
        ("batch", b"x" * 600_000, {}, "413"),
    ],
)
def test_every_refusal_is_a_whole_problem_with_its_id(
    call: str, body: bytes, headers: dict[str, str], status: str
) -> None:
    key = make_source().write_key if status == "400" else ""
    if key:
        body = b'{"writeKey": "' + key.encode() + b'", "batch": 7}'

    line, given, told = served("POST", f"/v1/{call}", body, **headers)

    problem = json.loads(told)
    assert line.startswith(status)
    assert given["Content-Type"] == "application/problem+json"
    assert problem.keys() >= PROBLEM
    assert problem["status"] == int(status)
    assert given["X-Request-ID"] == problem["request_id"] != ""
    assert given["Vary"] == "Origin"
    assert ("WWW-Authenticate" in given) == (status == "401")


def test_a_page_s_visitors_are_never_asked_for_a_password() -> None:
    _, given, _ = served("POST", "/v1/batch", b'{"batch": []}', HTTP_ORIGIN=SHOP)

    assert given["WWW-Authenticate"].startswith("WriteKey ")


def test_a_request_id_is_taken_over() -> None:
    _, given, _ = served("POST", "/v1/batch", b"{}", HTTP_X_REQUEST_ID="from-the-proxy-1")

    assert given["X-Request-ID"] == "from-the-proxy-1"


def test_a_batch_is_not_longer_than_the_specification_says() -> None:
    issued = make_source()

    answer = post("batch", {"batch": [{}] * (MAX_BATCH_EVENTS + 1)}, issued)

    assert (answer.status_code, answer.json()["code"]) == (413, "timeline.batch_too_long")
    assert not InboxBody.objects.exists()


def test_of_many_refused_events_the_first_are_named_and_all_are_kept() -> None:
    issued = make_source()

    told = post("batch", {"batch": [{}] * (MOST_TOLD + 5)}, issued).json()
    facade.settle_everything(now=NOW)

    assert (told["rejected"], len(told["errors"])) == (MOST_TOLD + 5, MOST_TOLD)
    assert FailedEvent.objects.count() == MOST_TOLD + 5


def test_a_library_is_told_where_to_send() -> None:
    issued = make_source(allowed_origins=(SHOP,))
    path = f"/v1/projects/{issued.write_key}/settings"

    line, given, told = served("GET", path, HTTP_ORIGIN=SHOP, HTTP_HOST="localhost:8000")

    assert line.startswith("200")
    assert given["Access-Control-Allow-Origin"] == SHOP
    assert json.loads(told)["integrations"]["Segment.io"] == {
        "apiKey": issued.write_key,
        "apiHost": "localhost:8000/v1",
        "protocol": "http",
    }


@pytest.mark.parametrize(
    ("method", "key", "headers", "status"),
    [
        ("GET", "unknown", {}, "401"),
        ("GET", None, {"HTTP_ORIGIN": "https://other.example"}, "403"),
        ("GET", None, {"HTTP_HOST": "evil.example"}, "400"),
        ("POST", None, {}, "405"),
    ],
)
def test_settings_are_not_for_everybody(
    method: str, key: str | None, headers: dict[str, str], status: str
) -> None:
    issued = make_source(allowed_origins=(SHOP,))
    path = f"/v1/projects/{key or issued.write_key}/settings"

    line, _, told = served(method, path, **{"HTTP_HOST": "localhost", **headers})

    assert line.startswith(status)
    assert json.loads(told).keys() >= PROBLEM

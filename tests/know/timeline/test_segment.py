"""The unmodified Segment client and every snippet of the Segment specification."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db.models import Sum
from segment.analytics.client import Client
from segment.analytics.request import _session
from tests.builders.timeline import make_source, settled_ids, settled_rows

from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import IssuedWriteKey
from quanqu.know.timeline.models import FailedEvent, InboxBody, SettlementRecord

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("timeline_lake"),
]

SHARED = Path(os.environ.get("QUANQU_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
SPEC = SHARED / "channel_payloads" / "segment_spec"


@pytest.fixture
def issued(live_server: Any) -> Iterator[IssuedWriteKey]:
    """Make a source, and end the client's kept connections before the database goes."""
    yield make_source()
    _session.close()


@pytest.fixture
def losing_proxy(live_server: Any) -> Iterator[str]:
    """Pass calls on, but lose the first two answers."""
    lost = [502, 503]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
            with requests.post(
                live_server.url + self.path, data=body, headers=headers, timeout=30
            ) as answer:
                told = answer.content
            self.send_response(lost.pop() if lost else 200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        _session.close()
        server.shutdown()
        thread.join()


def snippets() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(SPEC.glob("*_examples.json")):
        for entry in json.loads(path.read_text("utf-8")):
            if "example" in entry:
                yield path.name, entry["example"]


def post(url: str, call: str, body: Any, write_key: str) -> tuple[int, dict[str, Any]]:
    with requests.post(f"{url}/v1/{call}", json=body, auth=(write_key, ""), timeout=30) as answer:
        return answer.status_code, answer.json()


@pytest.mark.parametrize("packed", [False, True])
def test_the_segment_client_ends_in_the_lake(
    live_server: Any, issued: IssuedWriteKey, packed: bool
) -> None:
    failures: list[Any] = []
    client = Client(
        issued.write_key,
        host=live_server.url,
        gzip=packed,
        upload_interval=0.05,
        on_error=lambda error, batch: failures.append((error, batch)),
    )

    client.identify("u-1", {"email": "li@example.com", "name": "Li Lei"})
    client.page("u-1", "shop", "Home", {"url": "https://shop.example/"})
    client.screen("u-1", "shop", "Home")
    client.group("u-1", "g-1", {"industry": "tea"})
    client.alias("a-1", "u-1")
    for number in range(250):
        client.track(
            "u-1", "Product Viewed", {"product_id": f"p-{number}"}, message_id=f"m{number}"
        )
    client.flush()
    client.join()
    facade.settle_everything(now=utc_now())

    assert failures == []
    rows = settled_rows()
    assert len(rows) == 255
    assert {row["type"] for row in rows} == {
        "identify", "page", "screen", "group", "alias", "track",
    }  # fmt: skip
    assert len({row["subject_key"] for row in rows}) == 1


def test_what_the_client_sends_again_counts_once(
    live_server: Any, issued: IssuedWriteKey, losing_proxy: str
) -> None:
    """An answer that never arrives makes the client send the same batch again."""
    client = Client(issued.write_key, host=losing_proxy, upload_interval=0.05)
    for number in range(30):
        client.track("u-1", "Product Viewed", {}, message_id=f"m{number}")
    client.flush()
    client.join()
    facade.settle_everything(now=utc_now())

    assert InboxBody.objects.count() == 0
    assert SettlementRecord.objects.aggregate(twice=Sum("duplicate_count"))["twice"] == 60
    assert settled_ids() == sorted(f"m{number}" for number in range(30))


@pytest.mark.skipif(not SPEC.exists(), reason=f"the Segment snippets are not at {SPEC}")
def test_every_snippet_of_the_specification_is_taken_or_refused_with_a_reason(
    live_server: Any, issued: IssuedWriteKey
) -> None:
    outcomes: dict[str, int] = {}
    taken_ids: set[str] = set()
    for number, (name, example) in enumerate(snippets()):
        call = example.get("type", "batch")
        body = example if call != "batch" else {"batch": [example]}
        status, told = post(live_server.url, call, body, issued.write_key)
        assert status in (200, 400), (name, example, told)
        if status == 400:
            reason = told["errors"][0]["code"]
            outcomes[reason] = outcomes.get(reason, 0) + 1
        else:
            outcomes["taken"] = outcomes.get("taken", 0) + 1
            taken_ids.add(example.get("messageId", f"none {number}"))

    facade.settle_everything(now=utc_now())

    assert outcomes == {"taken": 43, "no_identity": 37, "no_type": 20}
    assert len(settled_rows()) == len(taken_ids)
    assert FailedEvent.objects.exclude(reason="").count() == 57


@pytest.mark.skipif(not SPEC.exists(), reason=f"the Segment snippets are not at {SPEC}")
def test_every_call_of_the_browser_library_is_taken_with_the_ids_it_adds(
    live_server: Any, issued: IssuedWriteKey
) -> None:
    calls = [
        example | {"anonymousId": example.get("anonymousId", "a-1"), "messageId": f"m{number}"}
        for number, (_, example) in enumerate(snippets())
        if example.get("type") in ("track", "identify", "page", "screen", "group")
        and "args" not in example
    ]

    for call in calls:
        status, told = post(live_server.url, call["type"], call, issued.write_key)
        assert (status, told) == (200, {"success": True}), call
    facade.settle_everything(now=utc_now())

    assert settled_ids() == sorted(call["messageId"] for call in calls)
    stored = json.dumps(settled_rows(), default=str)
    for personal in ("peter@example.com", "pgibbons", "410-555-9412", "8.8.8.8", "Gibbons"):
        assert personal not in stored, personal

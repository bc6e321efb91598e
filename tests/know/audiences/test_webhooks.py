"""Webhooks against a real server: signatures, order, retries, doubles, kills, and consent."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from tests.builders.consent import record, said
from tests.builders.customers import NOW as OBSERVED_AT
from tests.builders.customers import profile
from tests.know.audiences.test_approvals import ADA, BEA, NEWS, OWNER, _who
from tests.know.audiences.test_saved import BRITONS, BUYERS, NOW, RIGHTS, _buy, _id, _save, people

from quanqu.infra.auth.contracts import ActorKind
from quanqu.infra.personal.facade import retained
from quanqu.infra.webhooks import calling as adapter
from quanqu.infra.webhooks.facade import asked_wait, is_public, url_fault, wait_after
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.audiences.actions import delivering
from quanqu.know.audiences.contracts import (
    ExportFourEyesError,
    ExportPersonError,
    ExportUseError,
    IssuedWebhook,
    WebhookContents,
    WebhookLimitError,
    WebhookState,
    WebhookStateError,
    WebhookUrlError,
)
from quanqu.know.audiences.facade import (
    approve_webhook,
    archive_audience,
    create_webhook,
    deliver_due,
    deliver_webhook,
    follow_audiences,
    forget_followed,
    list_deliveries,
    list_webhooks,
    pause_webhook,
    resume_webhook,
    set_export_policy,
)
from quanqu.know.audiences.models import AudienceDelivery, AudienceWebhook

__all__ = ["people"]

pytestmark = pytest.mark.django_db

MOVED_AT = OBSERVED_AT + timedelta(days=1)


@dataclass
class Receiver:
    """A server that answers as told and keeps what it got."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    delay: float = 0.0

    def bodies(self) -> list[dict[str, Any]]:
        """Return the events that came."""
        return [json.loads(body) for _, body in self.got]

    def told(self) -> list[list[tuple[str, str]]]:
        """Return the customers and their changes, call by call."""
        return [
            [(one["customer"], one["change"]) for one in body["data"]["customers"]]
            for body in self.bodies()
        ]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    forget_followed()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    found = Receiver()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            if found.delay:
                stop.wait(found.delay)
            status, headers = found.answers.pop(0) if found.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    monkeypatch.setenv(adapter.HOSTS, f"127.0.0.1:{port}")
    found.url = f"http://127.0.0.1:{port}/in?shop=1"
    yield found
    stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _add(audience: UUID, receiver: Receiver, **more: Any) -> IssuedWebhook:
    told = {"contents": WebhookContents.IDS, "use": None, "actor": ADA, "now": NOW, **more}
    return create_webhook(audience_id=audience, url=receiver.url, **told)


def _run(issued: IssuedWebhook, **after: float) -> int:
    key = AudienceWebhook.objects.get(id=issued.row.id).key
    return deliver_webhook(webhook_key=key, now=NOW + timedelta(**after))


def _state(issued: IssuedWebhook) -> AudienceWebhook:
    return AudienceWebhook.objects.get(id=issued.row.id)


@pytest.fixture
def buyers(people: list[int]) -> UUID:
    made = _save(BUYERS)
    follow_audiences(now=NOW)
    return made


def test_a_call_is_a_cloud_event_signed_by_the_standard(
    buyers: UUID, receiver: Receiver, people: list[int]
) -> None:
    issued = _add(buyers, receiver)

    assert _run(issued, seconds=1) == 1

    ((headers, body),) = receiver.got
    low = {name.lower(): value for name, value in headers.items()}
    event = json.loads(body)
    assert low["content-type"].startswith("application/cloudevents+json")
    assert (event["specversion"], event["id"]) == ("1.0", low["webhook-id"])
    assert event["type"] == "quanqu.audiences.members"
    assert event["source"] == f"/audiences/{encode('aud', buyers)}"
    assert datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
    # the specification's own words: base64(HMAC-SHA256(secret, "id.timestamp.body"))
    assert issued.secret.startswith("whsec_")
    key = base64.b64decode(issued.secret.removeprefix("whsec_"))
    content = f"{low['webhook-id']}.{low['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert low["webhook-signature"] == f"v1,{expected}"
    assert len(key) == 32
    assert int(low["webhook-timestamp"]) == int((NOW + timedelta(seconds=1)).timestamp())
    assert receiver.told() == [[(encode("cus", _id(people[0])), "entered")]]
    assert key not in bytes(_state(issued).secret_enc)
    assert "email" not in body.decode()


def test_all_are_told_once_and_then_who_comes_and_who_leaves(
    buyers: UUID, receiver: Receiver, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "IN_BATCH", 1)
    britons = _save(BRITONS, name="Britons")
    follow_audiences(now=NOW)
    issued = _add(britons, receiver)
    ann, bo = (encode("cus", _id(key)) for key in people[:2])

    assert _run(issued) == 2
    assert _run(issued, minutes=1) == 0
    assert receiver.told() == [[(ann, "entered")], [(bo, "entered")]]
    profile(people[1], at=MOVED_AT, country="CN")
    profile(people[2], at=MOVED_AT, country="GB")
    follow_audiences(now=NOW + timedelta(minutes=2))

    assert _run(issued, minutes=3) == 2
    assert _run(issued, minutes=4) == 0
    cy = encode("cus", _id(people[2]))
    assert sorted(receiver.told()[2:]) == sorted([[(bo, "left")], [(cy, "entered")]])
    log = list_deliveries(actor=ADA, webhook_id=issued.row.id)
    assert [(one.is_whole, one.people, one.attempts) for one in log] == [
        (False, 1, 1),
        (False, 1, 1),
        (True, 1, 1),
        (True, 1, 1),
    ]
    assert len({one.id for one in log}) == 4


def test_a_failed_call_is_tried_again_under_its_id_after_a_wait(
    buyers: UUID, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}), (503, {"Retry-After": "3600"})]
    issued = _add(buyers, receiver)

    assert _run(issued) == 0
    first = AudienceDelivery.objects.get()
    assert first.error == "HTTP 500"
    assert _run(issued, seconds=1) == 0  # not due: nothing is sent
    assert len(receiver.got) == 1
    assert NOW + timedelta(seconds=2.5) <= first.next_at <= NOW + timedelta(seconds=5)
    assert (first.status, first.error) == (500, "HTTP 500")
    assert _run(issued, seconds=6) == 0
    second = AudienceDelivery.objects.get()
    assert second.next_at == NOW + timedelta(seconds=3606)
    assert _run(issued, minutes=30) == 0
    assert _run(issued, minutes=70) == 1

    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert (len(receiver.got), len(ids)) == (3, 1)
    assert len({headers["webhook-signature"] for headers, _ in receiver.got}) == 3
    row = _state(issued)
    assert (row.failing_since, row.message, row.next_at) == (None, "", None)


def test_it_stops_after_days_says_why_and_goes_on_by_hand(buyers: UUID, receiver: Receiver) -> None:
    receiver.answers = [(500, {})] * 2 + [(410, {})]
    issued = _add(buyers, receiver)
    assert _run(issued) == 0
    assert _run(issued, days=3) == 0
    row = list_webhooks(actor=ADA, audience_id=buyers)[0]
    assert (row.state, row.message) == (WebhookState.STOPPED, "HTTP 500")
    assert _run(issued, days=4) == 0
    assert len(receiver.got) == 2

    later = NOW + timedelta(days=4)
    resume_webhook(actor=ADA, webhook_id=issued.row.id, now=later)
    AudienceDelivery.objects.update(next_at=later)
    assert _run(issued, days=4) == 0  # 410: gone, so it stops at once
    assert list_webhooks(actor=ADA, audience_id=buyers)[0].state is WebhookState.STOPPED
    resume_webhook(actor=ADA, webhook_id=issued.row.id, now=later)
    AudienceDelivery.objects.update(next_at=later)
    assert _run(issued, days=4) == 1


def test_it_is_held_by_hand_and_by_the_archive_and_loses_nothing(
    buyers: UUID, receiver: Receiver, people: list[int]
) -> None:
    issued = _add(buyers, receiver)
    pause_webhook(actor=ADA, webhook_id=issued.row.id, now=NOW)
    with pytest.raises(WebhookStateError):
        pause_webhook(actor=ADA, webhook_id=issued.row.id, now=NOW)
    assert _run(issued) == 0
    assert deliver_due(now=NOW) == 0
    _buy(3, people[2], NOW.date(), 1)
    follow_audiences(now=NOW + timedelta(minutes=1))
    resume_webhook(actor=ADA, webhook_id=issued.row.id, now=NOW)
    assert deliver_due(now=NOW) == 1
    assert _run(issued, minutes=2) == 2
    assert [len(told) for told in receiver.told()] == [2, 1]
    archive_audience(actor=ADA, audience_id=buyers, now=NOW)
    assert _run(issued, minutes=3) == 0
    assert deliver_due(now=NOW) == 0


def test_a_slow_receiver_times_out_and_a_dead_one_is_named(
    buyers: UUID, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "TIMEOUT_S", 0.3)
    receiver.delay = 5.0
    issued = _add(buyers, receiver)
    assert _run(issued) == 0
    assert AudienceDelivery.objects.get().error == "no answer within 0.3 s"
    AudienceWebhook.objects.update(url="http://127.0.0.1:9/")
    monkeypatch.setenv(adapter.HOSTS, "127.0.0.1")
    assert _run(issued, days=1) == 0
    assert AudienceDelivery.objects.get().error == "ConnectionRefusedError"


def test_whoever_is_killed_half_way_leaves_it_to_be_tried_again(
    buyers: UUID, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = _add(buyers, receiver)
    real: Callable[..., None] = delivering._write

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering, "_write", die)
    with pytest.raises(KeyboardInterrupt):
        _run(issued)
    monkeypatch.setattr(delivering, "_write", real)

    assert _run(issued, seconds=30) == 0  # it is still claimed
    assert _run(issued, minutes=3) == 1
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert _run(issued, minutes=4) == 0


def test_the_gate_of_consent_is_asked_at_every_call(people: list[int], receiver: Receiver) -> None:
    profile(people[1], email="bo@shop.org", phone="+447700900123")
    record(said(people[0], "granted", 1), said(people[1], "granted", 1))
    britons = _save(BRITONS, name="Britons")
    follow_audiences(now=NOW)
    issued = _add(britons, receiver, contents=WebhookContents.HASHED, use=NEWS)
    record(said(people[0], "withdrawn", 2))

    assert _run(issued) == 1

    (event,) = receiver.bodies()
    (told,) = event["data"]["customers"]
    assert told["customer"] == encode("cus", _id(people[1]))
    assert told["email_sha256"] == hashlib.sha256(b"bo@shop.org").hexdigest()
    assert told["phone_sha256"] == hashlib.sha256(b"+447700900123").hexdigest()
    assert list_deliveries(actor=ADA, webhook_id=issued.row.id)[0].left_out == {"withdrawn": 1}
    profile(people[0], at=MOVED_AT, country="CN")
    profile(people[1], at=MOVED_AT, country="CN")
    follow_audiences(now=NOW + timedelta(minutes=1))
    assert _run(issued, minutes=2) == 1
    left = {one["customer"]: one for one in receiver.bodies()[1]["data"]["customers"]}
    assert {one["change"] for one in left.values()} == {"left"}
    assert "email_sha256" not in left[encode("cus", _id(people[0]))]
    assert "email_sha256" in left[encode("cus", _id(people[1]))]


def test_contacts_of_many_wait_for_a_second_person(people: list[int], receiver: Receiver) -> None:
    record(said(people[0], "granted", 1), said(people[1], "granted", 1))
    set_export_policy(actor=OWNER, most_alone=1, now=NOW)
    britons = _save(BRITONS, name="Britons")
    follow_audiences(now=NOW)
    issued = _add(britons, receiver, contents=WebhookContents.CLEAR, use=NEWS)
    assert issued.row.state is WebhookState.WAITING
    assert _run(issued) == 0
    with pytest.raises(ExportFourEyesError):
        approve_webhook(actor=ADA, webhook_id=issued.row.id, now=NOW)
    key = _who("key", kind=ActorKind.API_KEY)
    with pytest.raises(ExportPersonError):
        _add(britons, receiver, contents=WebhookContents.CLEAR, use=NEWS, actor=key)

    approve_webhook(actor=BEA, webhook_id=issued.row.id, now=NOW)

    assert _run(issued) == 1
    assert receiver.bodies()[0]["data"]["customers"][0]["email"] == "ann@shop.org"
    with pytest.raises(ExportUseError):
        _add(britons, receiver, contents=WebhookContents.CLEAR)
    masked = _who("masked", rights=RIGHTS - {"customers.reveal"})
    with pytest.raises(NotAllowedError):
        _add(britons, receiver, contents=WebhookContents.HASHED, use=NEWS, actor=masked)
    with pytest.raises(NotAllowedError):
        pause_webhook(actor=masked, webhook_id=issued.row.id, now=NOW)
    with pytest.raises(NotFoundError):
        list_deliveries(actor=_who("far", {2}), webhook_id=issued.row.id)


def test_inside_addresses_are_not_called(
    buyers: UUID, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = _add(buyers, receiver)
    monkeypatch.setenv(adapter.HOSTS, "")
    assert _run(issued) == 0
    assert receiver.got == []
    assert "inside a network" in AudienceDelivery.objects.get().error
    for url in (
        "http://shop.example/",
        "https://u:p@shop.example/",
        "ftp://x",
        "https://",
        "https://a b/",
    ):
        with pytest.raises(WebhookUrlError):
            create_webhook(
                actor=ADA,
                audience_id=buyers,
                url=url,
                contents=WebhookContents.IDS,
                use=None,
                now=NOW,
            )
    assert url_fault("https://shop.example:8443/in?x=1", frozenset()) == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.9", False),
        ("172.16.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - not bound to
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
    ],
)
def test_only_the_public_internet_is_outside(address: str, *, expected: bool) -> None:
    assert is_public(address) is expected


def test_waits_grow_to_hours_and_heed_what_the_receiver_asks() -> None:
    assert [wait_after(n, 1.0).total_seconds() for n in (1, 2, 3)] == [5, 20, 80]
    assert wait_after(1, 0.0) == timedelta(seconds=2.5)
    assert wait_after(99, 1.0) == timedelta(hours=6)
    assert asked_wait("120", NOW) == timedelta(seconds=120)
    assert asked_wait("999999999999", NOW) == timedelta(hours=24)
    assert asked_wait("Mon, 15 Jun 2026 12:10:00 GMT", NOW) == timedelta(minutes=10)
    assert asked_wait("soon", NOW) is None


def test_an_audience_has_ten_webhooks_at_most(buyers: UUID, receiver: Receiver) -> None:
    for _ in range(10):
        _add(buyers, receiver)
    with pytest.raises(WebhookLimitError):
        _add(buyers, receiver)


def test_old_calls_are_dropped_and_an_open_one_stays(
    buyers: UUID, receiver: Receiver, people: list[int]
) -> None:
    (sort,) = [one for one in retained() if one.code == "webhook_calls"]
    issued = _add(buyers, receiver)
    assert _run(issued) == 1
    told = _state(issued)
    receiver.answers = [(503, {})]
    _buy(3, people[2], NOW.date(), 1)
    follow_audiences(now=NOW + timedelta(minutes=1))
    assert _run(issued, days=1) == 0
    assert len(list_deliveries(actor=ADA, webhook_id=issued.row.id)) == 2

    assert sort.count(NOW) == sort.drop(NOW) == 0
    late = NOW + timedelta(days=91)
    assert sort.count(late) == sort.drop(late) == 1

    (left,) = list_deliveries(actor=ADA, webhook_id=issued.row.id)
    assert (left.delivered_at, left.status) == (None, 503)
    assert (_state(issued).whole_after, _state(issued).feed_after) == (
        told.whole_after,
        told.feed_after,
    )

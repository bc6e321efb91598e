"""Settling: from the inbox to the lake, exactly once."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.builders.timeline import (
    NOW,
    accept,
    make_event,
    make_source,
    settled_ids,
    settled_rows,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.customers import facade as customers
from quanqu.know.timeline import facade
from quanqu.know.timeline.models import FailedEvent, InboxBody, SettlementRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def settle() -> None:
    facade.settle_everything(now=NOW)


def test_an_accepted_event_reaches_the_lake_with_its_columns() -> None:
    issued = make_source()
    event = make_event(
        event="Order Completed",
        messageId="m-order",
        userId="u-7",
        sentAt="2026-11-22T07:59:30Z",
        context={
            "ip": "203.0.113.9",
            "campaign": {"name": "autumn", "source": "letter", "medium": "email"},
            "page": {"path": "/checkout", "referrer": "https://search.example/?q=tea"},
        },
        properties={
            "order_id": "o-1",
            "revenue": 25.5,
            "currency": "CNY",
            "email": "li@example.com",
            "products": [
                {"product_id": "p-1", "quantity": 2},
                {"product_id": "p-2", "quantity": 1},
            ],
        },
    )

    accept(issued, [event])
    settle()

    (row,) = settled_rows()
    assert (row["message_id"], row["type"], row["event"]) == ("m-order", "track", "Order Completed")
    assert (row["source"], row["channel"]) == ("web", "web")
    assert row["place_key"] == issued.source.place_key
    assert row["occurred_at"] == datetime(2026, 11, 22, 7, 59, 30, tzinfo=UTC)
    assert (row["received_at"], row["day"], row["part"]) == (NOW, NOW.date(), "202611")
    assert (row["order_ref"], row["revenue_minor"], row["currency"]) == ("o-1", 2550, "CNY")
    assert row["quantity"] == 3
    assert (row["campaign"], row["utm_source"], row["utm_medium"]) == ("autumn", "letter", "email")
    assert (row["page_path"], row["referrer_host"]) == ("/checkout", "search.example")
    assert "li@example.com" not in json.dumps(row, default=str)
    assert "203.0.113.9" not in row["context"]
    assert customers.customer_keys(subject_keys=[row["subject_key"]])
    assert not InboxBody.objects.exists()


def test_a_message_id_counts_once_within_its_source() -> None:
    web, app = make_source("web"), make_source("app")
    once, twice = make_event(messageId="a"), make_event(messageId="b")

    accept(web, [once, twice, twice])
    settle()
    accept(web, [once])
    accept(app, [once])
    settle()

    assert settled_ids() == ["a", "a", "b"]
    assert {row["source"] for row in settled_rows() if row["message_id"] == "a"} == {"web", "app"}
    assert SettlementRecord.objects.get(number=1).duplicate_count == 1


def test_refused_events_are_kept_with_their_reason() -> None:
    issued = make_source()

    taken = accept(issued, [make_event(), {"type": "track"}, make_event(type="poll"), 7])
    settle()

    assert (taken.accepted, [event.index for event in taken.rejected]) == (1, [1, 2, 3])
    codes = FailedEvent.objects.order_by("key").values_list("code", flat=True)
    assert list(codes) == ["no_event_name", "no_type", "malformed"]
    assert len(settled_rows()) == 1


def test_events_without_message_id_are_told_apart() -> None:
    issued = make_source()

    accept(issued, [make_event(messageId=None), make_event(messageId=None)])
    settle()

    assert len(set(settled_ids())) == 2


def test_an_identify_call_tells_the_customer_and_not_the_lake() -> None:
    issued = make_source()
    traits = {
        "name": "Li Lei",
        "email": "li@example.com",
        "plan": "gold",
        "address": {"street": "1 Tea Road", "city": "Shanghai"},
    }

    accept(issued, [make_event(type="identify", event=None, userId="u-1", traits=traits)])
    settle()

    (row,) = settled_rows()
    assert row["event"] == "User Identified"
    assert json.loads(row["properties"]) == {"plan": "gold"}
    found = customers.customers_by_subject(actor=SYSTEM, subject_keys=[row["subject_key"]])
    customer = found[row["subject_key"]]
    assert (customer.name, customer.city) == ("L*** L***", "Shanghai")


def test_events_of_nobody_are_taken_from_the_house_itself() -> None:
    make_source("orders")
    event: dict[str, Any] = make_event(anonymousId=None)

    taken = facade.accept_events(source_code="orders", events=[event], now=NOW)
    settle()

    assert taken.accepted == 1
    assert [row["subject_key"] for row in settled_rows()] == [None]


def test_lines_of_json_are_events_too() -> None:
    make_source("orders")
    lines = b"\n".join(json.dumps(make_event()).encode() for _ in range(3))

    assert facade.accept_events(source_code="orders", events=lines + b"\n", now=NOW).accepted == 3
    settle()

    assert len(settled_rows()) == 3


def test_nothing_waits_after_settling() -> None:
    issued = make_source()
    accept(issued, [make_event(), make_event()])

    before = facade.inbox_state(actor=SYSTEM, now=NOW + timedelta(seconds=3))
    settle()

    assert (before.bodies, before.events, before.oldest_s) == (1, 2, 3.0)
    assert facade.inbox_state(actor=SYSTEM, now=NOW).events == 0

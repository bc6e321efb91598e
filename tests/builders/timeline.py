"""Builders of know.timeline: sources, events, bodies and what the lake holds of them."""

import itertools
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.builders.org import make_place

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    Acceptance,
    BodyKind,
    IssuedWriteKey,
    SourceDraft,
)
from quanqu.know.timeline.queries.sources import forget_tracking_sources

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture
def timeline_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test an empty lake, and no memory of other tests' write keys."""
    forget_tracking_sources()
    monkeypatch.setenv("QUANQU_LAKE", str(tmp_path / "lake"))
    yield tmp_path / "lake"
    forget_tracking_sources()


def make_source(
    code: str = "web", *, place: str | None = "shop", **overrides: Any
) -> IssuedWriteKey:
    """Make a source at a web shop and give it a write key."""
    place_key = None if place is None else make_place(place).key
    draft = SourceDraft(name=f"Source {code}", code=code, place_key=place_key, **overrides)
    return facade.create_source(actor=SYSTEM, draft=draft, now=NOW)


def make_event(**overrides: Any) -> dict[str, Any]:
    """Return a track call with a message id of its own; None drops a field."""
    number = next(_numbers)
    event = {
        "type": "track",
        "event": "Product Viewed",
        "messageId": f"m-{number}",
        "anonymousId": f"visitor-{number}",
        "timestamp": "2026-11-22T07:59:00Z",
        "properties": {"product_id": "p-1", "price": 19.9},
    } | overrides
    return {name: value for name, value in event.items() if value is not None}


def make_body(events: Sequence[Any], **envelope: Any) -> bytes:
    """Return the body of a batch call."""
    return json.dumps({"batch": list(events), **envelope}).encode()


def accept(
    issued: IssuedWriteKey, events: Sequence[Any], *, now: datetime = NOW, **envelope: Any
) -> Acceptance:
    """Hand a batch in as the tracking API does."""
    source = facade.find_tracking_source(write_key=issued.write_key, now=now)
    assert source is not None
    body = make_body(events, **envelope)
    return facade.accept_body(source=source, kind=BodyKind.BATCH, body=body, now=now)


def settled_rows() -> list[dict[str, Any]]:
    """Return every event of the lake in the order of its key."""
    rows = lake.run(lake.table("fact_event")).to_pylist()
    return sorted(rows, key=lambda row: row["event_key"])


def settled_ids() -> list[str]:
    """Return the message ids in the lake, each as often as it is there, in order."""
    return sorted(row["message_id"] for row in settled_rows())


def reader(
    *, places: Sequence[int] = (), everything: bool = False, can: Sequence[str] = ("view",)
) -> Actor:
    """Return a person with rights on the timeline at some places."""
    permissions = frozenset(f"timeline.{name}" for name in can)
    scope = Scope(everything=everything, places=frozenset(places))
    return Actor(ActorKind.PERSON, "p-1", "Reader", (Grant(permissions, scope),))

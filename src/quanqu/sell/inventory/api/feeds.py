"""The REST API of feeds: what a channel can be promised, change by change."""

import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import MANAGE, company_of, places_of
from quanqu.sell.inventory.api.schemas import Id, PlaceId, Text
from quanqu.sell.inventory.contracts import Feed, FeedBusyError, FeedChange, FeedDraft

router = Router(tags=["stock"])

STREAMS: Final = 2
"""How many streams a process keeps at a time: each takes one of its threads."""
_BEAT_S: Final = 1.0
_SLOTS: Final = threading.BoundedSemaphore(STREAMS)
_LARGEST: Final = 2**62


class FeedIn(Schema):
    """Whose stock a channel follows; no places: all of the company."""

    company: Id
    channel: ChannelCode
    name: Text
    places: Annotated[list[PlaceId], Field(default_factory=list, max_length=1_000)]
    url: Annotated[str, Field("", max_length=3_000, description="Where changes are sent.")]


class FeedOut(Schema):
    """A feed; `cursor` is its last change, `sent` the last that its webhook has taken."""

    id: str
    company: str
    channel: ChannelCode
    name: str
    places: list[str]
    url: str
    made_at: str
    cursor: int
    sent: int
    failing_since: str | None
    message: str


class IssuedFeedOut(FeedOut):
    """A new feed with the key its webhooks are signed with, told this once."""

    secret: str


class FeedChangeOut(Schema):
    """What the channel can be promised of an item at a place from then on."""

    place: str
    item: str
    sku: str
    available: int
    at: str


class FeedPageOut(Schema):
    """Changes, the last one of each item at a place; go on with `cursor`."""

    changes: list[FeedChangeOut]
    cursor: int
    has_more: bool


class AfterQuery(Schema):
    """From where on."""

    after: int = Field(0, ge=0, le=_LARGEST, description="0: from the beginning.")
    limit: int = Field(500, ge=1, le=1_000)


class StreamQuery(Schema):
    """From where on; Last-Event-ID goes before."""

    after: int = Field(0, ge=0, le=_LARGEST)
    wait_s: int = Field(25, ge=0, le=25, description="How long to wait for further changes.")


class ReplayIn(Schema):
    """After which change to send once more."""

    after: Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]


@router.get("/stock/feeds", response=list[FeedOut], summary="List feeds")
def list_feeds(request: HttpRequest) -> list[dict[str, Any]]:
    """The feeds that are wholly in scope."""
    return [_feed(one) for one in facade.list_feeds(actor=actor_of(request))]


@router.post("/stock/feeds", response={201: IssuedFeedOut}, summary="Make a feed")
@idempotent
def make_feed(request: HttpRequest, body: FeedIn) -> dict[str, Any]:
    """Let a channel follow what it can be promised; its first changes tell everything."""
    actor = actor_of(request)
    company, _ = company_of(actor, body.company, MANAGE)
    places = places_of(actor, body.places, MANAGE)
    keys = tuple(places[one].key for one in body.places)
    draft = FeedDraft(company, body.channel, body.name, keys, body.url)
    made = facade.make_feed(actor=actor, draft=draft, now=utc_now())
    return _feed(made.feed) | {"secret": made.secret}


@router.get("/stock/feeds/{feed_id}/changes", response=FeedPageOut, summary="Read a feed")
def read_feed(request: HttpRequest, feed_id: Path[Id], query: Query[AfterQuery]) -> dict[str, Any]:
    """What changed after a cursor, as the channel would see it."""
    found = facade.read_feed(
        actor=actor_of(request), feed_id=decode("sfd", feed_id), after=query.after,
        limit=query.limit,
    )  # fmt: skip
    shown = [told for _key, told in _changes(found.changes)]
    return {"changes": shown, "cursor": found.cursor, "has_more": found.has_more}


@router.get("/stock/feeds/{feed_id}/stream", summary="Stream a feed")
def stream_feed(
    request: HttpRequest, feed_id: Path[Id], query: Query[StreamQuery]
) -> StreamingHttpResponse:
    """The changes as server-sent events; each event's id is the cursor to go on after.

    A stream ends after 25 seconds; a reader that keeps to the standard comes back by itself.
    """
    actor, key = actor_of(request), decode("sfd", feed_id)
    told = request.headers.get("Last-Event-ID", "")
    after = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else query.after
    facade.read_feed(actor=actor, feed_id=key, after=after, limit=1)  # refused before it begins
    if not _SLOTS.acquire(blocking=False):
        raise FeedBusyError
    answer = StreamingHttpResponse(
        _Stream(actor, key, after, query.wait_s), content_type="text/event-stream"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


@router.post("/stock/feeds/{feed_id}/replay", response=FeedOut, summary="Send changes once more")
@idempotent
def replay_feed(request: HttpRequest, feed_id: Path[Id], body: ReplayIn) -> dict[str, Any]:
    """Send what changed after a cursor once more by webhook."""
    actor, key = actor_of(request), decode("sfd", feed_id)
    facade.replay_feed(actor=actor, feed_id=key, after=body.after)
    return _feed(facade.get_feed(actor=actor, feed_id=key))


@router.post("/stock/feeds/{feed_id}/ending", response={204: None}, summary="End a feed")
@idempotent
def end_feed(request: HttpRequest, feed_id: Path[Id]) -> None:
    """End a feed and forget its changes."""
    facade.end_feed(actor=actor_of(request), feed_id=decode("sfd", feed_id))


class _Stream:
    """Events until the time is over; the slot is given back however it ends."""

    def __init__(self, actor: Actor, feed_id: UUID, after: int, wait_s: float) -> None:
        self._events = self._follow(actor, feed_id, after, time.monotonic() + wait_s)
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._events)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the slot back."""
        if self._is_open:
            self._is_open = False
            _SLOTS.release()

    def __del__(self) -> None:
        self.close()

    def _follow(self, actor: Actor, feed_id: UUID, after: int, ends: float) -> Iterator[bytes]:
        yield b"retry: 1000\n\n"
        while True:
            try:
                found = facade.read_feed(actor=actor, feed_id=feed_id, after=after)
            except QuanquError as error:
                yield _event("refused", after, {"code": error.code, "detail": str(error)})
                return
            for key, told in _changes(found.changes):
                yield _event("change", key, told)
            after = found.cursor
            if not found.changes:
                yield b": still here\n\n"
            if not found.has_more:
                if time.monotonic() >= ends:
                    return
                time.sleep(_BEAT_S)


def _event(name: str, key: int, told: dict[str, Any]) -> bytes:
    body = msgspec.json.encode(told)
    return f"event: {name}\nid: {key}\ndata: ".encode() + body + b"\n\n"


def _changes(rows: tuple[FeedChange, ...]) -> list[tuple[int, dict[str, Any]]]:
    places = places_by_key(keys={one.place_key for one in rows})
    labels = variant_labels(variant_keys={one.variant_key for one in rows})
    return [
        (
            one.key,
            {
                "place": places[one.place_key].id,
                "item": labels[one.variant_key].variant_id,
                "sku": labels[one.variant_key].sku,
                "available": one.available,
                "at": format_time(one.at),
            },
        )
        for one in rows
        if one.place_key in places and one.variant_key in labels
    ]


def _feed(one: Feed) -> dict[str, Any]:
    places = places_by_key(keys=one.draft.place_keys) if one.draft.place_keys else {}
    return {
        "id": encode("sfd", one.id),
        "company": companies_by_key()[one.draft.company_key].id,
        "channel": one.draft.channel,
        "name": one.draft.name,
        "places": [places[key].id for key in one.draft.place_keys if key in places],
        "url": one.draft.url,
        "made_at": format_time(one.made_at),
        "cursor": one.last,
        "sent": one.sent,
        "failing_since": format_time(one.failing_since) if one.failing_since else None,
        "message": one.message,
    }

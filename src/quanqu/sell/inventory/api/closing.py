"""The REST API of closed places."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import MANAGE, place_of, places_of
from quanqu.sell.inventory.api.schemas import Id, Text
from quanqu.sell.inventory.contracts import PlaceClosing

router = Router(tags=["stock"])


class ClosingIn(Schema):
    """From when until when a place is closed."""

    starts_at: AwareDatetime | None = Field(None, description="Now if not given or past.")
    ends_at: AwareDatetime | None = Field(None, description="Null: until it is opened again.")
    reason: Text = ""


class ClosedQuery(Schema):
    """Narrow the list."""

    place: Id | None = None


class ClosedOut(Schema):
    """A place that is closed or will be."""

    place: str
    starts_at: str
    ends_at: str | None
    is_closed: bool = Field(description="Whether it is closed now.")
    reason: str
    set_by: str
    set_at: str
    claimed: int = Field(description="Units promised there before: they stay promised.")


@router.get("/stock/closed-places", response=list[ClosedOut], summary="List closed places")
def list_closed(request: HttpRequest, query: Query[ClosedQuery]) -> list[dict[str, Any]]:
    """The places in scope that are closed or will be."""
    actor, now = actor_of(request), utc_now()
    wanted = [place_of(actor, query.place).key] if query.place else None
    found = facade.list_closed_places(actor=actor, now=now, place_keys=wanted)
    places = places_by_key(keys={one.place_key for one in found})
    return [
        {
            "place": places[one.place_key].id,
            "starts_at": format_time(one.closing.starts_at),
            "ends_at": format_time(one.closing.ends_at) if one.closing.ends_at else None,
            "is_closed": one.closing.covers(now),
            "reason": one.closing.reason,
            "set_by": one.set_by,
            "set_at": format_time(one.set_at),
            "claimed": one.claimed,
        }
        for one in found
    ]


@router.put("/stock/places/{place_id}/closing", response={204: None}, summary="Close a place")
@idempotent
def close_place(request: HttpRequest, place_id: Path[Id], body: ClosingIn) -> None:
    """Let nothing be promised at a place; what was promised before stays."""
    actor, now = actor_of(request), utc_now()
    place = places_of(actor, [place_id], MANAGE)[place_id]
    closing = PlaceClosing(body.starts_at or now, body.ends_at, body.reason)
    facade.close_place(actor=actor, place_key=place.key, closing=closing, now=now)


@router.post("/stock/places/{place_id}/reopening", response={204: None}, summary="Reopen a place")
@idempotent
def reopen_place(request: HttpRequest, place_id: Path[Id]) -> None:
    """Open a place again, or call off its closing."""
    actor = actor_of(request)
    place = places_of(actor, [place_id], MANAGE)[place_id]
    facade.reopen_place(actor=actor, place_key=place.key, now=utc_now())

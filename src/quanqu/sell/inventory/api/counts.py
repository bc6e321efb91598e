"""The REST API of counts."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field, model_validator

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import items_at, place_of
from quanqu.sell.inventory.api.schemas import Code, Id, ItemAt, ItemId, PlaceId, Quantity, Text
from quanqu.sell.inventory.contracts import (
    CountDraft,
    CountEntry,
    CountFilters,
    CountState,
    CountView,
)

router = Router(tags=["stock"])
COUNT, APPROVE = "stock.count", "stock.approve"


class CountIn(Schema):
    """What to count at a place: items, a category with all below it, or (neither) all of it."""

    place: PlaceId
    items: Annotated[list[ItemId], Field(default_factory=list, max_length=2_000)]
    skus: Annotated[list[Code], Field(default_factory=list, max_length=2_000)]
    category: Annotated[str, Field("", max_length=500, pattern=r"^[^\x00]*$")]
    tolerance: Quantity = Field(0, description="Lines that differ by more are counted twice.")
    note: Text = ""

    @model_validator(mode="after")
    def _is_of_one_sort(self) -> "CountIn":
        if self.category and (self.items or self.skus):
            raise ValueError("give items or a category, not both")
        return self


class CountQuery(Schema):
    """Narrow the list of counts."""

    place: Id | None = None
    state: Annotated[list[CountState], Field(default_factory=list, max_length=5)]


class EntryIn(Schema):
    """What was counted of an item, and when; now unless told."""

    item: ItemId | None = None
    sku: Code | None = None
    quantity: Quantity = Field(description="Sale units, not negative.")
    counted_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "EntryIn":
        if (self.item is None) == (self.sku is None):
            raise ValueError("give item or sku, one of them")
        return self


class EntriesIn(Schema):
    """Numbers of items; the last one of an item stands."""

    entries: list[EntryIn] = Field(max_length=1_000)


class SubmissionIn(Schema):
    """How a count is handed in."""

    is_rest_zero: bool = Field(False, description="What nobody entered is not there.")


class RecountIn(Schema):
    """Which lines to count again; null: all that differ."""

    lines: Annotated[list[int] | None, Field(None, max_length=5_000)]


class CountLineOut(Schema):
    """An item of a count; what whoever counts must not know is null."""

    line: int
    item: str | None
    sku: str
    name: str
    snapshot: int | None
    counted: int | None
    counted_at: str | None
    counted_by: str
    book: int | None
    difference: int | None
    first_difference: int | None
    is_recount: bool


class CountOut(Schema):
    """A count without its lines."""

    id: str
    place: str
    state: CountState
    category: str
    is_of_items: bool
    tolerance: int
    note: str
    created_by: str
    created_at: str
    submitted_at: str | None
    settled_at: str | None
    settled_by: str
    line_count: int
    counted_count: int


class CountDetailOut(CountOut):
    """A count with its lines."""

    lines: list[CountLineOut]


@router.get("/stock/counts", response=PageOut[CountOut], summary="List counts")
def list_counts(
    request: HttpRequest, query: Query[CountQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The counts at places in scope, the newest first."""
    actor = actor_of(request)
    place = place_of(actor, query.place).key if query.place else None
    filters = CountFilters(place, frozenset(query.state))
    found = facade.list_counts(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    places = places_by_key(keys={one.place_key for one in found.items})
    return cursor_page(request, found, lambda one: _head(one, places[one.place_key].id))


@router.post("/stock/counts", response={201: CountDetailOut}, summary="Begin a count")
@idempotent
def create_count(request: HttpRequest, body: CountIn) -> dict[str, Any]:
    """Begin a count; whoever counts does not know what the books say."""
    actor = actor_of(request)
    asked = [ItemAt(place=body.place, item=item) for item in body.items]
    asked += [ItemAt(place=body.place, sku=sku) for sku in body.skus]
    draft = CountDraft(
        place_key=place_of(actor, body.place, COUNT).key,
        variant_keys=tuple(one.variant_key for one in items_at(actor, asked, COUNT)),
        category=body.category,
        tolerance=body.tolerance,
        note=body.note,
    )
    return _shown(facade.create_count(actor=actor, draft=draft, now=utc_now()))


@router.get("/stock/counts/{count_id}", response=CountDetailOut, summary="Get a count")
def get_count(request: HttpRequest, count_id: Path[Id]) -> dict[str, Any]:
    """A count with its lines, blind to whoever counts."""
    return _shown(facade.get_count(actor=actor_of(request), count_id=_key(count_id)))


@router.put("/stock/counts/{count_id}/entries", response=CountDetailOut, summary="Enter numbers")
@idempotent
def enter_count(request: HttpRequest, count_id: Path[Id], body: EntriesIn) -> dict[str, Any]:
    """Write down what was counted; entered again, the last number stands."""
    actor, key = actor_of(request), _key(count_id)
    found = facade.get_count(actor=actor, count_id=key)
    place = places_by_key(keys={found.place_key})[found.place_key].id
    asked = [ItemAt(place=place, item=one.item, sku=one.sku) for one in body.entries]
    entries = [
        CountEntry(named.variant_key, told.quantity, told.counted_at)
        for named, told in zip(items_at(actor, asked, COUNT), body.entries, strict=True)
    ]
    return _shown(facade.enter_count(actor=actor, count_id=key, entries=entries, now=utc_now()))


@router.post(
    "/stock/counts/{count_id}/submission", response=CountDetailOut, summary="Hand a count in"
)
@idempotent
def submit_count(request: HttpRequest, count_id: Path[Id], body: SubmissionIn) -> dict[str, Any]:
    """Hand a count in: what differs by more than the tolerance is counted again."""
    found = facade.submit_count(
        actor=actor_of(request),
        count_id=_key(count_id),
        now=utc_now(),
        is_rest_zero=body.is_rest_zero,
    )
    return _shown(found)


@router.post("/stock/counts/{count_id}/recount", response=CountDetailOut, summary="Count again")
@idempotent
def recount(request: HttpRequest, count_id: Path[Id], body: RecountIn) -> dict[str, Any]:
    """Let lines be counted again before they are approved."""
    found = facade.recount(actor=actor_of(request), count_id=_key(count_id), line_nos=body.lines)
    return _shown(found)


@router.post(
    "/stock/counts/{count_id}/approval", response=CountDetailOut, summary="Approve a count"
)
@idempotent
def approve_count(request: HttpRequest, count_id: Path[Id]) -> dict[str, Any]:
    """Post what differs as movements of kind count."""
    actor = actor_of(request)
    return _shown(facade.approve_count(actor=actor, count_id=_key(count_id), now=utc_now()))


@router.post(
    "/stock/counts/{count_id}/cancellation", response=CountDetailOut, summary="Cancel a count"
)
@idempotent
def cancel_count(request: HttpRequest, count_id: Path[Id]) -> dict[str, Any]:
    """Give a count up; nothing is posted."""
    actor = actor_of(request)
    return _shown(facade.cancel_count(actor=actor, count_id=_key(count_id), now=utc_now()))


def _key(count_id: str) -> UUID:
    return decode("cnt", count_id)


def _shown(found: CountView) -> dict[str, Any]:
    place = places_by_key(keys={found.place_key})[found.place_key]
    labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
    lines = []
    for line in found.lines:
        label = labels.get(line.variant_key)
        lines.append(
            {
                "line": line.line_no,
                "item": label.variant_id if label else None,
                "sku": label.sku if label else "",
                "name": label.name if label else "",
                "snapshot": line.snapshot,
                "counted": line.counted,
                "counted_at": format_time(line.counted_at) if line.counted_at else None,
                "counted_by": line.counted_by,
                "book": line.book,
                "difference": line.difference,
                "first_difference": line.first_difference,
                "is_recount": line.is_recount,
            }
        )
    return _head(found, place.id) | {"lines": lines}


def _head(found: CountView, place: str) -> dict[str, Any]:
    return {
        "id": encode("cnt", found.id),
        "place": place,
        "state": found.state,
        "category": found.category,
        "is_of_items": found.is_of_items,
        "tolerance": found.tolerance,
        "note": found.note,
        "created_by": found.created_by,
        "created_at": format_time(found.created_at),
        "submitted_at": format_time(found.submitted_at) if found.submitted_at else None,
        "settled_at": format_time(found.settled_at) if found.settled_at else None,
        "settled_by": found.settled_by,
        "line_count": found.line_count,
        "counted_count": found.counted_count,
    }

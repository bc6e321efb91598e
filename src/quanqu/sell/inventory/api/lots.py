"""The REST API of lots and serials."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels, variant_refs, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import (
    MANAGE,
    VIEW,
    company_of,
    item_of,
    items_at,
    items_called,
    place_of,
    require_items,
)
from quanqu.sell.inventory.api.schemas import Code, HoldLineIn, Id, ItemAt, ItemId, Quantity, Text
from quanqu.sell.inventory.contracts import LotFilters, LotSale, LotState, LotView, Tracked

router = Router(tags=["stock"])


class TrackingIn(Schema):
    """How to tell goods of items apart; null: no longer."""

    company: Id
    items: Annotated[list[ItemId], Field(default_factory=list, max_length=500)]
    skus: Annotated[list[Code], Field(default_factory=list, max_length=500)]
    by: Tracked | None
    min_days: Annotated[int, Field(0, strict=True, ge=-(10**6), le=10**6)]


class TrackingOut(Schema):
    """How an item is tracked; `min_days` must remain before best-before at a sale."""

    item: str
    sku: str
    by: Tracked
    min_days: int


class TrackingQuery(Schema):
    """Whose items."""

    company: Id


class LotQuery(Schema):
    """Narrow the list of lots."""

    place: Id | None = None
    item: Id | None = Field(None, description="A variant's id.")
    sku: Code | None = None
    state: Annotated[list[LotState], Field(default_factory=list, max_length=3)]
    ends_by: date | None = Field(None, description="On hand and ending by this day, soonest first.")


class LotBalanceOut(Schema):
    """What is there of a lot at a place."""

    place: str
    on_hand: int
    damaged: int
    quality_hold: int


class LotOut(Schema):
    """A lot or serial with what is there of it."""

    id: str
    item: str
    sku: str
    name: str
    code: str
    best_before: date | None
    is_serial: bool
    state: LotState
    reason: str
    changed_at: str
    balances: list[LotBalanceOut]


class LotUseOut(Schema):
    """What units of a lot went to, or who is promised goods where it is."""

    ref: str
    place: str
    quantity: int
    at: str


class LotReachOut(Schema):
    """Whom a recall has to reach, and whom it may concern."""

    sold: list[LotUseOut]
    promised: list[LotUseOut]


class LotStateIn(Schema):
    """Block, recall or free a lot."""

    state: LotState
    reason: Text = ""


class LotNameIn(ItemAt):
    """Of which lot units on hand are that no lot was named for."""

    lot: Code
    best_before: date | None = None
    quantity: Quantity


class PickIn(Schema):
    """What to take at one place."""

    lines: list[HoldLineIn] = Field(min_length=1, max_length=500)


class PickOut(Schema):
    """Units of a lot to take; `lot` empty: of no named lot."""

    place: str
    item: str
    lot: str
    best_before: date | None
    quantity: int


@router.get("/stock/tracking", response=list[TrackingOut], summary="List tracked items")
def list_tracking(request: HttpRequest, query: Query[TrackingQuery]) -> list[dict[str, Any]]:
    """Which items of a company are told apart by lots or serials."""
    actor = actor_of(request)
    company, _ = company_of(actor, query.company)
    found = facade.list_tracking(actor=actor, company_id=query.company, company_key=company)
    labels = variant_labels(variant_keys={one.variant_key for one in found})
    return [
        {
            "item": labels[one.variant_key].variant_id,
            "sku": labels[one.variant_key].sku,
            "by": one.by,
            "min_days": one.min_days,
        }
        for one in found
    ]


@router.put("/stock/tracking", response={204: None}, summary="Track items")
@idempotent
def track_items(request: HttpRequest, body: TrackingIn) -> None:
    """Tell goods of items apart from now on; what is there is of no named lot."""
    actor = actor_of(request)
    company, _ = company_of(actor, body.company, MANAGE)
    by_id = variant_refs(variant_ids=set(body.items))
    by_sku = variants_by_sku(skus={(company, sku) for sku in body.skus})
    told = [(item, by_id.get(item)) for item in body.items]
    told += [(sku, by_sku.get((company, sku))) for sku in body.skus]
    mine = [(name, ref if ref and ref.company_key == company else None) for name, ref in told]
    facade.track_items(
        actor=actor,
        company_key=company,
        variant_keys=[ref.key for ref in require_items(actor, mine, MANAGE)],
        by=body.by,
        min_days=body.min_days,
        now=utc_now(),
    )


@router.get("/stock/lots", response=PageOut[LotOut], summary="List lots")
def list_lots(
    request: HttpRequest, query: Query[LotQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """Lots and serials, the newest first."""
    actor = actor_of(request)
    items = None
    if query.item is not None:
        items = frozenset({item_of(actor, query.item).key})
    if query.sku is not None:
        called = items_called(actor, query.sku)
        items = called if items is None else items & called
    filters = LotFilters(
        place_keys=frozenset({place_of(actor, query.place).key}) if query.place else None,
        variant_keys=items,
        states=frozenset(query.state),
        ends_by=query.ends_by,
    )
    found = facade.list_lots(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    shown = {row.key: one for row, one in zip(found.items, _lots(found.items), strict=True)}
    return cursor_page(request, found, lambda row: shown[row.key])


@router.get("/stock/lots/{lot_id}", response=LotOut, summary="Get a lot")
def get_lot(request: HttpRequest, lot_id: Path[Id]) -> dict[str, Any]:
    """A lot with what is there of it at places in scope."""
    return _lots([facade.get_lot(actor=actor_of(request), lot_id=decode("lot", lot_id))])[0]


@router.get("/stock/lots/{lot_id}/reach", response=LotReachOut, summary="Whom a lot went to")
def lot_reach(request: HttpRequest, lot_id: Path[Id]) -> dict[str, Any]:
    """What units of a lot were sold for, and who is promised goods where it is."""
    actor, key = actor_of(request), decode("lot", lot_id)
    sold = facade.lot_sales(actor=actor, lot_id=key)
    promised = facade.lot_promises(actor=actor, lot_id=key)
    return {"sold": _uses(sold), "promised": _uses(promised)}


@router.put("/stock/lots/{lot_id}/state", response=LotOut, summary="Block or free a lot")
@idempotent
def set_lot_state(request: HttpRequest, lot_id: Path[Id], body: LotStateIn) -> dict[str, Any]:
    """Put a lot on quality hold everywhere, or free it."""
    actor, key = actor_of(request), decode("lot", lot_id)
    facade.set_lot_state(
        actor=actor, lot_id=key, state=body.state, reason=body.reason, now=utc_now()
    )
    return _lots([facade.get_lot(actor=actor, lot_id=key)])[0]


@router.post("/stock/lot-names", response={204: None}, summary="Name the lot of goods")
@idempotent
def name_lot(request: HttpRequest, body: LotNameIn) -> None:
    """Say of which lot units on hand are that no lot was named for."""
    actor = actor_of(request)
    (named,) = items_at(actor, [body])
    facade.name_lot(
        actor=actor,
        place_key=named.place_key,
        variant_key=named.variant_key,
        code=body.lot,
        best_before=body.best_before,
        quantity=body.quantity,
        now=utc_now(),
    )


@router.post("/stock/pick-proposals", response=list[PickOut], summary="Propose lots to pick")
def propose_picks(request: HttpRequest, body: PickIn) -> list[dict[str, Any]]:
    """Which lots to take, the earliest best-before first; as much as there is."""
    actor, now = actor_of(request), utc_now()
    named = items_at(actor, body.lines, VIEW)
    wanted: dict[int, dict[int, int]] = {}
    for one, line in zip(named, body.lines, strict=True):
        items = wanted.setdefault(one.place_key, {})
        items[one.variant_key] = items.get(one.variant_key, 0) + max(line.quantity, 0)
    names = {one.variant_key: one.item for one in named}
    places = {one.place_key: one.place for one in named}
    return [
        {
            "place": places[one.place_key],
            "item": names[one.variant_key],
            "lot": one.code,
            "best_before": one.best_before,
            "quantity": one.quantity,
        }
        for place, items in wanted.items()
        for one in facade.propose_picks(actor=actor, place_key=place, wanted=items, now=now)
    ]


def _lots(rows: "list[LotView] | tuple[LotView, ...]") -> list[dict[str, Any]]:
    places = places_by_key(keys={one.place_key for row in rows for one in row.balances})
    labels = variant_labels(variant_keys={row.variant_key for row in rows})
    return [
        {
            "id": encode("lot", row.id),
            "item": labels[row.variant_key].variant_id,
            "sku": labels[row.variant_key].sku,
            "name": labels[row.variant_key].name,
            "code": row.code,
            "best_before": row.best_before,
            "is_serial": row.is_serial,
            "state": row.state,
            "reason": row.reason,
            "changed_at": format_time(row.changed_at),
            "balances": [
                {
                    "place": places[one.place_key].id,
                    "on_hand": one.on_hand,
                    "damaged": one.damaged,
                    "quality_hold": one.quality_hold,
                }
                for one in row.balances
            ],
        }
        for row in rows
    ]


def _uses(rows: tuple[LotSale, ...]) -> list[dict[str, Any]]:
    places = places_by_key(keys={one.place_key for one in rows})
    return [
        {
            "ref": one.ref,
            "place": places[one.place_key].id,
            "quantity": one.quantity,
            "at": format_time(one.at),
        }
        for one in rows
    ]

"""The REST API of virtual pools."""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import call_name, idempotent, names_call
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.catalog.facade import variant_refs, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api import render
from quanqu.sell.inventory.api.kits import KitPartIn
from quanqu.sell.inventory.api.naming import MANAGE, VIEW, company_of, places_of, require_items
from quanqu.sell.inventory.api.schemas import (
    Channel,
    Code,
    HoldOut,
    Id,
    ItemId,
    PlaceId,
    Seconds,
    Text,
)
from quanqu.sell.inventory.contracts import (
    BuyerLimitError,
    NotAvailableError,
    Pool,
    PoolDraft,
    PoolHold,
    PoolRequest,
)

router = Router(tags=["stock"])


class PoolIn(Schema):
    """Places in the order in which they give, and who sells from them; no channels: all."""

    company: Id
    name: Text
    places: list[PlaceId] = Field(max_length=1_000)
    channels: Annotated[list[ChannelCode], Field(default_factory=list, max_length=50)]


class PoolOut(Schema):
    """A pool."""

    id: str
    company: str
    name: str
    places: list[str]
    channels: list[ChannelCode]
    set_at: str


class PoolAskIn(Schema):
    """Items by id, or by SKU of the pool's company."""

    items: Annotated[list[ItemId], Field(default_factory=list, max_length=200)]
    skus: Annotated[list[Code], Field(default_factory=list, max_length=200)]
    channel: Channel


class PoolUnitsOut(Schema):
    """What can be promised of an item from the pool."""

    item: str
    available: int


class PoolHoldIn(Schema):
    """Goods to hold wherever in the pool they are: all lines, or none."""

    owner: Code
    lines: list[KitPartIn] = Field(max_length=1_000)
    duration_s: Seconds | None = Field(900, description="Null: without an end.")
    channel: Channel
    buyer: Text = ""


@router.get("/stock/pools", response=list[PoolOut], summary="List pools")
def list_pools(request: HttpRequest) -> list[dict[str, Any]]:
    """The pools of places that are wholly in scope."""
    return _pools(list(facade.list_pools(actor=actor_of(request))))


@router.post("/stock/pools", response={201: PoolOut}, summary="Make a pool")
@idempotent
def make_pool(request: HttpRequest, body: PoolIn) -> dict[str, Any]:
    """Let places be sold from as one stock."""
    actor = actor_of(request)
    made = facade.save_pool(actor=actor, draft=_draft(actor, body), now=utc_now())
    return _pools([made])[0]


@router.put("/stock/pools/{pool_id}", response=PoolOut, summary="Change a pool")
@idempotent
def change_pool(request: HttpRequest, pool_id: Path[Id], body: PoolIn) -> dict[str, Any]:
    """Change the places, their order or the channels; what is held stays where it is."""
    actor = actor_of(request)
    made = facade.save_pool(
        actor=actor, draft=_draft(actor, body), pool_id=decode("spl", pool_id), now=utc_now()
    )
    return _pools([made])[0]


@router.post("/stock/pools/{pool_id}/ending", response={204: None}, summary="End a pool")
@idempotent
def end_pool(request: HttpRequest, pool_id: Path[Id]) -> None:
    """End a pool; what is held from it stays held."""
    facade.end_pool(actor=actor_of(request), pool_id=decode("spl", pool_id))


@router.post(
    "/stock/pools/{pool_id}/availability",
    response=list[PoolUnitsOut],
    summary="Read availability of a pool",
)
def read_pool(request: HttpRequest, pool_id: Path[Id], body: PoolAskIn) -> list[dict[str, Any]]:
    """What can be promised of items, the sum over the places of the pool."""
    actor, key = actor_of(request), decode("spl", pool_id)
    company = facade.get_pool(actor=actor, pool_id=key).draft.company_key
    items = _items(actor, company, [*body.items], [*body.skus], VIEW)
    found = facade.pool_availability(
        actor=actor, pool_id=key, variant_keys=items, channel=body.channel or ""
    )
    return [{"item": items[item], "available": units} for item, units in found.items()]


@router.post("/stock/pools/{pool_id}/holds", response={201: HoldOut}, summary="Hold from a pool")
@names_call
def hold_from_pool(request: HttpRequest, pool_id: Path[Id], body: PoolHoldIn) -> dict[str, Any]:
    """Hold goods at the places the pool chooses, in its stated order; all lines or none."""
    actor, now, key = actor_of(request), utc_now(), decode("spl", pool_id)
    company = facade.get_pool(actor=actor, pool_id=key).draft.company_key
    by_id = variant_refs(variant_ids={one.item for one in body.lines if one.item})
    by_sku = variants_by_sku(skus={(company, one.sku) for one in body.lines if one.sku})
    told = [
        (
            one.item or one.sku or "",
            by_id.get(one.item or "") or by_sku.get((company, one.sku or "")),
        )
        for one in body.lines
    ]
    named = require_items(
        actor,
        [(name, ref if ref and ref.company_key == company else None) for name, ref in told],
        MANAGE,
    )
    asked = PoolRequest(
        call_name(request, actor) or new_id(),
        body.owner,
        tuple((ref.key, one.quantity) for ref, one in zip(named, body.lines, strict=True)),
        None if body.duration_s is None else now + timedelta(seconds=body.duration_s),
        body.channel or "",
        body.buyer,
    )
    answer = facade.hold_from_pool(actor=actor, pool_id=key, request=asked, now=now)
    if not answer.is_granted:
        raise _refusal(answer, {ref.key: ref.id for ref in named})
    return render.hold(facade.get_hold(actor=actor, request_id=asked.request_id))


def _refusal(answer: PoolHold, names: dict[int, str]) -> NotAvailableError | BuyerLimitError:
    if answer.hold.over:
        return BuyerLimitError(count=len(answer.hold.over))
    short = [
        {"item": names[item], "asked": asked, "available": there}
        for item, asked, there in answer.short
    ]
    return NotAvailableError(count=len(short), short=short)


def _draft(actor: Actor, body: PoolIn) -> PoolDraft:
    company, _ = company_of(actor, body.company, MANAGE)
    places = places_of(actor, body.places, MANAGE)
    keys = tuple(places[one].key for one in body.places)
    return PoolDraft(company, body.name, keys, tuple(body.channels))


def _items(
    actor: Actor, company: int, ids: list[str], skus: list[str], permission: str
) -> dict[int, str]:
    by_id = variant_refs(variant_ids=set(ids))
    by_sku = variants_by_sku(skus={(company, sku) for sku in skus})
    told = [(item, by_id.get(item)) for item in ids]
    told += [(sku, by_sku.get((company, sku))) for sku in skus]
    return {ref.key: ref.id for ref in require_items(actor, told, permission)}


def _pools(found: list[Pool]) -> list[dict[str, Any]]:
    keys = {key for one in found for key in one.draft.place_keys}
    places, companies = places_by_key(keys=keys), companies_by_key()
    return [
        {
            "id": encode("spl", one.id),
            "company": companies[one.draft.company_key].id,
            "name": one.draft.name,
            "places": [places[key].id for key in one.draft.place_keys],
            "channels": list(one.draft.channels),
            "set_at": format_time(one.set_at),
        }
        for one in found
    ]

"""The REST API of what is withheld by rules, and of what is kept for channels."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels, variant_refs, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import (
    MANAGE,
    company_of,
    item_of,
    items_at,
    place_of,
    places_of,
    require_items,
)
from quanqu.sell.inventory.api.schemas import (
    Channel,
    Code,
    Id,
    ItemAt,
    ItemId,
    LedgerQuery,
    PlaceId,
    Quantity,
)
from quanqu.sell.inventory.contracts import StockRule

router = Router(tags=["stock"])
Category = Annotated[str, Field("", max_length=500, pattern=r"^[^\x00]*$")]


class RuleIn(Schema):
    """Units withheld: safety stock, or with a channel the buffer of that; null takes it away."""

    item: ItemId | None = None
    sku: Code | None = None
    category: Category
    place: PlaceId | None = None
    channel: Channel
    units: Quantity | None


class RulesIn(Schema):
    """Rules of a company, each in place of the one of the same."""

    company: Id
    rules: list[RuleIn] = Field(max_length=500)


class RulesSetOut(Schema):
    """How many levels came to withhold something else."""

    changed: int


class RuleOut(Schema):
    """A rule; what is null or empty stands for all."""

    item: str | None
    sku: str | None
    category: str
    place: str | None
    channel: ChannelCode | None
    units: int


class RulesQuery(Schema):
    """Whose rules."""

    company: Id


class FenceIn(Schema):
    """Units to keep of each item at its place for a channel alone; 0 lets them go."""

    items: list[ItemAt] = Field(min_length=1, max_length=500)
    channel: ChannelCode
    units: Quantity


class ChannelLevelOut(Schema):
    """What a channel can be promised: what is kept, and what all may have beyond the buffer."""

    channel: ChannelCode
    buffer: int
    wanted: int
    kept: int
    shared: int
    available: int


class LimitIn(Schema):
    """At most so much of each item for one buyer within any such time; null: no limit."""

    company: Id
    items: Annotated[list[ItemId], Field(default_factory=list, max_length=500)]
    skus: Annotated[list[Code], Field(default_factory=list, max_length=500)]
    most: Quantity | None
    window_s: Annotated[int, Field(86_400, strict=True, ge=-(10**9), le=10**9)]


class LimitOut(Schema):
    """How much of an item one buyer may have within any `window_s` seconds."""

    item: str
    sku: str
    most: int
    window_s: int


@router.get("/stock/buyer-limits", response=list[LimitOut], summary="List limits of buyers")
def list_limits(request: HttpRequest, query: Query[RulesQuery]) -> list[dict[str, Any]]:
    """How much of items of a company one buyer may have."""
    actor = actor_of(request)
    company, _ = company_of(actor, query.company)
    found = facade.list_limits(actor=actor, company_id=query.company, company_key=company)
    labels = variant_labels(variant_keys={one.variant_key for one in found})
    return [
        {
            "item": labels[one.variant_key].variant_id,
            "sku": labels[one.variant_key].sku,
            "most": one.most,
            "window_s": one.window_s,
        }
        for one in found
    ]


@router.put("/stock/buyer-limits", response={204: None}, summary="Limit buyers")
@idempotent
def limit_buyers(request: HttpRequest, body: LimitIn) -> None:
    """Let one buyer have at most so much of each item; what was sold before is not counted."""
    actor = actor_of(request)
    company, _ = company_of(actor, body.company, MANAGE)
    by_id = variant_refs(variant_ids=set(body.items))
    by_sku = variants_by_sku(skus={(company, sku) for sku in body.skus})
    told = [(item, by_id.get(item)) for item in body.items]
    told += [(sku, by_sku.get((company, sku))) for sku in body.skus]
    mine = [(name, ref if ref and ref.company_key == company else None) for name, ref in told]
    facade.limit_buyers(
        actor=actor,
        company_key=company,
        variant_keys=[ref.key for ref in require_items(actor, mine, MANAGE)],
        most=body.most,
        window_s=body.window_s,
        now=utc_now(),
    )


@router.get("/stock/rules", response=list[RuleOut], summary="List rules of stock")
def list_rules(request: HttpRequest, query: Query[RulesQuery]) -> list[dict[str, Any]]:
    """What is withheld by rules of a company, in the order in which they were first set."""
    actor = actor_of(request)
    company, _ = company_of(actor, query.company)
    found = facade.list_rules(actor=actor, company_id=query.company, company_key=company)
    places = places_by_key(keys={one.place_key for one in found if one.place_key is not None})
    labels = variant_labels(
        variant_keys={one.variant_key for one in found if one.variant_key is not None}
    )
    return [
        {
            "item": labels[one.variant_key].variant_id if one.variant_key else None,
            "sku": labels[one.variant_key].sku if one.variant_key else None,
            "category": one.category,
            "place": places[one.place_key].id if one.place_key else None,
            "channel": one.channel or None,
            "units": one.units,
        }
        for one in found
    ]


@router.put("/stock/rules", response=RulesSetOut, summary="Set rules of stock")
@idempotent
def set_rules(request: HttpRequest, body: RulesIn) -> dict[str, int]:
    """Set what is withheld of items, categories and places; the most specific rule holds."""
    actor = actor_of(request)
    company, _ = company_of(actor, body.company, MANAGE)
    places = places_of(actor, {one.place for one in body.rules if one.place}, MANAGE)
    by_id = variant_refs(variant_ids={one.item for one in body.rules if one.item})
    by_sku = variants_by_sku(skus={(company, one.sku) for one in body.rules if one.sku})
    rules = []
    for one in body.rules:
        item = None
        if one.item or one.sku:
            ref = by_id.get(one.item or "") or by_sku.get((company, one.sku or ""))
            named = ref if ref is not None and ref.company_key == company else None
            item = require_items(actor, [(one.item or one.sku or "", named)], MANAGE)[0].key
        place = places[one.place].key if one.place else None
        rule = StockRule(one.units or 0, item, one.category, place, one.channel or "")
        rules.append((rule, one.units is not None))
    changed = facade.set_rules(actor=actor, company_key=company, rules=rules, now=utc_now())
    return {"changed": changed}


@router.put("/stock/ring-fences", response={204: None}, summary="Keep goods for a channel")
@idempotent
def ring_fence(request: HttpRequest, body: FenceIn) -> None:
    """Keep units for a channel alone, as many as are there and promised to nobody, the rest as
    goods come."""
    actor = actor_of(request)
    facade.ring_fence(
        actor=actor,
        ats=[(one.place_key, one.variant_key) for one in items_at(actor, body.items)],
        channel=body.channel,
        units=body.units,
        now=utc_now(),
    )


@router.get("/stock/channels", response=list[ChannelLevelOut], summary="Read channels of a level")
def list_channels(request: HttpRequest, query: Query[LedgerQuery]) -> list[dict[str, Any]]:
    """What each channel with a buffer or a ring-fence can be promised of an item at a place."""
    actor = actor_of(request)
    found = facade.list_channel_levels(
        actor=actor,
        place_key=place_of(actor, query.place).key,
        variant_key=item_of(actor, query.item, query.place).key,
    )
    names = ChannelLevelOut.model_fields
    return [{name: getattr(one, name) for name in names} for one in found]

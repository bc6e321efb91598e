"""The REST API of kits."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field, model_validator

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import utc_now
from quanqu.sell.catalog.facade import variant_labels, variant_refs, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import MANAGE, company_of, require_items
from quanqu.sell.inventory.api.schemas import Code, Id, ItemId, Quantity
from quanqu.sell.inventory.contracts import Kit, KitPart

router = Router(tags=["stock"])


class KitPartIn(Schema):
    """So many of an item in one kit; the item by its id, or by the SKU of the company."""

    item: ItemId | None = None
    sku: Code | None = None
    quantity: Quantity

    @model_validator(mode="after")
    def _names_one(self) -> "KitPartIn":
        if (self.item is None) == (self.sku is None):
            raise ValueError("give item or sku, one of them")
        return self


class KitIn(Schema):
    """What a kit is made of; no parts: it is an item of its own again."""

    company: Id
    parts: list[KitPartIn] = Field(max_length=200)


class KitPartOut(Schema):
    """So many of an item in one kit."""

    item: str
    sku: str
    name: str
    quantity: int


class KitOut(Schema):
    """A kit with its parts."""

    item: str
    sku: str
    name: str
    parts: list[KitPartOut]


class KitQuery(Schema):
    """Whose kits."""

    company: Id


@router.get("/stock/kits", response=list[KitOut], summary="List kits")
def list_kits(request: HttpRequest, query: Query[KitQuery]) -> list[dict[str, Any]]:
    """The items of a company that are sold by their parts."""
    actor = actor_of(request)
    company, _ = company_of(actor, query.company)
    found = facade.list_kits(actor=actor, company_id=query.company, company_key=company)
    keys = {kit.variant_key for kit in found}
    labels = variant_labels(
        variant_keys=keys | {part.variant_key for kit in found for part in kit.parts}
    )

    def named(key: int) -> dict[str, Any]:
        label = labels[key]
        return {"item": label.variant_id, "sku": label.sku, "name": label.name}

    return [
        named(kit.variant_key)
        | {"parts": [named(one.variant_key) | {"quantity": one.quantity} for one in kit.parts]}
        for kit in found
    ]


@router.put("/stock/kits/{item}", response={204: None}, summary="Set a kit")
@idempotent
def set_kit(request: HttpRequest, item: Path[Id], body: KitIn) -> None:
    """Let an item be sold as its parts: what is there of it is what they leave."""
    actor = actor_of(request)
    company, _ = company_of(actor, body.company, MANAGE)
    by_id = variant_refs(variant_ids={item, *(one.item for one in body.parts if one.item)})
    by_sku = variants_by_sku(skus={(company, one.sku) for one in body.parts if one.sku})
    told = [(item, by_id.get(item))]
    told += [
        (
            one.item or one.sku or "",
            by_id.get(one.item or "") or by_sku.get((company, one.sku or "")),
        )
        for one in body.parts
    ]
    mine = [(name, ref if ref and ref.company_key == company else None) for name, ref in told]
    kit, *parts = require_items(actor, mine, MANAGE)
    made = tuple(KitPart(ref.key, one.quantity) for ref, one in zip(parts, body.parts, strict=True))
    facade.set_kit(actor=actor, company_key=company, kit=Kit(kit.key, made), now=utc_now())

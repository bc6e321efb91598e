"""The REST API of release days: sold before the day, gone not before it."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels, variant_refs, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import MANAGE, company_of, place_of, require_items
from quanqu.sell.inventory.api.schemas import Code, Id, ItemId, PlaceId
from quanqu.sell.inventory.contracts import ReleaseFilters

router = Router(tags=["stock"])


class ReleaseDayIn(Schema):
    """From which day items may leave a place, or any of the company; null: at any time."""

    company: Id
    items: Annotated[list[ItemId], Field(default_factory=list, max_length=500)]
    skus: Annotated[list[Code], Field(default_factory=list, max_length=500)]
    place: PlaceId | None = None
    release_on: date | None = Field(description="A day of the place's calendar.")


class ReleaseDayOut(Schema):
    """A release day; without a place it is of all places of the company that have none."""

    item: str
    sku: str
    place: str | None
    release_on: date


class ReleaseQuery(Schema):
    """Whose release days."""

    company: Id


@router.get("/stock/release-days", response=PageOut[ReleaseDayOut], summary="List release days")
def list_release_days(
    request: HttpRequest, query: Query[ReleaseQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """From which days items of a company may leave, those set last first."""
    actor = actor_of(request)
    company, _ = company_of(actor, query.company)
    filters = ReleaseFilters(company_keys=frozenset({company}))
    found = facade.list_releases(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    labels = variant_labels(variant_keys={one.variant_key for one in found.items})
    places = places_by_key(keys={one.place_key for one in found.items if one.place_key})
    return cursor_page(
        request,
        found,
        lambda one: {
            "item": labels[one.variant_key].variant_id,
            "sku": labels[one.variant_key].sku,
            "place": places[one.place_key].id if one.place_key else None,
            "release_on": one.release_on,
        },
    )


@router.put("/stock/release-days", response={204: None}, summary="Set release days")
@idempotent
def set_release_days(request: HttpRequest, body: ReleaseDayIn) -> None:
    """Let items be sold ahead: whoever buys before the day gets them from the day on."""
    actor = actor_of(request)
    company, _ = company_of(actor, body.company, MANAGE)
    by_id = variant_refs(variant_ids=set(body.items))
    by_sku = variants_by_sku(skus={(company, sku) for sku in body.skus})
    told = [(item, by_id.get(item)) for item in body.items]
    told += [(sku, by_sku.get((company, sku))) for sku in body.skus]
    mine = [(name, ref if ref and ref.company_key == company else None) for name, ref in told]
    facade.set_release_day(
        actor=actor,
        company_key=company,
        variant_keys=[ref.key for ref in require_items(actor, mine, MANAGE)],
        place_key=place_of(actor, body.place, MANAGE).key if body.place else None,
        release_on=body.release_on,
        now=utc_now(),
    )

"""The REST API of turnover and age of stock."""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import VIEW
from quanqu.sell.inventory.api.schemas import Id
from quanqu.sell.inventory.contracts import TurnoverFilters, TurnoverSort

__all__ = ["router"]

router = Router(tags=["stock"])


class TurnoverQuery(Schema):
    """Over which days, where, and in which order."""

    days: Annotated[int, Field(90, ge=1, le=1095, description="The last so many days.")]
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    sort: TurnoverSort = TurnoverSort.SLOWEST


class AgesOut(Schema):
    """What is on hand by days since it came; `older` is 180 days and more."""

    below_30: int
    below_60: int
    below_90: int
    below_180: int
    older: int


class TurnoverOut(Schema):
    """How fast an item turns over at a place, and how old it is. Units: sale units."""

    place: str
    sku: str
    name: str
    sold: int
    average_on_hand: float
    turns: float | None
    on_hand: int
    supply_days: int | None
    ages: AgesOut


@router.get("/stock/turnover", response=PageOut[TurnoverOut], summary="Turnover and age")
def list_turnover(
    request: HttpRequest, query: Query[TurnoverQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """Items at places in scope: sold over average on hand, days of supply, age of what is there."""
    actor, now = actor_of(request), utc_now()
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=query.unit)
    filters = TurnoverFilters(
        now - timedelta(days=query.days), now, None if scope.everything else scope.places
    )
    found = facade.list_turnover(
        actor=actor, filters=filters, sort=query.sort, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    labels = variant_labels(variant_keys={row.variant_key for row in found.items})
    return cursor_page(
        request,
        found,
        lambda row: {
            "place": places[row.place_key].id,
            "sku": labels[row.variant_key].sku,
            "name": labels[row.variant_key].name,
            "sold": row.sold,
            "average_on_hand": round(row.average, 2),
            "turns": None if row.turns is None else round(row.turns, 4),
            "on_hand": row.on_hand,
            "supply_days": row.supply_days,
            "ages": dict(zip(AgesOut.model_fields, row.ages, strict=True)),
        },
    )

"""The REST API of what can be promised: many items at many places in one call."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, model_validator

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_refs, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.api.naming import company_of, places_of, require_items
from quanqu.sell.inventory.api.schemas import Channel, Code, Id, ItemId, PlaceId

router = Router(tags=["stock"])


class AvailabilityIn(Schema):
    """Items by id, or by SKU of the company; places by id, or all that the company has."""

    company: Id | None = Field(None, description="Whose SKUs these are, and whose places.")
    items: Annotated[list[ItemId], Field(default_factory=list, max_length=200)]
    skus: Annotated[list[Code], Field(default_factory=list, max_length=200)]
    places: Annotated[list[PlaceId], Field(default_factory=list, max_length=1_000)]
    channel: Channel
    is_dated: bool = Field(
        False, description="Tell from which day it can be had, also of what is still to come."
    )

    @model_validator(mode="after")
    def _names_something(self) -> "AvailabilityIn":
        if not self.items and not self.skus:
            raise ValueError("give items or skus")
        if self.company is None and (self.skus or not self.places):
            raise ValueError("give the company whose skus or whose places are meant")
        return self


class AvailabilityOut(Schema):
    """`available[i][p]`: sale units of item i that can be promised at place p.

    `available_from[i][p]`, if asked for: the day from which it can be had there; null where nothing
    can be promised, or nobody knows when.  Where `available` is 0 it is when the next units come.
    """

    items: list[str]
    places: list[str]
    available: list[list[int]]
    available_from: list[list[str | None]] | None
    read_at: str


@router.post("/stock/availability", response=AvailabilityOut, summary="Read availability")
def read_availability(request: HttpRequest, body: AvailabilityIn) -> dict[str, Any]:
    """What can be promised of up to 400 items at up to 1,000 places, or all of a company."""
    actor, now = actor_of(request), utc_now()
    company, inside = 0, frozenset[int]()
    if body.company is not None:
        company, inside = company_of(actor, body.company)
    items = _items(actor, body, company)
    if body.places:
        refs = places_of(actor, body.places)
        places = {refs[told].key: told for told in body.places}
    else:
        places = {key: place.id for key, place in places_by_key(keys=inside).items()}
    found = facade.availability(
        actor=actor,
        variant_keys=items.keys(),
        place_keys=places.keys(),
        channel=body.channel or "",
        dated_at=now if body.is_dated else None,
    )
    days = None if found.days is None else found.days.astype(object).tolist()
    return {
        "items": [items[key] for key in found.variant_keys],
        "places": [places[key] for key in found.place_keys],
        "available": found.units.tolist(),
        "available_from": None
        if days is None
        else [[day.isoformat() if day else None for day in row] for row in days],
        "read_at": format_time(now),
    }


def _items(actor: Actor, body: AvailabilityIn, company: int) -> dict[int, str]:
    """Return the ids of the items by key, in the order they were told. Raises: StockItemError."""
    by_id = variant_refs(variant_ids=set(body.items))
    by_sku = variants_by_sku(skus={(company, sku) for sku in body.skus})
    told = [(item, by_id.get(item)) for item in body.items]
    told += [(sku, by_sku.get((company, sku))) for sku in body.skus]
    return {ref.key: ref.id for ref in require_items(actor, told)}

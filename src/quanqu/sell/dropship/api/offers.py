"""How suppliers drop-ship, what they offer and state, and what is due to them."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    names_call,
)
from quanqu.kernel.ids import new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import place_refs, places_by_key
from quanqu.sell.catalog.facade import variant_labels, variants_by_sku
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.api import render
from quanqu.sell.dropship.api.schemas import (
    BalanceOut,
    DueOut,
    IssuedTermsOut,
    OfferOut,
    OffersIn,
    PaymentIn,
    PlaceId,
    SavedOut,
    StatedIn,
    StatedOut,
    TermsIn,
    TermsOut,
    UnitQuery,
    minute_of,
)
from quanqu.sell.dropship.contracts import (
    DropshipFieldError,
    DropshipPlaceError,
    OfferDraft,
    OfferFilters,
    PaymentDraft,
    TermsDraft,
)

router = Router()
_PLACE = "/dropship/places/{place_id}"
_RIGHTS = ("dropship.view", "dropship.manage", "dropship.supply")


@router.get("/dropship/terms", response=list[TermsOut], summary="List suppliers that drop-ship")
def list_terms(request: HttpRequest, query: Query[UnitQuery]) -> list[dict[str, Any]]:
    """How the suppliers in scope drop-ship, by name."""
    found = facade.list_terms(actor=actor_of(request), unit_id=query.unit)
    places = places_by_key(keys={one.draft.place_key for one in found})
    return [render.terms(one, places) for one in found]


@router.put(f"{_PLACE}/terms", response=IssuedTermsOut, summary="Set how a supplier drop-ships")
@idempotent
def save_terms(request: HttpRequest, place_id: Path[PlaceId], body: TermsIn) -> dict[str, Any]:
    """Let a supplier ship from the place that stands for it, which is of the kind `supplier`."""
    actor = actor_of(request)
    place = _place(actor, place_id)
    draft = TermsDraft(
        place_key=place.key,
        supplier_id=body.supplier,
        answer_minutes=body.answer_minutes,
        lead_days=body.lead_days,
        cut_off=minute_of(body.cut_off),
        stale_hours=body.stale_hours,
        url=body.url,
        is_active=body.is_active,
    )
    made = facade.save_terms(actor=actor, draft=draft, now=utc_now())
    return render.terms(made.terms, {place.key: place}) | {"secret": made.secret}


@router.get("/dropship/offers", response=PageOut[OfferOut], summary="List drop-ship offers")
def list_offers(
    request: HttpRequest, query: Query[UnitQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """What suppliers in scope take for items, and what they last stated of them."""
    found = facade.list_offers(
        actor=actor_of(request), filters=OfferFilters(query.unit), cursor=page.cursor,
        limit=page.limit,
    )  # fmt: skip
    places = places_by_key(keys={row.place_key for row in found.items})
    labels = variant_labels(variant_keys={row.draft.variant_key for row in found.items})
    return cursor_page(request, found, lambda row: render.offer(row, places, labels))


@router.put(f"{_PLACE}/offers", response=SavedOut, summary="Save drop-ship offers")
@idempotent
def save_offers(request: HttpRequest, place_id: Path[PlaceId], body: OffersIn) -> dict[str, int]:
    """Say what the supplier takes for items; others stay as they are."""
    actor = actor_of(request)
    place = _place(actor, place_id)
    currency = facade.find_terms(actor=actor, place_key=place.key).currency
    known = _items(place.company_key, [one.sku for one in body.offers])
    drafts = [
        OfferDraft(
            variant_key=known[one.sku],
            cost_minor=Money.parse(one.cost, currency).minor,
            supplier_code=one.supplier_code,
            lead_days=one.lead_days,
            cut_off=minute_of(one.cut_off),
            buffer=one.buffer,
            is_on=one.is_on,
        )
        for one in body.offers
    ]
    saved = facade.save_offers(actor=actor, place_key=place.key, drafts=drafts, now=utc_now())
    return {"saved": saved}


@router.post(f"{_PLACE}/stock", response=list[StatedOut], summary="State a supplier's stock")
@idempotent
def state_stock(
    request: HttpRequest, place_id: Path[PlaceId], body: StatedIn
) -> list[dict[str, Any]]:
    """What lies at the supplier as of a moment, goods of orders that have not left included; a
    number older than the last one is not taken."""
    actor = actor_of(request)
    place = _place(actor, place_id)
    known = _items(place.company_key, [one.sku for one in body.items])
    if len(known) < len(body.items):
        raise DropshipFieldError(field="items", problem="an item is named twice")
    found = facade.state_stock(
        actor=actor,
        place_key=place.key,
        units={known[one.sku]: one.units for one in body.items},
        stated_at=body.stated_at,
        now=utc_now(),
    )
    names = {key: sku for sku, key in known.items()}
    return [
        {"sku": names[one.variant_key], "outcome": one.outcome, "change": one.change}
        for one in found
    ]


@router.get("/dropship/balances", response=list[BalanceOut], summary="What is due to suppliers")
def list_balances(request: HttpRequest, query: Query[UnitQuery]) -> list[dict[str, Any]]:
    """What is due to the suppliers in scope: the cost of goods that left, less what was paid."""
    found = facade.list_balances(actor=actor_of(request), unit_id=query.unit)
    places = places_by_key(keys={one.place_key for one in found})
    return [render.balance(one, places) for one in found]


@router.get("/dropship/dues", response=PageOut[DueOut], summary="List amounts due to suppliers")
def list_dues(
    request: HttpRequest, query: Query[UnitQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """Amounts due and paid, the newest first."""
    found = facade.list_dues(
        actor=actor_of(request), unit_id=query.unit, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.due(row, places))


@router.post(
    f"{_PLACE}/payments", response=list[BalanceOut], summary="Note a payment to a supplier"
)
@names_call
def record_payment(
    request: HttpRequest, place_id: Path[PlaceId], body: PaymentIn
) -> list[dict[str, Any]]:
    """Note money that was paid for what was due; returns what is left."""
    actor = actor_of(request)
    place = _place(actor, place_id)
    currency = facade.find_terms(actor=actor, place_key=place.key).currency
    draft = PaymentDraft(
        id=call_name(request, actor) or new_id(),
        place_key=place.key,
        amount_minor=Money.parse(body.amount, currency).minor,
        reference=body.reference,
    )
    facade.record_payment(actor=actor, draft=draft, now=utc_now())
    found = facade.list_balances(actor=actor, unit_id=place.id)
    return [render.balance(one, {place.key: place}) for one in found]


def _place(actor: Actor, place_id: str) -> PlaceInfo:
    """Return a place at which any right of this room holds. Raises: DropshipPlaceError."""
    ref = place_refs(place_ids={place_id}).get(place_id)
    is_seen = ref is not None and any(
        actor.scope(one).everything or ref.key in actor.scope(one).places for one in _RIGHTS
    )
    if ref is None or not is_seen:
        for right in _RIGHTS:
            if actor.can(right):
                raise DropshipPlaceError(ref=place_id)
        actor.require(_RIGHTS[0])
        raise DropshipPlaceError(ref=place_id)
    return places_by_key(keys=[ref.key])[ref.key]


def _items(company_key: int, skus: list[str]) -> dict[str, int]:
    found = variants_by_sku(skus={(company_key, sku) for sku in skus})
    for sku in skus:
        if (company_key, sku) not in found:
            raise DropshipFieldError(field="sku", problem=f"the company sells no item {sku!r}")
    return {sku: found[company_key, sku].key for sku in skus}

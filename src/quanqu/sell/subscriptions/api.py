"""The REST API of subscriptions: begin, change, skip, pause, resume, end."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, call_name, cursor_page, idempotent
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.customers.facade import get_customer
from quanqu.know.org.contracts import PlaceInfo, PlaceRef
from quanqu.know.org.facade import place_refs, places_by_key
from quanqu.sell.catalog.facade import variant_labels, variant_refs
from quanqu.sell.checkout.contracts import ContactDraft, Delivery
from quanqu.sell.subscriptions import facade
from quanqu.sell.subscriptions.contracts import (
    MOST_ITEMS,
    Act,
    DeliveryState,
    Every,
    ItemDraft,
    OnShort,
    PlanChange,
    PlanDraft,
    PlanRow,
    PlanState,
    SubscriptionItemNotFoundError,
    SubscriptionNotFoundError,
)

router = Router(tags=["subscriptions"])
Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
ItemId = Annotated[str, Field(max_length=40, pattern=r"^var_[0-9a-z]{26}$")]
_PLAN = "/subscriptions/{subscription_id}"


class SubscriptionItemIn(Schema):
    """Units of an item in every delivery, at the price of its day."""

    item: ItemId
    quantity: Annotated[int, Field(strict=True, ge=-(10**9), le=10**9, examples=[1])]


class SubscriptionContactIn(Schema):
    """Who gets the goods, and where; kept encrypted."""

    name: Text = ""
    phone: Text = ""
    email: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""


class SubscriptionIn(Schema):
    """A subscription to begin."""

    place: PlaceId
    items: Annotated[list[SubscriptionItemIn], Field(max_length=MOST_ITEMS + 1)]
    every: Annotated[int, Field(strict=True)] = 1
    unit: Every = Every.MONTH
    first_on: date
    tender: Code
    token: Text = Field("", description="Of the provider's vault; empty for a bill.")
    customer: Id | None = None
    delivery: Delivery = Delivery.SHIP
    pickup_place: PlaceId | None = None
    contact: SubscriptionContactIn | None = None
    shipping: Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$")] = "0"
    on_short: OnShort = OnShort.WAIT


class SubscriptionChangeIn(Schema):
    """What is to be otherwise from the next delivery on; what is missing stays."""

    every: Annotated[int, Field(strict=True)] | None = None
    unit: Every | None = None
    next_on: date | None = None
    items: Annotated[list[SubscriptionItemIn], Field(max_length=MOST_ITEMS + 1)] | None = None
    on_short: OnShort | None = None


class SkipIn(Schema):
    """The day whose delivery is left out: that of the next one."""

    due_on: date


class WhyIn(Schema):
    """Why."""

    reason: Text = ""


class SubscriptionQuery(Schema):
    """Narrow the list of subscriptions."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: PlanState | None = None


class SubscriptionOut(Schema):
    """A subscription."""

    id: str
    place: str
    state: PlanState
    every: int
    unit: Every
    next_on: str
    try_on: str = Field(description="When its next delivery is tried, later where it waits.")
    tender: str
    delivery: Delivery
    on_short: OnShort
    reason: str
    made_at: str


class SubscriptionItemOut(Schema):
    """Units of an item in every delivery."""

    item: str
    sku: str
    name: str
    quantity: int


class SubscriptionDeliveryOut(Schema):
    """A delivery and the order it became."""

    number: int
    due_on: str
    state: DeliveryState
    order: str | None
    detail: str


class SubscriptionStepOut(Schema):
    """Something that happened."""

    at: str
    actor: str
    act: Act
    detail: str


class SubscriptionDetailOut(SubscriptionOut):
    """A subscription with its items, deliveries and history, the last first."""

    items: list[SubscriptionItemOut]
    deliveries: list[SubscriptionDeliveryOut]
    steps: list[SubscriptionStepOut]


@router.post("/subscriptions", response={201: SubscriptionDetailOut}, summary="Begin one")
@idempotent
def begin(request: HttpRequest, body: SubscriptionIn) -> dict[str, Any]:
    """Deliver items every so many weeks or months, at the price of each day."""
    actor = actor_of(request)
    refs = place_refs(place_ids={body.place, *([body.pickup_place] if body.pickup_place else [])})
    place = _known(refs, body.place)
    currency = places_by_key(keys=[place.key])[place.key].details.currency
    draft = PlanDraft(
        id=call_name(request, actor) or new_id(),
        place_key=place.key,
        items=_items(body.items, place.company_key),
        every=body.every,
        unit=body.unit,
        first_on=body.first_on,
        tender=body.tender,
        token=body.token,
        subject_key=_subject(actor, body.customer),
        delivery=body.delivery,
        pickup_place_key=_known(refs, body.pickup_place).key if body.pickup_place else None,
        contact=ContactDraft(**body.contact.dict()) if body.contact else None,
        shipping_minor=Money.parse(body.shipping, currency).minor,
        on_short=body.on_short,
    )
    made = facade.begin_subscription(actor=actor, draft=draft, now=utc_now())
    return _detail(actor, encode("sub", made.id))


@router.get("/subscriptions", response=PageOut[SubscriptionOut], summary="List subscriptions")
def list_subscriptions(
    request: HttpRequest, query: Query[SubscriptionQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The subscriptions in scope, newest first."""
    found = facade.list_subscriptions(
        actor=actor_of(request), states=(query.state,) if query.state else (),
        unit_id=query.unit, cursor=page.cursor, limit=page.limit,
    )  # fmt: skip
    places = places_by_key(keys={one.place_key for one in found.items})
    return cursor_page(request, found, lambda row: _row(row, places))


@router.get(_PLAN, response=SubscriptionDetailOut, summary="Get a subscription")
def get_subscription(request: HttpRequest, subscription_id: Path[Id]) -> dict[str, Any]:
    """A subscription with its items, deliveries and history."""
    return _detail(actor_of(request), subscription_id)


@router.post(f"{_PLAN}/changes", response=SubscriptionDetailOut, summary="Change a subscription")
@idempotent
def change(
    request: HttpRequest, subscription_id: Path[Id], body: SubscriptionChangeIn
) -> dict[str, Any]:
    """Other items, another interval, another next day."""
    actor, key = actor_of(request), decode("sub", subscription_id)
    row = facade.get_subscription(actor=actor, subscription_id=key).row
    items = None if body.items is None else _items(body.items, row.company_key)
    wanted = PlanChange(body.every, body.unit, body.next_on, items, body.on_short)
    facade.change_subscription(actor=actor, subscription_id=key, change=wanted, now=utc_now())
    return _detail(actor, subscription_id)


@router.post(f"{_PLAN}/skips", response=SubscriptionDetailOut, summary="Leave a delivery out")
@idempotent
def skip(request: HttpRequest, subscription_id: Path[Id], body: SkipIn) -> dict[str, Any]:
    """Leave the next delivery out; of another day, nothing changes."""
    actor, key = actor_of(request), decode("sub", subscription_id)
    facade.skip_delivery(actor=actor, subscription_id=key, due_on=body.due_on, now=utc_now())
    return _detail(actor, subscription_id)


@router.post(f"{_PLAN}/pauses", response=SubscriptionDetailOut, summary="Pause a subscription")
@idempotent
def pause(request: HttpRequest, subscription_id: Path[Id], body: WhyIn) -> dict[str, Any]:
    """Nothing is delivered until it goes on."""
    actor, key = actor_of(request), decode("sub", subscription_id)
    facade.pause_subscription(actor=actor, subscription_id=key, reason=body.reason, now=utc_now())
    return _detail(actor, subscription_id)


@router.post(f"{_PLAN}/resumptions", response=SubscriptionDetailOut, summary="Let it go on")
@idempotent
def resume(request: HttpRequest, subscription_id: Path[Id]) -> dict[str, Any]:
    """Its next delivery is the first of its days from today on."""
    actor, key = actor_of(request), decode("sub", subscription_id)
    facade.resume_subscription(actor=actor, subscription_id=key, now=utc_now())
    return _detail(actor, subscription_id)


@router.post(f"{_PLAN}/endings", response=SubscriptionDetailOut, summary="End a subscription")
@idempotent
def end(request: HttpRequest, subscription_id: Path[Id], body: WhyIn) -> dict[str, Any]:
    """Nothing is delivered any more; orders it became stay."""
    actor, key = actor_of(request), decode("sub", subscription_id)
    facade.end_subscription(actor=actor, subscription_id=key, reason=body.reason, now=utc_now())
    return _detail(actor, subscription_id)


def _known(refs: Mapping[str, PlaceRef], place_id: str) -> PlaceRef:
    if place_id not in refs:
        raise SubscriptionNotFoundError(ref=f"place {place_id}")
    return refs[place_id]


def _items(told: list[SubscriptionItemIn], company_key: int) -> tuple[ItemDraft, ...]:
    refs = variant_refs(variant_ids={one.item for one in told})
    items = []
    for one in told:
        ref = refs.get(one.item)
        if ref is None or ref.company_key != company_key:
            raise SubscriptionItemNotFoundError(ref=one.item)
        items.append(ItemDraft(ref.key, one.quantity))
    return tuple(items)


def _subject(actor: Actor, customer_id: str | None) -> int | None:
    if not customer_id:
        return None
    found = get_customer(actor=actor, customer_id=decode("cus", customer_id))
    return min(found.subject_keys)


def _row(row: PlanRow, places: Mapping[int, PlaceInfo]) -> dict[str, Any]:
    return {
        "id": encode("sub", row.id),
        "place": places[row.place_key].id,
        "state": row.state,
        "every": row.every,
        "unit": row.unit,
        "next_on": row.next_on.isoformat(),
        "try_on": row.try_on.isoformat(),
        "tender": row.tender,
        "delivery": row.delivery,
        "on_short": row.on_short,
        "reason": row.reason,
        "made_at": format_time(row.made_at),
    }


def _detail(actor: Actor, subscription_id: str) -> dict[str, Any]:
    found = facade.get_subscription(actor=actor, subscription_id=decode("sub", subscription_id))
    places = places_by_key(keys=[found.row.place_key])
    labels = variant_labels(variant_keys={one.variant_key for one in found.items})
    return _row(found.row, places) | {
        "items": [
            {
                "item": labels[one.variant_key].variant_id,
                "sku": labels[one.variant_key].sku,
                "name": labels[one.variant_key].name,
                "quantity": one.quantity,
            }
            for one in found.items
        ],
        "deliveries": [
            {
                "number": one.no,
                "due_on": one.due_on.isoformat(),
                "state": one.state,
                "order": encode("ord", one.order_id)
                if one.order_id and one.state is DeliveryState.PLACED
                else None,
                "detail": one.detail,
            }
            for one in found.deliveries
        ],
        "steps": [
            {"at": format_time(one.at), "actor": one.actor, "act": one.act, "detail": one.detail}
            for one in found.steps
        ],
    }

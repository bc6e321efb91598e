"""The REST API of slots: what is offered, the week of a place, closed days."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import call_name, idempotent
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.time import format_time, utc_now
from quanqu.sell.slots import facade
from quanqu.sell.slots.contracts import DAYS_AHEAD, SlotDraft, SlotKind, SlotOffer, SlotRule
from quanqu.sell.slots.queries import VIEW, place_in_scope

router = Router(tags=["slots"])
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", examples=["16:00"])]
Postcode = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
_SLOTS = "/places/{place_id}/slots"


class SlotQuery(Schema):
    """For which kind of delivery, and to where."""

    kind: SlotKind = SlotKind.DELIVERY
    postcode: Postcode = ""
    days: Annotated[int, Field(ge=1, le=DAYS_AHEAD)] = 7


class WeekQuery(Schema):
    """Which week: any day of it."""

    on: date | None = None


class SlotIn(Schema):
    """A slot of every week."""

    kind: SlotKind = SlotKind.DELIVERY
    weekday: Annotated[int, Field(strict=True, description="0 is Monday.")]
    starts: Clock
    ends: Clock
    capacity: Annotated[int, Field(strict=True, description="Orders.", examples=[10])]
    cut_off_minutes: Annotated[int, Field(strict=True, description="Before its start.")] = 0
    postcodes: Annotated[list[Postcode], Field(max_length=500)] = []


class ClosingIn(Schema):
    """A day on which a place takes no orders into its slots, or does again."""

    day: date
    is_closed: bool = True


class SlotOut(Schema):
    """A slot of every week."""

    id: str
    kind: SlotKind
    weekday: int
    starts: str
    ends: str
    capacity: int
    cut_off_minutes: int
    postcodes: list[str]


class OfferOut(Schema):
    """A slot on a day that an order can still take."""

    id: str
    kind: SlotKind
    place: str
    day: str
    starts_at: str
    ends_at: str
    cut_off_at: str
    left: int


class OffersOut(Schema):
    """What is offered, the earliest first."""

    items: list[OfferOut]


class FillingOut(SlotOut):
    """A slot on a day and how full it is."""

    day: str
    room: int = Field(description="Orders it takes on that day.")
    reserved: int
    is_over: bool = Field(description="Whether its cut-off has passed, or it is offered no more.")


class WeekOut(Schema):
    """The slots of a place in a week."""

    monday: str
    items: list[FillingOut]
    closed: list[str]


@router.get(_SLOTS, response=OffersOut, summary="List slots an order can take")
def list_offers(
    request: HttpRequest, place_id: Path[Id], query: Query[SlotQuery]
) -> dict[str, Any]:
    """Slots of a place that are open, not full, before their cut-off and serve the postcode."""
    place = place_in_scope(actor_of(request), place_id, VIEW)
    offers = facade.offered_slots(
        place_keys=[place.key], kind=query.kind, postcode=query.postcode, now=utc_now(),
        days=query.days,
    )  # fmt: skip
    return {"items": [offer_shown(one, place_id) for one in offers]}


@router.get("/places/{place_id}/slot-week", response=WeekOut, summary="Show a week of slots")
def get_week(request: HttpRequest, place_id: Path[Id], query: Query[WeekQuery]) -> dict[str, Any]:
    """The slots of a place in a week with how full they are, and its closed days."""
    now = utc_now()
    found = facade.get_week(
        actor=actor_of(request), place_id=place_id, monday=query.on or now.date(), now=now
    )
    return {
        "monday": found.monday.isoformat(),
        "items": [
            {**_rule(one.rule), "day": one.day.isoformat(), "room": one.capacity,
             "reserved": one.reserved, "is_over": one.is_over}
            for one in found.fillings
        ],
        "closed": sorted(day.isoformat() for day in found.closed),
    }  # fmt: skip


@router.post(_SLOTS, response={201: SlotOut}, summary="Add a slot")
@idempotent
def add_slot(request: HttpRequest, place_id: Path[Id], body: SlotIn) -> dict[str, Any]:
    """Add a slot of every week to a place."""
    actor = actor_of(request)
    name = call_name(request, actor) or new_id()
    made = facade.save_slot(
        actor=actor, place_id=place_id, slot_id=name, draft=_draft(body), now=utc_now()
    )
    return _rule(made)


@router.put(f"{_SLOTS}/{{slot_id}}", response=SlotOut, summary="Change a slot")
@idempotent
def change_slot(
    request: HttpRequest, place_id: Path[Id], slot_id: Path[Id], body: SlotIn
) -> dict[str, Any]:
    """Set its capacity, cut-off or area; its times are fixed, what is reserved stays."""
    changed = facade.save_slot(
        actor=actor_of(request), place_id=place_id, slot_id=decode("dsl", slot_id),
        draft=_draft(body), now=utc_now(), is_new=False,
    )  # fmt: skip
    return _rule(changed)


@router.delete(f"{_SLOTS}/{{slot_id}}", response={204: None}, summary="End a slot")
@idempotent
def end_slot(request: HttpRequest, place_id: Path[Id], slot_id: Path[Id]) -> None:
    """Offer it no more; orders that have it keep it."""
    facade.end_slot(
        actor=actor_of(request), place_id=place_id, slot_id=decode("dsl", slot_id), now=utc_now()
    )


@router.post(
    "/places/{place_id}/slot-closings", response={204: None}, summary="Close or open a day"
)
@idempotent
def set_closing(request: HttpRequest, place_id: Path[Id], body: ClosingIn) -> None:
    """Take no further orders into the slots of a day, or take them again."""
    act = facade.close_day if body.is_closed else facade.open_day
    act(actor=actor_of(request), place_id=place_id, day=body.day, now=utc_now())


def offer_shown(one: SlotOffer, place_id: str) -> dict[str, Any]:
    """Return an offer as the API shows it."""
    return {
        "id": encode("dsl", one.id),
        "kind": one.kind,
        "place": place_id,
        "day": one.day.isoformat(),
        "starts_at": format_time(one.starts_at),
        "ends_at": format_time(one.ends_at),
        "cut_off_at": format_time(one.cut_off_at),
        "left": one.left,
    }


def _draft(body: SlotIn) -> SlotDraft:
    return SlotDraft(
        body.kind, body.weekday, _minutes(body.starts), _minutes(body.ends), body.capacity,
        body.cut_off_minutes, tuple("".join(one.split()).upper() for one in body.postcodes),
    )  # fmt: skip


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _rule(rule: SlotRule) -> dict[str, Any]:
    draft = rule.draft
    return {
        "id": encode("dsl", rule.id),
        "kind": draft.kind,
        "weekday": draft.weekday,
        "starts": f"{draft.starts // 60:02d}:{draft.starts % 60:02d}",
        "ends": f"{draft.ends // 60:02d}:{draft.ends % 60:02d}",
        "capacity": draft.capacity,
        "cut_off_minutes": draft.cut_off,
        "postcodes": list(draft.postcodes),
    }

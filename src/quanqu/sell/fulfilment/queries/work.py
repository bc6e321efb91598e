"""Parts of orders as work of their places: the board, and one part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.checkout.contracts import (
    Delivery,
    LiveOrderDetail,
    LiveOrderNotFoundError,
    PartFilters,
    PartState,
    PartView,
    PartWork,
)
from quanqu.sell.checkout.facade import get_live_order, list_parts
from quanqu.sell.fulfilment.contracts import (
    Board,
    BoardCard,
    BoardColumn,
    FulfilmentPlaceError,
    ParcelState,
    PartDetail,
    PartWorkNotFoundError,
    PickState,
)
from quanqu.sell.fulfilment.models import ParcelLine, PickLine, Work
from quanqu.sell.fulfilment.queries.carriers import VIEW
from quanqu.sell.fulfilment.queries.parcels import parcels_of
from quanqu.sell.fulfilment.rules.packing import left_to_pack
from quanqu.sell.fulfilment.rules.promises import due_on
from quanqu.sell.inventory.facade import unreleased
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.facade import get_offer

__all__ = [
    "card_of",
    "find_part",
    "get_board",
    "get_part",
    "packed_by_parcel",
    "place_in_scope",
    "waiting_parts",
    "works_by_part",
]

_SHOWN: Final = 100
_READ: Final = 200


def get_board(
    *, actor: Actor, place_id: str, now: datetime, delivery: Delivery | None = None
) -> Board:
    """Return what a place has to do, each column by promise.

    Raises: NotAllowedError, FulfilmentPlaceError.
    """
    place = place_in_scope(actor, place_id)
    offer = get_offer(actor=SYSTEM, place_id=place.id)
    columns = {
        state: list_parts(
            actor=SYSTEM, filters=PartFilters(place.id, (state,), delivery), limit=_SHOWN
        )
        for state in (PartState.WAITING, PartState.PICKING, PartState.READY)
    }
    works = works_by_part([one for page in columns.values() for one in page.items])
    early = unreleased(
        ats={at for page in columns.values() for one in page.items for at in _ats(one)}, now=now
    )
    shown = {
        state: _column(
            [
                replace(
                    card_of(one, works, offer, place, now),
                    ships_from=max((early[at] for at in _ats(one) if at in early), default=None),
                )
                for one in page.items
            ],
            has_more=page.next_cursor is not None,
        )
        for state, page in columns.items()
    }
    return Board(
        to_pick=shown[PartState.WAITING],
        picking=shown[PartState.PICKING],
        ready=shown[PartState.READY],
        gone=_gone_today(place, now, delivery),
    )


def waiting_parts(place: PlaceInfo, now: datetime) -> list[tuple[BoardCard, PartWork]]:
    """Return the parts at a place that may be picked, the earliest promise first; none of which
    something may not leave yet."""
    offer = get_offer(actor=SYSTEM, place_id=place.id)
    states = (PartState.WAITING, PartState.PICKING)
    found: list[PartWork] = []
    cursor = None
    while len(found) < 10 * _READ:
        page = list_parts(
            actor=SYSTEM, filters=PartFilters(place.id, states), cursor=cursor, limit=_READ
        )
        found += [one for one in page.items if not one.is_held_up and one.lines]
        cursor = page.next_cursor
        if cursor is None:
            break
    early = unreleased(ats={at for one in found for at in _ats(one)}, now=now)
    found = [one for one in found if not early.keys() & _ats(one)]
    works = works_by_part(found)
    cards = [(card_of(one, works, offer, place, now), one) for one in found]
    return sorted(cards, key=lambda pair: (pair[0].promised_at, pair[0].number))


def _ats(one: PartWork) -> set[tuple[int, int]]:
    return {(one.part.place_key, line.variant_key) for line in one.lines}


def get_part(*, actor: Actor, order_id: UUID, part_no: int, now: datetime) -> PartDetail:
    """Return a part of an order with what is packed of it.

    Raises: NotAllowedError, PartWorkNotFoundError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    found = find_part(order_id, part_no)
    if found is None or not (scope.everything or found[1].place_key in scope.places):
        raise PartWorkNotFoundError(ref=encode("ord", order_id), part=part_no)
    detail, part = found
    place = places_by_key(keys=[part.place_key])[part.place_key]
    lines = tuple(one for one in detail.lines if one.part_no == part_no)
    is_held_up = any(one.released_at is None for one in detail.holds)
    one = PartWork(detail.order, part, lines, is_held_up)
    offer = get_offer(actor=SYSTEM, place_id=place.id)
    unpicked = PickLine.objects.filter(
        order_id=order_id, part_no=part_no, state__in=[PickState.OPEN, PickState.SHORT]
    )
    return PartDetail(
        card=card_of(one, works_by_part([one]), offer, place, now),
        place_key=part.place_key,
        company_key=detail.order.company_key,
        left=left_to_pack(lines, packed_by_parcel(order_id, part_no).values()),
        unpicked=frozenset(unpicked.values_list("line_no", flat=True)),
        parcels=tuple(parcels_of(order_id, part_no)),
    )


def find_part(order_id: UUID, part_no: int) -> tuple[LiveOrderDetail, PartView] | None:
    """Return an order and its part, whoever asks; None where there is none."""
    try:
        detail = get_live_order(actor=SYSTEM, order_id=order_id)
    except LiveOrderNotFoundError:
        return None
    part = next((one for one in detail.parts if one.no == part_no), None)
    return None if part is None else (detail, part)


def packed_by_parcel(order_id: UUID, part_no: int) -> dict[UUID, dict[int, int]]:
    """Return what is in the parcels of a part that are not unpacked, by parcel and line number."""
    rows = ParcelLine.objects.filter(
        parcel__work__order_id=order_id, parcel__work__part_no=part_no
    ).exclude(parcel__state=ParcelState.CANCELLED.value)
    found: dict[UUID, dict[int, int]] = {}
    for parcel_id, line_no, units in rows.values_list("parcel__id", "line_no", "quantity"):
        found.setdefault(parcel_id, {})[line_no] = units
    return found


def works_by_part(parts: Sequence[PartWork]) -> dict[tuple[UUID, int], Work]:
    """Return the work that is known of parts, by order and part."""
    rows = Work.objects.filter(order_id__in={one.order.id for one in parts})
    return {(row.order_id, row.part_no): row for row in rows}


def card_of(
    one: PartWork,
    works: Mapping[tuple[UUID, int], Work],
    offer: PlaceOffer,
    place: PlaceInfo,
    now: datetime,
) -> BoardCard:
    """Return a part as a card."""
    work = works.get((one.order.id, one.part.no))
    is_pickup = one.order.delivery is not Delivery.SHIP
    zone = place.details.time_zone
    if work is not None:
        promised = work.promised_at
    else:
        promised = one.order.slot_starts_at or due_on(
            offer, one.order.placed_at, zone, is_pickup=is_pickup, wanted_on=one.part.wanted_on
        )
    ready, gone = (work.ready_at, work.gone_at) if work else (None, None)
    kept = (ready or gone) if is_pickup else gone
    return BoardCard(
        order_id=one.order.id,
        part_no=one.part.no,
        number=one.order.number,
        delivery=one.order.delivery,
        state=one.part.state,
        promised_at=promised,
        slot_ends_at=one.order.slot_ends_at,
        is_late=(kept or now) > promised,
        is_held_up=one.is_held_up,
        units=sum(line.quantity for line in one.lines),
        lines=one.lines,
        done_at=gone or ready,
        shelf=work.shelf if work else "",
    )


def place_in_scope(actor: Actor, place_id: str, permission: str = VIEW) -> PlaceInfo:
    """Return a place the actor may see the work of. Raises: NotAllowedError, FulfilmentPlaceError,
    MalformedIdError."""
    scope = resolve_scope(actor=actor, permission=permission)
    places = places_by_key(keys=None if scope.everything else scope.places)
    found = next((one for one in places.values() if one.id == place_id), None)
    if found is None:
        raise FulfilmentPlaceError(ref=place_id)
    return found


def _column(cards: Collection[BoardCard], *, has_more: bool) -> BoardColumn:
    shown = tuple(sorted(cards, key=lambda card: (card.promised_at, card.number)))
    return BoardColumn(shown, sum(card.is_late for card in shown), has_more)


def _gone_today(place: PlaceInfo, now: datetime, delivery: Delivery | None) -> BoardColumn:
    zone = ZoneInfo(place.details.time_zone or "UTC")
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Work.objects.filter(place_key=place.key, gone_at__gte=midnight)
    if delivery is not None:
        rows = rows.filter(delivery=delivery.value)
    found = list(rows.order_by("-gone_at")[: _SHOWN + 1])
    units = _units_of(found[:_SHOWN])
    cards = [
        BoardCard(
            order_id=row.order_id,
            part_no=row.part_no,
            number=row.number,
            delivery=Delivery(row.delivery),
            state=PartState.GONE,
            promised_at=row.promised_at,
            slot_ends_at=None,
            is_late=_kept_at(row) > row.promised_at,
            is_held_up=False,
            units=units.get(row.key, 0),
            lines=(),
            done_at=row.gone_at,
        )
        for row in found[:_SHOWN]
    ]
    return BoardColumn(tuple(cards), sum(card.is_late for card in cards), len(found) > _SHOWN)


def _kept_at(row: Work) -> datetime:
    """Return when a promise was kept: a pickup when it was ready, what is sent when it left."""
    kept = row.gone_at if row.delivery == Delivery.SHIP else row.ready_at or row.gone_at
    return kept or row.promised_at


def _units_of(rows: Sequence[Work]) -> dict[int, int]:
    found: dict[int, int] = {}
    lines = PickLine.objects.filter(order_id__in=[row.order_id for row in rows])
    keys = {(row.order_id, row.part_no): row.key for row in rows}
    for order_id, part_no, picked in lines.values_list("order_id", "part_no", "picked"):
        if (key := keys.get((order_id, part_no))) is not None:
            found[key] = found.get(key, 0) + picked
    return found

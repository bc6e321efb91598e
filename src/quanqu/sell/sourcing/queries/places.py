"""The places of a company with what they offer, as sourcing sees them now."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.know.org.facade import places_by_key
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.models import Offer
from quanqu.sell.sourcing.rules.clocks import Times, tell_times
from quanqu.sell.sourcing.rules.nodes import NO_LIMIT, Node, Nodes

__all__ = ["forget_places", "nodes_of", "offers_by_place", "places_of", "usual_offer"]

FRESH_S: Final = 30.0
"""Where places are changes seldom: it is read again after so long."""

_USUAL: Final = {
    PlaceType.WAREHOUSE: PlaceOffer(is_shipping=True, is_pickup=False),
    PlaceType.SUPPLIER: PlaceOffer(is_shipping=True, is_pickup=False),
    PlaceType.STORE: PlaceOffer(is_shipping=True, is_pickup=True),
}
_NOTHING: Final = PlaceOffer(is_shipping=False, is_pickup=False)
_LOADS: Final = (
    "SELECT l.place_key, l.day, l.parcels FROM sourcing_load l "
    "JOIN unnest(%s::int[], %s::date[]) AS t(p, d) ON l.place_key = t.p AND l.day = t.d"
)


@dataclass(slots=True)
class _Kept:
    """The places read last, by company, and when (a clock that only runs forward)."""

    read_at: float = float("-inf")
    places: Mapping[int, tuple[PlaceInfo, ...]] | None = None


_kept: Final = _Kept()


def places_of(company_key: int) -> tuple[PlaceInfo, ...]:
    """Return the places of a company; at most half a minute old."""
    is_old = time.monotonic() - _kept.read_at > FRESH_S
    if _kept.places is None or is_old or company_key not in _kept.places:
        found: dict[int, list[PlaceInfo]] = {}
        for place in places_by_key().values():
            found.setdefault(place.company_key, []).append(place)
        _kept.places = {company: tuple(places) for company, places in found.items()}
        _kept.read_at = time.monotonic()
    return _kept.places.get(company_key, ())


def forget_places() -> None:
    """Read places anew at the next question."""
    _kept.places = None


def usual_offer(kind: PlaceType) -> PlaceOffer:
    """Return what a place of a kind offers when nothing was said of it."""
    return _USUAL.get(kind, _NOTHING)


def offers_by_place(place_keys: Collection[int]) -> dict[int, PlaceOffer]:
    """Return what was said of places; those without a word of their own are not in it."""
    rows = Offer.objects.filter(place_key__in=list(place_keys))
    return {row.place_key: _offer(row) for row in rows}


def nodes_of(company_key: int, now: datetime) -> Nodes:
    """Return the places of a company with their clocks and what is left of their capacity."""
    places = places_of(company_key)
    said = offers_by_place([place.key for place in places])
    known = [
        (place, said.get(place.key, usual_offer(place.details.place_type))) for place in places
    ]
    times = _times(known, now)
    loads = _loads({place.key: times[place.key].today for place, _ in known})
    return Nodes.of(
        [_node(place, offer, times[place.key], loads.get(place.key, 0)) for place, offer in known]
    )


def _times(known: list[tuple[PlaceInfo, PlaceOffer]], now: datetime) -> dict[int, Times]:
    """Read the clocks; places of one zone and offer have one."""
    told: dict[tuple[object, ...], Times] = {}
    found = {}
    for place, offer in known:
        clock = (
            place.time_zone,
            offer.opens,
            offer.cut_off,
            offer.lead_minutes,
            offer.pickup_lead_minutes,
        )
        if clock not in told:
            told[clock] = tell_times(offer, place.time_zone, now)
        found[place.key] = told[clock]
    return found


def _loads(days: Mapping[int, date]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, [list(days), list(days.values())])
        return {place: parcels for place, _, parcels in cursor.fetchall()}


def _node(place: PlaceInfo, offer: PlaceOffer, times: Times, load: int) -> Node:
    limit, details = offer.daily_parcels, place.details
    return Node(
        key=place.key,
        code=place.code,
        kind=details.place_type.value,
        country=details.country,
        postcode=details.postcode,
        point=details.point,
        is_shipping=offer.is_shipping,
        is_pickup=offer.is_pickup,
        is_open=times.is_open,
        left_today=NO_LIMIT if limit is None else max(limit - load, 0),
        used_permille=0 if limit is None else min(load * 1000 // max(limit, 1), 1000),
        leaves_at=times.leaves_at,
        ready_at=times.ready_at,
        parcel_minor=offer.parcel_minor,
        kg_km_minor=offer.kg_km_minor,
        tags=frozenset(offer.tags),
        channels=frozenset(offer.channels),
        limit=limit,
        today=times.today,
        is_ready_today=times.is_ready_today,
    )


def _offer(row: Offer) -> PlaceOffer:
    return PlaceOffer(
        is_shipping=row.is_shipping,
        is_pickup=row.is_pickup,
        daily_parcels=row.daily_parcels,
        opens=tuple(None if one is None else (one[0], one[1]) for one in row.opens),
        cut_off=row.cut_off,
        lead_minutes=row.lead_minutes,
        pickup_lead_minutes=row.pickup_lead_minutes,
        parcel_minor=row.parcel_minor,
        kg_km_minor=row.kg_km_minor,
        tags=tuple(row.tags),
        channels=tuple(row.channels),
    )

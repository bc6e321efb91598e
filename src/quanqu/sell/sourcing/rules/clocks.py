"""When a place is open, when a parcel leaves it, and from when it can be fetched there."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from quanqu.sell.sourcing.contracts import PlaceOffer

__all__ = ["Times", "tell_times"]

FARTHEST_DAYS: Final = 14
"""A place that opens on no day of two weeks opens never."""


@dataclass(frozen=True, slots=True)
class Times:
    """A place's clock at one moment (aware UTC).

    `leaves_at`, `ready_at`: None where it opens never.  `today`: the date there; `is_ready_today`:
    `ready_at` is on it.
    """

    is_open: bool
    leaves_at: datetime | None
    ready_at: datetime | None
    today: date
    is_ready_today: bool = False


def tell_times(offer: PlaceOffer, zone: str, now: datetime) -> Times:
    """Read the clock of a place. Opening hours are local, so days with a change of time differ."""
    here = now.astimezone(ZoneInfo(zone))
    minute = here.hour * 60 + here.minute
    hours = _hours(offer, here.date())
    is_open = hours is not None and hours[0] <= minute < hours[1]
    ready = _ready_at(offer, here, now)
    is_today = ready is not None and ready.astimezone(here.tzinfo).date() == here.date()
    return Times(is_open, _leaves_at(offer, here, now), ready, here.date(), is_today)


def _hours(offer: PlaceOffer, day: date) -> tuple[int, int] | None:
    """Return from when to when a place is open on a day, in minutes."""
    return offer.opens[day.weekday()] if offer.opens else (0, 24 * 60)


def _leaves_at(offer: PlaceOffer, here: datetime, now: datetime) -> datetime | None:
    if offer.cut_off is None:
        return now + timedelta(minutes=offer.lead_minutes)
    for days in range(FARTHEST_DAYS):
        day = here.date() + timedelta(days=days)
        leaves = _at(day, offer.cut_off, here)
        if _hours(offer, day) is not None and leaves >= now:
            return leaves
    return None


def _ready_at(offer: PlaceOffer, here: datetime, now: datetime) -> datetime | None:
    """Return the first moment in opening hours after the lead, which runs in opening hours too."""
    for days in range(FARTHEST_DAYS):
        day = here.date() + timedelta(days=days)
        hours = _hours(offer, day)
        if hours is None:
            continue
        opens, closes = _at(day, hours[0], here), _at(day, hours[1], here)
        ready = max(opens, now) + timedelta(minutes=offer.pickup_lead_minutes)
        if ready <= closes or not offer.opens:
            return ready
    return None


def _at(day: date, minute: int, here: datetime) -> datetime:
    """Return a minute of a day on the clock there, as UTC."""
    midnight = datetime.combine(day, time(), here.tzinfo)
    wall = midnight + timedelta(minutes=minute)  # on the clock: the zone is looked up afterwards
    return wall.astimezone(ZoneInfo("UTC"))

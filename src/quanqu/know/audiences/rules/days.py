"""Windows and spans of whole UTC days, counted back from the day asked for."""

from datetime import date, timedelta
from typing import Final

from quanqu.know.audiences.contracts import Op, Window

EARLIEST = date(1970, 1, 1)
FRESH_DAYS: Final = 45
FEW: Final = 1000


def window_days(window: Window, as_of: date) -> tuple[date | None, date]:
    """Return the first day that counts (None: from the beginning) and the last, both included.

    Nothing after `as_of` counts.  The last N days are `as_of` and the N − 1 days before it.
    """
    if window.last_days is not None:
        return back(as_of, window.last_days - 1), as_of
    return window.from_on, min(window.to_on or as_of, as_of)


def span(op: Op, value: object, as_of: date) -> tuple[date | None, date | None]:
    """Return the days, both included, that a comparison of a day allows (None: no bound)."""
    if op is Op.WITHIN_LAST:
        return back(as_of, int(str(value)) - 1), as_of
    if op is Op.BEFORE:
        return None, date.fromisoformat(str(value)) - timedelta(days=1)
    if op is Op.AFTER:
        return date.fromisoformat(str(value)) + timedelta(days=1), None
    if isinstance(value, list):
        return date.fromisoformat(str(value[0])), date.fromisoformat(str(value[1]))
    raise ValueError(f"{op} does not compare days")


def back(day: date, days: int) -> date:
    """Return the day that many days before, but none before 1970."""
    return max(EARLIEST, day - timedelta(days=min(days, (day - EARLIEST).days)))


def look_back(*, today: date, events: int, fresh: int, last_before: date | None) -> date:
    """Return the day that windows end on: today, or the last day with data once that is old.

    Shapes: `fresh` of the `events` are of the last 45 days, `last_before` is the last day with an
    event before these.  Data is old when less than one event in a thousand is fresh: an event
    sent for a try does not turn a group of old data into one of today.
    """
    is_alive = fresh * FEW >= events
    return today if is_alive or last_before is None else last_before

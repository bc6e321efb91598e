"""Windows and spans of whole UTC days, counted back from the day asked for."""

import math
from datetime import date, timedelta
from typing import Final

import msgspec

from quanqu.know.audiences.contracts import EventRule, Measure, Op, Window
from quanqu.know.audiences.rules.festivals import festival_days

EARLIEST = date(1970, 1, 1)
LATEST = date(2199, 12, 31)
NEVER: Final = (date(1970, 1, 2), date(1970, 1, 1))
FRESH_DAYS: Final = 45
FEW: Final = 1000
LONGEST: Final = 3_650  # so that no day before 1970 is meant
_AT_MOST: Final = frozenset({Op.LTE, Op.LT, Op.EQ, Op.BETWEEN})


def window_days(window: Window, as_of: date) -> tuple[date | None, date]:
    """Return the first day that counts (None: from the beginning) and the last, both included.

    Nothing after `as_of` counts.  The last N days are `as_of` and the N − 1 days before it.  A
    window that holds no day ends before it begins.
    """
    if window.last_days is not None:
        return back(as_of, window.last_days - 1), as_of
    if window.from_days_ago is not None or window.to_days_ago is not None:
        last = back(as_of, window.to_days_ago or 0)
        return None if window.from_days_ago is None else back(as_of, window.from_days_ago), last
    if window.festival is not None:
        first, last = festival_days(window.festival, as_of) or NEVER
        return first, min(last, as_of)
    return window.from_on, min(window.to_on or as_of, as_of)


def is_moving(window: Window) -> bool:
    """Tell whether the days of a window depend on the day asked for, beyond ending there."""
    return window.last_days is not None or (
        (window.from_days_ago, window.to_days_ago, window.festival) != (None, None, None)
    )


def narrowed(rule: EventRule) -> EventRule:
    """Return a rule that the same customers satisfy and that need not look back farther than its
    value: only who has an event in the last days can have the last one so few days ago.

    Only for a window that ends on the day asked for.
    """
    days = _reach(rule)
    window = rule.window
    if days is None or window not in (Window(), Window(last_days=window.last_days)):
        return rule
    least = min(days, window.last_days or days)
    return msgspec.structs.replace(rule, window=Window(last_days=least))


def _reach(rule: EventRule) -> int | None:
    """Return how many days the last event may be back, that of the day asked for included."""
    value = rule.value
    if rule.measure is Measure.LAST and rule.op is Op.WITHIN_LAST:
        return int(str(value))
    if rule.measure is not Measure.RECENCY or rule.op not in _AT_MOST:
        return None
    most = max(value) if isinstance(value, list) else value
    if not isinstance(most, int | float) or not 0 <= most < LONGEST:
        return None
    return math.floor(most) + 1


def span(op: Op, value: object, as_of: date) -> tuple[date | None, date | None]:
    """Return the days, both included, that a comparison of a day allows (None: no bound)."""
    if op is Op.WITHIN_LAST:
        return back(as_of, int(str(value)) - 1), as_of
    if op is Op.WITHIN_NEXT:
        return as_of, ahead(as_of, int(str(value)) - 1)
    if op is Op.BEFORE_LAST:
        return None, back(as_of, int(str(value)))
    if op is Op.AFTER_NEXT:
        return ahead(as_of, int(str(value))), None
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


def ahead(day: date, days: int) -> date:
    """Return the day that many days after, but none after 2199."""
    return min(LATEST, day + timedelta(days=min(days, max(0, (LATEST - day).days))))


def look_back(*, today: date, events: int, fresh: int, last_before: date | None) -> date:
    """Return the day that windows end on: today, or the last day with data once that is old.

    Shapes: `fresh` of the `events` are of the last 45 days, `last_before` is the last day with an
    event before these.  Data is old when less than one event in a thousand is fresh: an event
    sent for a try does not turn a group of old data into one of today.
    """
    is_alive = fresh * FEW >= events
    return today if is_alive or last_before is None else last_before

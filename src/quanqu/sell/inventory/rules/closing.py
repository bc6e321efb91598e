"""When a place is closed, and what is told of holds asked for there.

Source: docs/guide/stock.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from quanqu.sell.inventory.contracts import Hold, PlaceClosing, PlaceClosingError
from quanqu.sell.inventory.rules.admission import At

__all__ = ["checked_closing", "closed_at", "named"]

FURTHEST: Final = timedelta(days=3_660)
LONGEST_REASON: Final = 300


def checked_closing(closing: PlaceClosing, *, now: datetime) -> PlaceClosing:
    """Return a closing that begins now at the earliest. Raises: PlaceClosingError."""
    starts_at = max(closing.starts_at, now)
    if starts_at > now + FURTHEST or (closing.ends_at and closing.ends_at > now + FURTHEST):
        raise PlaceClosingError(problem="it lies more than ten years ahead")
    if closing.ends_at is not None and closing.ends_at <= starts_at:
        raise PlaceClosingError(problem="it ends before it begins")
    if len(closing.reason) > LONGEST_REASON:
        raise PlaceClosingError(problem=f"the reason has more than {LONGEST_REASON} characters")
    return replace(closing, starts_at=starts_at)


def closed_at(
    levels: Iterable[tuple[At, datetime | None, datetime | None]], now: datetime
) -> frozenset[At]:
    """Return which levels are of a place that is closed: (level, from when, until when)."""
    return frozenset(
        at for at, start, end in levels if start and PlaceClosing(start, end).covers(now)
    )


def named(hold: Hold, closed: Collection[At], queued: Collection[At] = ()) -> Hold:
    """Return an answer that names what else than balances made lines short: closed places, and
    items at places for which others wait in line."""
    ats = {(one.line.place_key, one.line.variant_key) for one in hold.short}
    places = tuple(sorted({place for place, _ in ats & set(closed)}))
    waited = tuple(sorted(ats & set(queued)))
    return replace(hold, closed=places, queued=waited) if places or waited else hold

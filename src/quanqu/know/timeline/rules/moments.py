"""When an event happened: the sender's time, corrected by the skew of its clock."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def happened_at(timestamp: str | None, *, sent_at: str | None, received_at: datetime) -> datetime:
    """Return when an event happened, in UTC, never after it was received.

    With both times of the sender's clock its skew falls out: received - (sent - happened).
    A missing time, or one before 1970, becomes the time of receipt.
    Source: docs/rules/timeline.md#time, after the Segment specification, "Timestamps".
    """
    corrected = corrected_moment(timestamp, sent_at=sent_at, received_at=received_at)
    if corrected is None:
        return received_at
    return corrected if _EARLIEST <= corrected <= received_at else received_at


def corrected_moment(
    timestamp: str | None, *, sent_at: str | None, received_at: datetime
) -> datetime | None:
    """Return the sender's time without the skew of its clock, wherever it lies, or None."""
    happened = _moment(timestamp)
    if happened is None:
        return None
    sent = _sent_moment(sent_at)
    try:
        return happened if sent is None else received_at - (sent - happened)
    except OverflowError:  # the two lie further apart than the calendar is long
        return None


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


_sent_moment: Final = lru_cache(maxsize=64)(_moment)
"""A batch says once when it was sent, for all its events."""

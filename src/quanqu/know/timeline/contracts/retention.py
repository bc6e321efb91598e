"""How long events are kept in the lake, and what that took away."""

from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["RetentionPreview", "RetentionRule", "RetentionRun"]


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How many days (UTC, from when they happened) events are kept; empty fields mean any.

    The most particular rule decides: source and event, then source, then event, then any.
    """

    days: int
    source: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class RetentionPreview:
    """A rule, and how many events it would take away now."""

    rule: RetentionRule
    waiting: int


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """What one rule took away on one run: events that happened before `before`."""

    rule: RetentionRule
    before: date
    removed: int
    ran_at: datetime
    is_done: bool

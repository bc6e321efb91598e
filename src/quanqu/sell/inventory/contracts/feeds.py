"""The feed of a channel: what it can be promised, change by change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

__all__ = ["KEPT_DAYS", "Feed", "FeedChange", "FeedDraft", "FeedPage", "IssuedFeed"]

KEPT_DAYS: Final = 7
"""For how many days changes are kept; whoever is further behind reads everything again."""


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """Whose stock a channel follows; no places: all of the company.  `url`: where changes are sent
    as webhooks; empty: nowhere, they are read."""

    company_key: int
    channel: str
    name: str
    place_keys: tuple[int, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it stands.

    `sent`: up to which change the webhook has taken them; `failing_since`: since when it does not.
    """

    key: int
    id: UUID
    draft: FeedDraft
    made_by: str
    made_at: datetime
    last: int
    sent: int
    failing_since: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class IssuedFeed:
    """A new feed with the key its webhooks are signed with, told this once."""

    feed: Feed
    secret: str


@dataclass(frozen=True, slots=True)
class FeedChange:
    """From `at` on the channel can be promised `available` units of an item at a place."""

    key: int
    place_key: int
    variant_key: int
    available: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes after a cursor, the last one of each item at a place; `cursor` goes on after them."""

    changes: tuple[FeedChange, ...]
    cursor: int
    has_more: bool

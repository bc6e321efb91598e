"""Visits and the channels they came by: the rule table, the question and its answer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from quanqu.kernel.time import Period

__all__ = [
    "ChannelMatch",
    "ChannelRule",
    "ChannelTable",
    "VisitDimension",
    "VisitFigures",
    "VisitQuestion",
    "VisitReport",
    "VisitSettings",
]


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Which visits came by a channel: every list that is given must match.

    A list matches when the value is one of it; "*" is any value.  Hosts match with what lies below
    them; one that ends with ".*" has any ending ("google.*").
    """

    channel: str
    mediums: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """When a visit ends.  Units: minutes; `midnight_offset_min` is that of the zone's clock to UTC.

    With None a visit may last over midnight.
    """

    idle_min: int = 30
    ends_on_campaign: bool = True
    midnight_offset_min: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelTable:
    """The rules in force, the first that matches decides; version 0 is the one shipped."""

    version: int
    rules: tuple[ChannelRule, ...]
    visits: VisitSettings = field(default_factory=VisitSettings)
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelMatch:
    """A rule ready to be compared: lists in small letters, hosts as one regular expression."""

    channel: str
    mediums: tuple[str, ...]
    sources: tuple[str, ...]
    click_ids: tuple[str, ...]
    host_pattern: str


class VisitDimension(StrEnum):
    """By what visits are told apart."""

    DAY = "day"
    CHANNEL = "channel"
    UTM_SOURCE = "utm_source"
    CAMPAIGN = "campaign"
    LANDING_PAGE = "landing_page"
    REFERRER = "referrer"
    SOURCE = "source"
    NEAREST_STORE = "nearest_store"


@dataclass(frozen=True, slots=True)
class VisitQuestion:
    """Visits that began within the period (UTC days); empty filters leave a field open."""

    period: Period
    by: VisitDimension = VisitDimension.CHANNEL
    sources: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    limit: int = 100


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """Figures of some visits.  Units: dwell in seconds, summed."""

    key: str
    visits: int
    visitors: int
    bounces: int
    pages: int
    dwell_s: int
    orders: int

    @property
    def bounce_rate(self) -> float | None:
        """Bounces by visits, 0 to 1."""
        return self.bounces / self.visits if self.visits else None

    @property
    def mean_dwell_s(self) -> float | None:
        """Seconds from the first event of a visit to its last, on average."""
        return self.dwell_s / self.visits if self.visits else None

    @property
    def pages_per_visit(self) -> float | None:
        """Pages and screens by visits."""
        return self.pages / self.visits if self.visits else None

    @property
    def order_rate(self) -> float | None:
        """Visits with an order by visits, 0 to 1."""
        return self.orders / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class VisitReport:
    """The figures in all and by the dimension, the most visits first (days in order)."""

    total: VisitFigures
    rows: tuple[VisitFigures, ...]
    version: int
    by: VisitDimension
    is_cut: bool

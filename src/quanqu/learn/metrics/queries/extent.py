"""How far the data reaches, and which stretches of time are complete."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.time import Period, local_date
from quanqu.learn.metrics.contracts import Dimension
from quanqu.learn.metrics.metrics.extent import extent
from quanqu.learn.metrics.queries.cache import remembered
from quanqu.learn.metrics.queries.sight import Sight, sight_of
from quanqu.learn.metrics.rules.periods import bucket_days, is_complete

_READ: Final = ("fact_order", "dim_place")


@dataclass(frozen=True, slots=True)
class Extent:
    """The days from the first to the last order of a scope, and the earliest date it is there."""

    data: Period | None
    today: date
    has_simulated: bool

    def holds(self, stretch: Period, asked: Period) -> bool:
        """Tell whether a stretch of the period asked for is complete."""
        return is_complete(stretch, asked, self.data, self.today)

    def complete_buckets(
        self, starts: Iterable[date], bucket: Dimension, asked: Period
    ) -> tuple[bool, ...]:
        """Tell of each bucket of a period whether it is complete."""
        return tuple(self.holds(bucket_days(start, bucket), asked) for start in starts)


@dataclass(frozen=True, slots=True)
class _Found:
    data: Period | None
    zones: tuple[str, ...]
    has_simulated: bool


def data_span(*, actor: Actor, places: frozenset[int] | None = None) -> Period | None:
    """Return the days from the first to the last order of the actor's scope, None without any.

    Raises: NotAllowedError.
    """
    return _found(sight_of(actor, places, _READ)).data


def extent_of(actor: Actor, places: frozenset[int] | None, now: datetime) -> Extent:
    """Return how far the data of the actor's scope reaches. Raises: NotAllowedError."""
    found = _found(sight_of(actor, places, _READ))
    today = min(local_date(now, zone) for zone in found.zones or ("UTC",))
    return Extent(found.data, today, found.has_simulated)


def _found(sight: Sight) -> _Found:
    def work() -> _Found:
        rows = sight.prepared("extent", lambda: extent(sight.tables, sight.places)).to_pylist()
        (days,) = [row for row in rows if row["zone"] is None]
        first, last = days["first_on"], days["last_on"]
        return _Found(
            Period(first, last) if first and last else None,
            tuple(sorted({row["zone"] for row in rows if row["zone"]})),
            any(row["simulated"] for row in rows),
        )

    return remembered(("extent", sight), work)

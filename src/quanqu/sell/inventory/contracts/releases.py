"""From which day goods that are sold ahead may leave."""

from dataclasses import dataclass
from datetime import date, datetime

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = ["NotReleasedError", "ReleaseDayError", "ReleaseFilters", "ReleaseRow"]


class NotReleasedError(RefusedError):
    """Goods are to leave before the day from which they may."""

    code = "inventory.not_released"
    template = "Goods of the hold {ref} may leave from {day} on."


class ReleaseDayError(InvalidError):
    """A release day that cannot be."""

    code = "inventory.release_day"
    template = "The release day: {problem}."


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """From which day an item may leave a place (None: all places of the company).

    Days are those of the place's own calendar.
    """

    key: int
    company_key: int
    variant_key: int
    place_key: int | None
    release_on: date
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseFilters:
    """Narrow a list of release days; None is all. `after`: only days after it."""

    company_keys: frozenset[int] | None = None
    place_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    after: date | None = None

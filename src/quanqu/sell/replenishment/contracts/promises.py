"""What can be promised of goods to come, and what was promised of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

__all__ = ["Promise", "PromiseFilters", "PromiseStep"]


@dataclass(frozen=True, slots=True)
class PromiseStep:
    """From a day on, so many units of an item at a place can be promised; today: what is there."""

    place_key: int
    variant_key: int
    from_on: date
    units: int


@dataclass(frozen=True, slots=True)
class Promise:
    """When what a line of a hold waits for is to be there.

    `promised_on`: the day there is now, None where not enough is to come; `first_on`: the day that
    was told first.
    """

    key: int
    request_id: UUID
    line_no: int
    owner: str
    company_key: int
    place_key: int
    variant_key: int
    units: int
    promised_on: date | None
    first_on: date | None
    made_at: datetime
    updated_at: datetime

    @property
    def is_at_risk(self) -> bool:
        """True where the day is later than first told, or there is none."""
        if self.promised_on is None:
            return True
        return self.first_on is not None and self.promised_on > self.first_on


@dataclass(frozen=True, slots=True)
class PromiseFilters:
    """Narrow a list of promises: places, companies, those at risk or not."""

    place_keys: frozenset[int] | None = None
    company_keys: frozenset[int] | None = None
    is_at_risk: bool | None = None

"""Places that are closed: nothing is promised there."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["ClosedPlace", "PlaceClosing"]


@dataclass(frozen=True, slots=True)
class PlaceClosing:
    """From when and until when a place is closed; `ends_at` None: until it is opened again."""

    starts_at: datetime
    ends_at: datetime | None = None
    reason: str = ""

    def covers(self, moment: datetime) -> bool:
        """Tell whether the place is closed at a moment."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True, slots=True)
class ClosedPlace:
    """A place that is closed or will be; `claimed`: units promised there before, which stay."""

    key: int
    place_key: int
    closing: PlaceClosing
    set_by: str
    set_at: datetime
    claimed: int

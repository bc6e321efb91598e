"""What this room needs of a higher one: when goods come."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol

__all__ = ["Outlook"]


class Outlook(Protocol):
    """Tells from which day something can be promised of what is still to come."""

    def first_days(
        self, *, variant_keys: Collection[int], place_keys: Collection[int], now: datetime
    ) -> Mapping[tuple[int, int], date]:
        """Return by (place, item) the first day on which a unit that comes is promised to nobody;
        without those of which nothing comes.  A set question, however many there are."""

"""Pages of a table in a chosen order: each begins after the last row of the one before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet

from quanqu.kernel.paging import MalformedCursorError, decode_cursor, encode_cursor

_LARGEST: Final = 2**63 - 1

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Sorting:
    """One way to put a list in order: by a field that is never null, and within it by key.

    `read` turns the text of a cursor into the field's type; what it cannot read is no cursor.
    """

    code: str
    field: str
    is_descending: bool = True
    read: Callable[[str], Any] = str

    def page(
        self, rows: "QuerySet[Row]", cursor: str | None, limit: int
    ) -> tuple[list[Row], str | None]:
        """Return `limit` rows after the cursor, and the cursor of the next page if there is one.

        Raises: MalformedCursorError, also for the cursor of another order.
        """
        if cursor:
            rows = self._after(rows, cursor)
        sign = "-" if self.is_descending else ""
        found = list(rows.order_by(f"{sign}{self.field}", f"{sign}key")[: limit + 1])
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], encode_cursor([self.code, _text(getattr(last, self.field)), last.key])  # type: ignore[attr-defined] # every table has a key

    def _after(self, rows: "QuerySet[Row]", cursor: str) -> "QuerySet[Row]":
        code, text, key = decode_cursor(cursor, length=3)
        if code != self.code or not isinstance(text, str) or not isinstance(key, int):
            raise MalformedCursorError(text=cursor)
        try:
            value = self.read(text)
        except ValueError:
            raise MalformedCursorError(text=cursor) from None
        further, sides = ("lte", "gte") if self.is_descending else ("gte", "lte")
        beyond = rows.filter(**{f"{self.field}__{further}": value})
        return beyond.exclude(**{self.field: value, f"key__{sides}": key})


def read_moment(text: str) -> datetime:
    """Read a time of a cursor. Raises: ValueError."""
    moment: datetime = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def read_number(text: str) -> int:
    """Read a number of a cursor that a column can hold. Raises: ValueError."""
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError(text)
    return number


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

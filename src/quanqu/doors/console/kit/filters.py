"""Filters of a list: declared once, read from the address, shown as chips."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.http import QueryDict
from django.utils.functional import Promise

from quanqu.doors.console.kit.sealing import open_text
from quanqu.doors.console.rules.periods import FIRST_DAY, LAST_DAY
from quanqu.doors.console.shell.frame import Frame

__all__ = ["Asked", "Filter", "FilterLine", "Option", "read_asked"]


@dataclass(frozen=True, slots=True)
class Option:
    """One value a filter can take; `slot` gives it a channel's colour."""

    value: str
    title: str
    note: str = ""
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: options to tick, a free text, or a span of days."""

    code: str
    title: str | Promise
    kind: Literal["choice", "text", "days"] = "choice"
    options: Callable[[Frame], Sequence[Option]] | None = None
    hint: str | Promise = ""
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a list."""

    text: str
    values: Mapping[str, tuple[str, ...]]
    sort: str
    first: date | None
    last: date | None

    def one(self, code: str) -> str | None:
        """Return the first value of a filter, None when it is not set."""
        found = self.values.get(code, ())
        return found[0] if found else None

    def many(self, code: str) -> tuple[str, ...]:
        """Return every value of a filter."""
        return self.values.get(code, ())

    @property
    def is_narrow(self) -> bool:
        """True when anything but the order is asked for."""
        return bool(self.text or self.values or self.first or self.last)


@dataclass(frozen=True, slots=True)
class FilterLine:
    """A filter as the page shows it."""

    filter: Filter
    options: Sequence[Option]
    chosen: tuple[str, ...]
    said: str
    clear_href: str
    hidden: Sequence[tuple[str, str]]

    @property
    def is_on(self) -> bool:
        """True when it narrows the list."""
        return bool(self.said)


def read_asked(query: QueryDict, filters: Sequence[Filter]) -> Asked:
    """Read the filters from an address; values nobody offers are left to the facade to refuse."""
    values = {
        one.code: tuple(value for value in query.getlist(one.code) if value)
        for one in filters
        if one.kind != "days"
    }
    has_days = any(one.kind == "days" for one in filters)
    return Asked(
        text=open_text(query.get("q", "").strip()),
        values={code: found for code, found in values.items() if found},
        sort=query.get("sort", ""),
        first=_day(query.get("from", "")) if has_days else None,
        last=_day(query.get("to", "")) if has_days else None,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None

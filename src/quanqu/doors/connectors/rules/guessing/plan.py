"""The plan of a mapping in the making: the columns chosen, and how a field is written from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quanqu.doors.connectors.contracts import GuessNote, Hints
from quanqu.doors.connectors.rules.guessing.choice import Choice
from quanqu.doors.connectors.rules.guessing.fit import counted_format
from quanqu.doors.connectors.rules.guessing.leftovers import is_clock
from quanqu.doors.connectors.rules.guessing.profile import Profile

__all__ = ["DIGEST", "ROW_WORD", "Plan", "Spec"]

DIGEST: Final = "__digest"
ROW_WORD: Final = "@row"
_ISO: Final = ("iso",)
_DAYS: Final = {"iso": "%Y-%m-%d"}
_CLOCKS: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")

Spec = dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What is known of a file on the way to its mapping.

    `way`: the lists from a record to its lines (empty: a row is a line).  `basis`: what makes an
    order: `id`, `customer_day` or `row`.  `decimal`: the sign before decimals in this file.
    `has_many`: some orders have several rows.  `is_known`: an export whose meaning is known.
    """

    hints: Hints
    fields: dict[str, Choice]
    is_payload: bool = False
    records: str | None = None
    way: tuple[str, ...] = ()
    basis: str = "id"
    decimal: str = "."
    has_many: bool = False
    is_known: bool = False
    is_rate: bool = False
    is_total: bool = False
    is_discount_below: bool = False
    is_refund_of_order: bool = True
    order: str = ""
    currency: str = ""
    signs: Mapping[str, str] = field(default_factory=dict)
    notes: list[GuessNote] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Tell whether every one of the fields has a column."""
        return all(name in self.fields for name in names)

    def one(self, name: str) -> Profile:
        """Return the (first) column of a field."""
        return self.fields[name].columns[0]

    def note(self, code: str, **values: str) -> None:
        """Remember something a person should know."""
        self.notes.append(GuessNote(code, values))

    def ref(self, column: Profile, *, in_line: bool) -> str:
        """Return how an entity refers to a column: in lines of payloads, `^` is the record."""
        if not self.is_payload or not in_line or not self.way:
            return column.path
        up = len(self.way) - len(column.level)
        return f"{'^' * up}.{column.path}" if up else column.path

    def text(self, name: str, *, in_line: bool = False, **more: Any) -> Spec | str:
        """Return the spec of a text field; several columns are joined by a blank."""
        columns = self.fields[name].columns
        refs = [self.ref(column, in_line=in_line) for column in columns]
        spec: Spec = {"from": refs[0] if len(refs) == 1 else refs}
        if len(refs) > 1:
            spec["join"] = " "
        elif columns[0].unwrap:
            spec["extract"] = columns[0].unwrap
        spec |= more
        return spec if len(spec) > 1 or len(refs) > 1 else refs[0]

    def number(self, name: str, *, in_line: bool = False, digits: int = 2, **more: Any) -> Spec:
        """Return the spec of an amount or price: rounded only where the file has more digits."""
        column = self.one(name)
        spec: Spec = {"from": self.ref(column, in_line=in_line)}
        if column.numbers is not None and column.numbers.digits > digits:
            spec["round"] = "half_up"
        return spec | self.sign() | more

    def sign(self) -> Spec:
        """Return the sign before decimals where it is not the point."""
        return {"decimal": ","} if self.decimal == "," else {}

    def time(self, name: str, *, in_line: bool = False, **more: Any) -> Spec:
        """Return the spec of a time or date with its formats."""
        column, *clocks = self.fields[name].columns
        formats = list(self.formats(column))
        if not clocks:
            return {"from": self.ref(column, in_line=in_line), "formats": formats, **more}
        refs = [self.ref(each, in_line=in_line) for each in (column, *clocks)]
        with_clock = [f"{_DAYS.get(day, day)} {clock}" for day in formats for clock in _CLOCKS]
        kept = [*with_clock, *formats] if is_clock(clocks[0]) else formats
        return {"from": refs, "join": " ", "formats": kept, **more}

    def formats(self, column: Profile) -> tuple[str, ...]:
        """Return the formats of a column; the order of day and month is that of the file."""
        if column.dates is not None:
            swap = column.dates.is_open and self.order == "mdy"
            return tuple(_month_first(name) if swap else name for name in column.dates.formats)
        numbers = column.numbers
        found = counted_format(numbers.lowest, numbers.highest) if numbers is not None else ""
        return (found,) if found else _ISO

    def identifiers(self, *, in_line: bool = False) -> Spec:
        """Return the identifiers of a person the file tells."""
        kinds = {"customer_id": "member_id", "email": "email", "phone": "phone"}
        return {
            kind: self.text(name, in_line=in_line)
            for name, kind in kinds.items()
            if name in self.fields
        }

    def plain(self, names: Mapping[str, str], *, in_line: bool = False) -> Spec:
        """Return the specs of text fields that are there, by their canonical names."""
        return {
            kind: self.text(name, in_line=in_line)
            for name, kind in names.items()
            if name in self.fields
        }


def _month_first(pattern: str) -> str:
    for sign in "/.-":
        pattern = pattern.replace(f"%d{sign}%m", f"%m{sign}%d")
    return pattern

"""Which events count for a rule that is kept in parts, and adding many of them to the parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from quanqu.know.audiences.contracts import EventRule, Window
from quanqu.know.audiences.rules.days import window_days
from quanqu.know.audiences.rules.states import EPOCH, Array, parts_of

_ONE: Final = timedelta(days=1)
Days = tuple[date | None, date]


@dataclass(frozen=True, slots=True)
class Piece:
    """Days, both included (first None: from the beginning), whose events are to be added or taken
    away (`sign`): those that are new, or those that were there when days were counted before."""

    first: date | None
    last: date
    is_old: bool = False
    sign: int = 1


def pieces_of(window: Window, as_of: date, before: date | None) -> tuple[Piece, ...]:
    """Return what brings a rule to a day: new events inside the window and, when it was counted as
    of a day `before`, old events on days that have come into the window or left it."""
    now = window_days(window, as_of)
    made = [Piece(*now)]
    if before is not None and before != as_of:
        then = window_days(window, before)
        made += [Piece(*days, True, 1) for days in without(now, then)]
        made += [Piece(*days, True, -1) for days in without(then, now)]
    return tuple(piece for piece in made if not _is_empty((piece.first, piece.last)))


def without(days: Days, others: Days) -> list[Days]:
    """Return the days that are not among the others, as at most two runs."""
    if _is_empty(others):
        return [days]
    first, last = others
    runs: list[Days] = [] if first is None else [(days[0], min(days[1], first - _ONE))]
    after = last + _ONE
    runs.append((after if days[0] is None else max(days[0], after), days[1]))
    return [run for run in runs if not _is_empty(run)]


def _is_empty(days: Days) -> bool:
    return days[0] is not None and days[0] > days[1]


@dataclass(slots=True)
class Rows:
    """Events of one name: where their identifiers stand, their days (since 1970), which lists of
    conditions they meet (bits of `met`), and numbers by field with where they are known."""

    places: Array
    days: Array
    met: Sequence[Array] = ()
    numbers: dict[str, tuple[Array, Array]] = field(default_factory=dict)

    def chosen(self, piece: Piece, at: int | None) -> Array | slice:
        """Return the rows on the days of a piece that meet a list of conditions (None: any)."""
        held = self.days <= _number(piece.last)
        if piece.first is not None:
            held &= self.days >= _number(piece.first)
        if at is not None:
            held &= (self.met[at // BITS] & (1 << at % BITS)) != 0
        return slice(None) if held.all() else np.flatnonzero(held)


BITS: Final = 60


def add_rows(
    rows: Rows, chosen: Array | slice, rule: EventRule, states: Sequence[Array], sign: int
) -> None:
    """Put the chosen rows to the parts of a rule, or take them away."""
    places = rows.places[chosen]
    for part, state in zip(parts_of(rule), states, strict=True):
        if part.name == "count":
            part.put(state, places, None, sign=sign)
        elif part.name in ("first", "last"):
            part.put(state, places, rows.days[chosen], sign=sign)
        else:
            values, known = rows.numbers[rule.of or ""]
            is_known = known[chosen]
            more = None if part.name == "known" else values[chosen][is_known]
            part.put(state, places[is_known], more, sign=sign)


def _number(day: date) -> int:
    return (day - EPOCH).days


def merged(runs: Sequence[Days]) -> list[Days]:
    """Return runs of days put together where they touch, in order."""
    made: list[Days] = []
    for first, last in sorted(runs, key=lambda run: run[0] or date.min):
        if made and (first is None or first <= made[-1][1] + _ONE):
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return made


def chunks(days: Sequence[tuple[date, int]], most: int) -> list[Any]:
    """Return runs of days of at most so many events together, or of one day; `days` are in order,
    each with its number of events."""
    made: list[list[Any]] = []
    for day, count in days:
        if made and made[-1][2] + count <= most:
            made[-1][1:] = [day, made[-1][2] + count]
        else:
            made.append([day, day, count])
    return [(first, last) for first, last, _ in made]

"""One pass over new events for all rules: read in runs of days, as rows for `rules.tallies`.

A pass reads of each event the identifier, the day, one bit for each list of conditions that a rule
on its name has, and the numbers that rules measure: what the rules make of it is sums over arrays.
A run of days holds at most `MOST_ROWS` events, or one day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.lake.facade import json_text, row_count, run, table
from quanqu.know.audiences.contracts import EventRule, PropertyRule
from quanqu.know.audiences.queries.event_sets import met
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.rules.fields import PROPERTIES
from quanqu.know.audiences.rules.tallies import (
    BITS,
    Days,
    Piece,
    Rows,
    chunks,
    merged,
    pieces_of,
)

SUBJECT: Final = "subject_key"
MOST_ROWS: Final = 4_000_000
_FEW: Final = 3 * MOST_ROWS  # a log of so many is not counted first: rules look at some of it
Wanted = Sequence[tuple[EventRule, Piece]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which events of the numbering are new: after `since` up to `until`; `before` is the other day
    that windows ended on when the old ones were counted."""

    since: int
    until: int
    before: date | None = None


ALL: Final = (1 << 63) - 1
EVERY_EVENT: Final = Stretch(-1, ALL)


@dataclass(frozen=True, slots=True)
class Found:
    """Events of one name: whose they are, what is said of them, and the rules that ask for them
    with the place of each rule's list of conditions in `rows.met`."""

    subjects: Any
    rows: Rows
    wanted: Sequence[tuple[EventRule, Piece, int | None]]


@dataclass(slots=True)
class _Lists:
    """The lists of conditions and the numbers that the rules on one event name speak of."""

    known: dict[bytes, tuple[int, tuple[PropertyRule, ...]]]
    numbers: set[str]

    def place(self, rule: EventRule) -> int | None:
        return self.known[_text(rule)][0] if rule.where else None


def event_rows(rules: Sequence[EventRule], question: Question, stretch: Stretch) -> Iterator[Found]:
    """Yield the events that rules count or forget, some days and one event name at a time.

    `rows.places` are left empty: the caller knows where identifiers stand.
    """
    pieces = [
        (rule, piece)
        for rule in rules
        for piece in pieces_of(rule.window, question.as_of, stretch.before)
    ]
    for is_old in (False, True):
        wanted = [(rule, piece) for rule, piece in pieces if piece.is_old is is_old]
        if wanted:
            yield from _pass(wanted, question, stretch, is_old=is_old)


def _pass(wanted: Wanted, question: Question, stretch: Stretch, *, is_old: bool) -> Iterator[Found]:
    events = table("fact_event")
    side = _side(events, stretch, is_old=is_old)
    for days in merged([(piece.first, piece.last) for _, piece in wanted]):
        for first, last in _runs(events.filter(side + within_days(events, *days)), days, wanted):
            mine = [one for one in wanted if _overlaps(one[1], first, last)]
            chosen = events.filter(side + within_days(events, first, last))
            yield from _read(chosen, mine, question)


def _side(events: ir.Table, stretch: Stretch, *, is_old: bool) -> list[ir.BooleanValue]:
    if is_old:
        return [events["event_key"] <= stretch.since]
    side = [events["event_key"] > stretch.since] if stretch.since >= 0 else []
    return side if stretch.until == ALL else [*side, events["event_key"] <= stretch.until]


def _runs(reach: ir.Table, days: Days, wanted: Wanted) -> Sequence[Days]:
    """Return the days in runs of as many events as are read at once."""
    if row_count("fact_event") <= _FEW:
        return [days]
    named = reach.filter(reach["event"].isin(sorted({rule.event for rule, _ in wanted})))
    counted = run(named.group_by("day").agg(count=named.count()).order_by("day"))
    counts = zip(counted["day"].to_pylist(), counted["count"].to_pylist(), strict=True)
    return chunks(list(counts), MOST_ROWS)


def _read(events: ir.Table, wanted: Wanted, question: Question) -> Iterator[Found]:
    """Read the rows and take them apart by name."""
    lists: dict[str, _Lists] = {}
    for rule, _ in wanted:
        _learn(lists.setdefault(rule.event, _Lists({}, set())), rule)
    names = sorted(lists)
    chosen = events.filter([*_of_names(events, names, question), _asked(events, wanted, question)])
    fields = sorted({of for mine in lists.values() for of in mine.numbers})
    masks = max(-(-len(mine.known) // BITS) for mine in lists.values())
    columns: dict[str, Any] = {
        "name": _by_name(chosen, {name: ibis.literal(at, "int8") for at, name in enumerate(names)})
    }
    for mask in range(masks):
        bits = {name: _bits(chosen, mine, mask, question) for name, mine in lists.items()}
        columns[f"met{mask}"] = _by_name(chosen, bits)
    for at, of in enumerate(fields):
        asking = {name: _number(chosen, of) for name, mine in lists.items() if of in mine.numbers}
        columns[f"number{at}"] = _by_name(chosen, asking)
    found = run(chosen.select(SUBJECT, "day", **columns))
    code = found["name"].to_numpy()
    for at, name in enumerate(names):
        here = np.flatnonzero(code == at)
        if len(here):
            told = [(rule, piece) for rule, piece in wanted if rule.event == name]
            yield _found(found, here, told, lists[name], fields)


def _found(found: pa.Table, here: Any, told: Wanted, mine: _Lists, fields: Sequence[str]) -> Found:
    """Return the rows at these places, in the columns that the rules on their name speak of."""
    numbers = {
        of: (pc.fill_null(column, 0).to_numpy()[here], pc.is_valid(column).to_numpy()[here])
        for of, column in ((of, found[f"number{at}"]) for at, of in enumerate(fields))
        if of in mine.numbers
    }
    masks = -(-len(mine.known) // BITS)
    rows = Rows(
        np.empty(0, np.int64),
        found["day"].cast(pa.int32()).to_numpy()[here],
        [found[f"met{mask}"].to_numpy()[here] for mask in range(masks)],
        numbers,
    )
    places = sorted(((rule, piece, mine.place(rule)) for rule, piece in told), key=_order)
    return Found(found[SUBJECT].to_numpy()[here], rows, places)


def _order(one: tuple[EventRule, Piece, int | None]) -> tuple[Any, ...]:
    """Bring together what asks for the same rows."""
    _, piece, at = one
    return piece.first or date.min, piece.last, piece.sign, -1 if at is None else at


def within_days(events: ir.Table, first: date | None, last: date) -> list[ir.BooleanValue]:
    """Return the conditions of a run of days, so that other files stay unread."""
    wanted = [events["day"] <= ibis.literal(last), events["part"] <= f"{last:%Y%m}"]
    if first is not None:
        wanted += [events["day"] >= ibis.literal(first), events["part"] >= f"{first:%Y%m}"]
    return wanted


def _asked(events: ir.Table, wanted: Wanted, question: Question) -> ir.BooleanValue:
    """Return whether an event is on the days of a rule on its name, and meets its conditions where
    all rules on the name have the same."""
    held = []
    for name in sorted({rule.event for rule, _ in wanted}):
        mine = [(rule, piece) for rule, piece in wanted if rule.event == name]
        runs = merged([(piece.first, piece.last) for _, piece in mine])
        parts = [events["event"] == name]
        parts.append(ibis.or_(*(ibis.and_(*within_days(events, *days)) for days in runs)))
        if len({_text(rule) for rule, _ in mine}) == 1:
            parts += met(events, mine[0][0].where, question.as_of)
        held.append(ibis.and_(*parts))
    return ibis.or_(*held)


def _of_names(events: ir.Table, names: Sequence[str], question: Question) -> list[ir.BooleanValue]:
    wanted = [events["event"].isin(names), events[SUBJECT].notnull()]
    if not question.scope.everything:
        wanted.append(events["place_key"].isin(sorted(question.scope.places)))
    return wanted


def _learn(mine: _Lists, rule: EventRule) -> None:
    if rule.where:
        mine.known.setdefault(_text(rule), (len(mine.known), rule.where))
    if rule.of is not None:
        mine.numbers.add(rule.of)


def _text(rule: EventRule) -> bytes:
    return msgspec.json.encode(rule.where)


def _by_name(events: ir.Table, values: Mapping[str, ir.Value]) -> ir.Value:
    return ibis.cases(*((events["event"] == name, value) for name, value in values.items()))


def _bits(events: ir.Table, mine: _Lists, mask: int, question: Question) -> ir.Value:
    """Return one bit for each list of conditions, the first in the lowest."""
    total: Any = ibis.literal(0, "int64")
    for at, where in mine.known.values():
        if at // BITS == mask:
            held = ibis.and_(*met(events, where, question.as_of)).fill_null(False)
            total += held.ifelse(ibis.literal(1 << at % BITS, "int64"), ibis.literal(0, "int64"))
    return total


def _number(events: ir.Table, of: str) -> ir.Value:
    if of.startswith(PROPERTIES):
        return json_text(events["properties"], of[len(PROPERTIES) :]).try_cast("float64")
    return events[of].cast("int64")


def _overlaps(piece: Piece, first: date | None, last: date) -> bool:
    is_late = first is None or piece.last >= first
    return is_late and (piece.first is None or piece.first <= last)

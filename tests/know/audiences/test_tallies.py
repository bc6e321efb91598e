"""Which days count when a window moves, and sums over arrays of events."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.audiences import AS_OF, WINDOWS

from quanqu.know.audiences.contracts import EventRule, Measure, Op, Window
from quanqu.know.audiences.queries.kept_people import make_people
from quanqu.know.audiences.rules.days import window_days
from quanqu.know.audiences.rules.reading import parse
from quanqu.know.audiences.rules.states import EPOCH, parts_of
from quanqu.know.audiences.rules.tallies import (
    Rows,
    add_rows,
    chunks,
    merged,
    pieces_of,
    without,
)

DAYS = st.integers(0, 30).map(lambda days: AS_OF + timedelta(days=days))
RUNS = st.tuples(st.one_of(st.none(), DAYS), DAYS)


def _all(days: tuple[date | None, date]) -> set[date]:
    first, last = days[0] or AS_OF - timedelta(days=3), days[1]
    return {first + timedelta(days=at) for at in range((last - first).days + 1)}


def _window(written: dict[str, object]) -> Window:
    match = {"kind": "event", "event": "x", "window": written}
    rule = parse({"version": 2, "match": match}).match
    assert isinstance(rule, EventRule)
    return rule.window


@given(days=RUNS.filter(lambda run: run[0] is None or run[0] <= run[1]), others=RUNS)
def test_days_without_others_are_the_difference(
    days: tuple[date | None, date], others: tuple[date | None, date]
) -> None:
    found = without(days, others)

    assert set().union(*map(_all, found)) == _all(days) - _all(others)
    assert sum(len(_all(run)) for run in found) == len(_all(days) - _all(others))


@given(written=WINDOWS, ahead=st.integers(0, 90), back=st.integers(-100, 300), is_old=st.booleans())
def test_pieces_bring_each_event_to_whether_its_day_counts_now(
    written: dict[str, object], ahead: int, back: int, is_old: bool
) -> None:
    window, before = _window(written), AS_OF
    as_of, day = before + timedelta(days=ahead), AS_OF - timedelta(days=back)

    def counts(asked: date) -> bool:
        first, last = window_days(window, asked)
        return (first is None or first <= day) and day <= last

    added = sum(
        piece.sign
        for piece in pieces_of(window, as_of, before)
        if piece.is_old is is_old
        and (piece.first is None or piece.first <= day)
        and day <= piece.last
    )

    assert (counts(before) if is_old else 0) + added == counts(as_of)


@given(runs=st.lists(RUNS.filter(lambda run: run[0] is None or run[0] <= run[1]), max_size=6))
def test_merged_runs_hold_the_same_days_once(runs: list[tuple[date | None, date]]) -> None:
    found = merged(runs)

    assert set().union(*map(_all, found)) == set().union(*map(_all, runs))
    assert sum(len(_all(run)) for run in found) == len(set().union(*map(_all, found)))


def test_chunks_hold_at_most_so_many_or_one_day() -> None:
    days = [(AS_OF + timedelta(days=at), count) for at, count in enumerate([3, 4, 9, 1, 1, 5])]

    found = [[(one - AS_OF).days for one in run] for run in chunks(days, 7)]

    assert found == [[0, 1], [2, 2], [3, 5]]
    assert chunks([], 7) == []


def test_rows_of_one_identifier_are_put_together_and_taken_away() -> None:
    nan = float("nan")
    rows = Rows(
        places=np.array([2, 0, 2, 2, 0]),
        days=np.array([5, 6, 7, 8, 9], np.int32),
        met=[np.array([1, 1, 3, 2, 0])],
        numbers={"n": (np.array([1.0, 2, nan, 8, 4]), np.array([True, True, True, False, True]))},
    )
    piece = pieces_of(Window(), EPOCH + timedelta(days=8), None)[0]

    def parts(measure: Measure, at: int | None, sign: int = 1) -> list[list[float]]:
        rule = EventRule("x", measure, of="n", op=Op.GTE, value=1)
        states = [part.empty(3) for part in parts_of(rule)]
        add_rows(rows, rows.chosen(piece, at), rule, states, sign)
        return [state.tolist() for state in states]

    assert parts(Measure.COUNT, None) == [[1, 0, 3]]
    assert parts(Measure.COUNT, 0) == [[1, 0, 2]]
    assert parts(Measure.COUNT, 1, -1) == [[0, 0, -2]]
    assert parts(Measure.FIRST, 1)[0][2] == 7
    assert parts(Measure.LAST, None)[0][2] == 8
    assert parts(Measure.MIN, None) == [[2.0, np.inf, 1.0]]
    assert np.isnan(parts(Measure.MAX, None)[0][2])
    assert parts(Measure.AVERAGE, 1)[1] == [0, 0, 1]


@given(
    keys=st.sets(st.integers(-50, 10**9) | st.integers(0, 400), max_size=40),
    more=st.sets(st.integers(-60, 10**9) | st.integers(0, 400), max_size=40),
)
def test_identifiers_are_found_however_far_apart_their_keys_lie(
    keys: set[int], more: set[int]
) -> None:
    subjects = np.array(sorted(keys), np.int64)
    owners = np.arange(len(subjects), dtype=np.int32)
    people = make_people(np.arange(len(subjects)), subjects, owners)

    grown = people.with_subjects(np.array(list(more), np.int64))

    assert grown.subjects.tolist() == sorted(keys | more)
    assert grown.places_of(subjects).tolist() == [
        sorted(keys | more).index(one) for one in subjects
    ]
    assert grown.owners[grown.places_of(subjects)].tolist() == owners.tolist()
    assert (grown.owners < 0).sum() == len(more - keys)

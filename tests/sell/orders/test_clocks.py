"""The hour of an order is the one its place's clock showed."""

from datetime import UTC, datetime

import pyarrow as pa

from quanqu.sell.orders.rules import local_hours

ZONES = {1: "Europe/London", 2: "Asia/Shanghai", 3: "Asia/Kolkata"}


def hours(*moments: tuple[datetime, int]) -> list[int]:
    at = pa.chunked_array([pa.array([m for m, _ in moments], pa.timestamp("us", "UTC"))])
    places = pa.chunked_array([pa.array([place for _, place in moments], pa.int32())])
    found: list[int] = local_hours(at, places, ZONES).to_pylist()
    return found


def test_each_place_has_its_own_clock() -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert hours((late, 1), (late, 2), (late, 3), (late, 9)) == [16, 0, 22, 16]


def test_summer_time_begins_and_ends() -> None:
    spring = datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert hours(*((moment, 1) for moment in (*spring, *autumn))) == [0, 2, 1, 1]


def test_nothing_has_no_hours() -> None:
    assert hours() == []

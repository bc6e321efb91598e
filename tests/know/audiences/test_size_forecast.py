"""The size forecast against a plain calculation over the raw rows, and its back-test."""

import math
import random
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.builders.customers import profile, resolve, seen_at
from tests.know.audiences.test_saved import BRITONS, NOW, TODAY, _actor, _refresh, _save, people

from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, publish_dirty
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.audiences.contracts import (
    ArchivedAudienceError,
    ForecastMethod,
    StaticForecastError,
)
from quanqu.know.audiences.facade import (
    archive_audience,
    ask_forecast,
    change_definition,
    forecast_size,
    take_snapshot,
    work_out_past,
)
from quanqu.know.audiences.models import Audience, AudiencePastSize
from quanqu.know.audiences.rules.size_forecast import look_ahead, past_days

__all__ = ["people"]

RECENT = {
    "version": 1,
    "match": {"kind": "event", "event": "Order Completed", "window": {"last_days": 20}},
}


def _history(sizes: list[int]) -> list[tuple[date, int]]:
    first = TODAY - timedelta(days=6 * (len(sizes) - 1))
    return [(first + timedelta(days=6 * at), size) for at, size in enumerate(sizes)]


def test_steady_growth_is_carried_on_damped() -> None:
    sizes = [1000 + 30 * at for at in range(31)]

    found = look_ahead(_history(sizes))

    assert found.method is ForecastMethod.TREND
    expected, grown = [], 0.0
    for step in range(1, 6):
        grown += 30 * 0.9**step
        expected.append(round(1900 + grown))
    assert [one.members for one in found.points] == expected
    assert [one.on for one in found.points] == [
        TODAY + timedelta(days=6 * step) for step in range(1, 6)
    ]
    assert len(found.test.trials) == 31 - 8 - 5
    assert found.test.stays_error == 150
    assert found.test.trend_error == pytest.approx(
        150 - round(30 * sum(0.9**k for k in range(1, 6)))
    )


def test_a_size_without_a_direction_stays_as_it_is() -> None:
    sizes = [1000 + (40 if at % 16 < 8 else -40) for at in range(31)]

    found = look_ahead(_history(sizes))

    assert found.method is ForecastMethod.STAYS
    assert not found.is_short
    assert {one.members for one in found.points} == {sizes[-1]}
    assert (found.test.stays_error or 0) <= (found.test.trend_error or 0)


def test_the_range_holds_four_of_five_past_forecasts() -> None:
    dice = random.Random(3)
    sizes = [2000]
    for _ in range(30):
        sizes.append(sizes[-1] + dice.randrange(-60, 61))

    found = look_ahead(_history(sizes))

    for step, point in enumerate(found.points, 1):
        off = []
        for at in range(8, 26):
            said = sizes[at]
            if found.method is ForecastMethod.TREND:
                slope = (sizes[at] - sizes[at - 8]) / 8
                said = max(0, round(sizes[at] + slope * sum(0.9**k for k in range(1, step + 1))))
            off.append(abs(sizes[at + step] - said))
        reach = sorted(off)[math.ceil(19 * 0.8) - 1]
        assert (point.low, point.high) == (max(0, point.members - reach), point.members + reach)
        assert sum(one <= reach for one in off) / len(off) >= 0.8


def test_a_short_history_says_that_it_stays_and_how_wrong_that_was_if_it_can() -> None:
    some = look_ahead(_history([100, 110] * 9))
    assert (some.method, some.is_short, some.test.trials) == (ForecastMethod.STAYS, True, ())
    assert some.points[-1].low == 100
    few = look_ahead(_history([100, 110, 120]))
    assert {(one.members, one.low, one.high) for one in few.points} == {(120, None, None)}
    shrinking = look_ahead(_history([max(0, 310 - 10 * at) for at in range(31)]))
    assert all(one.members >= 0 and (one.low or 0) >= 0 for one in shrinking.points)


def test_days_before_the_rules_could_look_back_are_left_out() -> None:
    every = past_days(TODAY, TODAY - timedelta(days=900))
    assert (len(every), every[0], every[-1]) == (31, TODAY - timedelta(days=180), TODAY)
    assert past_days(TODAY, TODAY - timedelta(days=13)) == (
        TODAY - timedelta(days=12),
        TODAY - timedelta(days=6),
        TODAY,
    )
    assert past_days(TODAY, None) == (TODAY,)


@pytest.fixture
def orders(own_lake: Path) -> list[tuple[int, date]]:
    """Forty customers who ordered on some days of the last two hundred, ever more often."""
    dice = random.Random(11)
    found = resolve(
        *({"member_id": f"s:{number}"} for number in range(1, 41)),
        at=[NOW - timedelta(days=5 * number) for number in range(40)],
    )
    keys = [key for key in found if key is not None]
    for key in keys:
        profile(key, country=dice.choice(["GB", "CN"]))
    seen_at(*((key, 1) for key in keys))
    made = [
        (dice.choice(keys), TODAY - timedelta(days=day))
        for day in range(220)
        for _ in range(1 + (220 - day) // 60)
    ]
    rows = [
        {
            "event_key": number,
            "event": "Order Completed",
            "subject_key": key,
            "place_key": 1,
            "day": day,
            "part": f"{day:%Y%m}",
        }
        for number, (key, day) in enumerate(made, 1)
    ]
    table = pa.Table.from_pylist(rows, schema=registry.publication("fact_event").schema)
    append(name="fact_event", table=table, app_id="test", app_version=1)
    publish_dirty(now=NOW)
    return [(keys.index(key), day) for key, day in made]


@pytest.mark.django_db
def test_past_sizes_are_those_of_the_raw_rows(orders: list[tuple[int, date]]) -> None:
    recent = _save(RECENT)
    row = Audience.objects.get(id=recent)
    assert forecast_size(actor=_actor(), audience_id=recent) is None

    assert work_out_past(audience_key=row.key, now=NOW) == 31

    found = forecast_size(actor=_actor(), audience_id=recent)
    assert found is not None
    first_seen = {number: TODAY - timedelta(days=5 * number) for number in range(40)}
    assert len(found.past) == 31
    for on, members in found.past:
        inside = {
            who
            for who, day in orders
            if on - timedelta(days=20) < day <= on and first_seen[who] <= on
        }
        assert members == len(inside), on
    assert found.points == look_ahead(found.past).points
    assert AudiencePastSize.objects.filter(audience=row).count() == 31


@pytest.mark.django_db
def test_worked_out_again_it_is_in_the_place_of_the_old(people: list[int]) -> None:
    britons = _save(BRITONS, name="Britons")
    row = Audience.objects.get(id=britons)
    assert work_out_past(audience_key=row.key, now=NOW) == 7  # the first order was 40 days ago
    assert work_out_past(audience_key=row.key, now=NOW + timedelta(hours=1)) == 7

    found = forecast_size(actor=_actor(), audience_id=britons)

    assert found is not None
    assert (len(found.past), found.is_short) == (7, True)
    assert found.worked_out_at == NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_a_rule_on_another_audience_looks_at_the_stays_of_each_day(
    orders: list[tuple[int, date]],
) -> None:
    britons = _save(BRITONS, name="Britons")
    _refresh(britons, days=-20)
    was = {
        "version": 2,
        "match": {
            "kind": "audience",
            "audience": encode("aud", britons),
            "during": {"last_days": 3},
        },
    }
    asked = _save(was, name="Lately British")
    work_out_past(audience_key=Audience.objects.get(id=asked).key, now=NOW)

    found = forecast_size(actor=_actor(), audience_id=asked)

    assert found is not None
    sizes = dict(found.past)
    assert sizes[TODAY - timedelta(days=24)] == 0
    assert sizes[TODAY] > sizes[TODAY - timedelta(days=24)]


@pytest.mark.django_db
def test_a_forecast_is_asked_for_and_belongs_to_the_rules_in_force(
    orders: list[tuple[int, date]],
) -> None:
    recent = _save(RECENT)
    ask_forecast(actor=_actor(), audience_id=recent)
    work_out_past(audience_key=Audience.objects.get(id=recent).key, now=NOW)
    change_definition(actor=_actor(), audience_id=recent, definition=BRITONS, now=NOW)
    assert forecast_size(actor=_actor(), audience_id=recent) is None

    with pytest.raises(NotAllowedError):
        ask_forecast(actor=_actor(rights=frozenset()), audience_id=recent)
    _refresh(recent)
    frozen = take_snapshot(actor=_actor(), audience_id=recent, name="Frozen", now=NOW)
    with pytest.raises(StaticForecastError):
        ask_forecast(actor=_actor(), audience_id=frozen.id)
    archive_audience(actor=_actor(), audience_id=recent, now=NOW)
    with pytest.raises(ArchivedAudienceError):
        ask_forecast(actor=_actor(), audience_id=recent)
    assert work_out_past(audience_key=Audience.objects.get(id=recent).key, now=NOW) == 0

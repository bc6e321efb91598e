"""The tables of docs/rules/replenishment.md, run; no database."""

import re
from pathlib import Path

import numpy as np
import pytest

from quanqu.sell.replenishment.contracts import AlertKind
from quanqu.sell.replenishment.rules.alerts import Watched, alerts_of
from quanqu.sell.replenishment.rules.demand import ForecastRows
from quanqu.sell.replenishment.rules.levels import Asked, Levels, levels_of, rounded, wanted_units
from quanqu.sell.replenishment.rules.sources import Need, Spare, share_out

DOCUMENT = (Path(__file__).parents[3] / "docs" / "rules" / "replenishment.md").read_text("utf-8")
FORECAST = re.compile(r"(\d+) × (\d+) d: (\d+) ± (\d+)")


def table(heading, *, nth=0):
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    tables, inside = [], False
    for line in part.splitlines():
        if line.startswith("|"):
            if not inside:
                tables.append([])
            tables[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        inside = line.startswith("|")
    return tables[nth][2:]


def forecast(text):
    """Return rows of a forecast told as "60 × 1 d: 10 ± 3"."""
    if text == "none":
        return ForecastRows(*[np.zeros(0, np.int64)] * 3, *[np.zeros(0)] * 2)
    count, days, quantity, error = map(int, FORECAST.fullmatch(text).groups())
    return ForecastRows(
        np.zeros(count, np.int64),
        np.arange(count, dtype=np.int64) * days,
        np.full(count, days, np.int64),
        np.full(count, float(quantity)),
        np.full(count, float(error)),
    )


def asked(method, minimum, maximum, service, lead, deviation, review, cover):
    def whole(text):
        return np.array([int(text)], np.int64)

    return Asked(
        np.array([method == "forecast"]),
        whole(minimum),
        whole(maximum),
        np.array([float(service)]),
        whole(lead),
        np.array([float(deviation)]),
        whole(review),
        whole(cover),
    )


@pytest.mark.parametrize("row", table("Levels"), ids=lambda row: row[0])
def test_levels_are_as_told(row):
    _case, *told, periods, reorder, target, safety = row

    found = levels_of(asked(*told), forecast(periods))

    assert [int(found.reorder[0]), int(found.target[0]), int(found.safety[0])] == [
        int(reorder),
        int(target),
        int(safety),
    ]


@pytest.mark.parametrize("row", table("Quantity"), ids=" ".join)
def test_quantities_are_as_told(row):
    net, reorder, target, pack, least, quantity = map(int, row)
    some = np.zeros(1, np.int64)
    none = np.zeros(1)
    levels = Levels(some + reorder, some + target, some, none, none, none, some, some, some)

    wanted = int(wanted_units(levels, some + net)[0])

    assert (rounded(wanted, pack=pack, least=least) if wanted else 0) == quantity


@pytest.mark.parametrize("row", table("Sources"), ids=lambda row: f"{row[0]} from {row[1]}")
def test_sources_are_as_told(row):
    needs_told, spares_told, expected = row
    needs = [
        Need(number, *(int(part) for part in (place, "1", units, shortage)))
        for number, told in enumerate(needs_told.split("; "))
        for place, units, shortage in [re.split(r"[:,] ", told)]
    ]
    spares = [
        Spare(int(place), 1, int(units))
        for told in spares_told.split("; ")
        for place, units in [told.split(": ")]
    ]

    given = share_out(needs, spares)

    assert {f"{needs[number].place_key} ← {place}" for number, place in given.items()} == {
        one for one in expected.split("; ") if one
    }


def test_alerts_open_and_close_as_told():
    were = {kind: np.array([False]) for kind in AlertKind}
    for day, free, *told in table("Alerts", nth=1):
        watched = Watched(
            free=np.array([int(free)]),
            coming=np.array([0]),
            daily=np.array([10.0]),
            until=np.array([5]),
            limit=np.array([90]),
            reorder=np.array([30]),
        )

        were = alerts_of(watched, were)

        assert ["open" if were[kind][0] else "" for kind in AlertKind] == told, day


def test_what_is_to_be_ordered_is_never_too_much():
    watched = Watched(
        np.array([2, 31]), np.array([0, 0]), np.zeros(2), np.array([5, 5]), np.array([90, 90]),
        np.array([30, 30]),
    )  # fmt: skip

    found = alerts_of(watched, {kind: np.array([True, False]) for kind in AlertKind})

    assert found[AlertKind.OVERSTOCK].tolist() == [False, True]


def test_what_nobody_asks_for_never_runs_out_and_is_too_much():
    watched = Watched(
        np.array([3, 0]), np.array([0, 0]), np.zeros(2), np.array([5, 5]), np.array([90, 90]),
        np.array([1, 1]),
    )  # fmt: skip

    found = alerts_of(watched, {kind: np.array([False, False]) for kind in AlertKind})

    assert {kind: one.tolist() for kind, one in found.items()} == {
        AlertKind.OUT: [False, True],
        AlertKind.RUNNING_OUT: [False, False],
        AlertKind.OVERSTOCK: [True, False],
    }

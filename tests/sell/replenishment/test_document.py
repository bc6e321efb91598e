"""The tables of docs/rules/replenishment.md, run; no database."""

import re
from pathlib import Path

import numpy as np
import pytest

from quanqu.sell.replenishment.rules.demand import ForecastRows
from quanqu.sell.replenishment.rules.levels import Asked, Levels, levels_of, rounded, wanted_units
from quanqu.sell.replenishment.rules.sources import Need, Spare, share_out

DOCUMENT = (Path(__file__).parents[3] / "docs" / "rules" / "replenishment.md").read_text("utf-8")
FORECAST = re.compile(r"(\d+) × (\d+) d: (\d+) ± (\d+)")


def table(heading):
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


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
    levels = Levels(some + reorder, some + target, some, none, none, none, some, some)

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

"""The worked numbers of docs/rules/sourcing.md, run."""

import re
from pathlib import Path

import numpy as np

from quanqu.sell.sourcing.contracts.profiles import Measure
from quanqu.sell.sourcing.contracts.words import Criterion
from quanqu.sell.sourcing.rules.measures import Facts, measure
from quanqu.sell.sourcing.rules.search import ENUMERABLE_SETS, count_sets, search

DOCUMENT = (Path(__file__).parents[3] / "docs" / "rules" / "sourcing.md").read_text()
PLACES = ("depot", "north", "south", "east")


def rows(first_cell):
    """Return the rows of the table whose head begins with a cell."""
    lines = DOCUMENT[DOCUMENT.index(f"| {first_cell} |") :].splitlines()[2:]
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def facts():
    told = {name: [float(one) for one in cells] for name, *cells in rows("place")}
    km, parcel, *available = np.array([told[name] for name in PLACES]).T
    nothing = np.zeros(4, np.int64)
    return Facts(
        quantity=np.array([2, 1]),
        weight_g=np.array([1000, 500]),
        km=km,
        parcel_minor=parcel.astype(np.int64),
        kg_km_minor=np.full(4, 2.0),
        used_permille=nothing,
        hours=nothing,
        is_pickup=nothing > 0,
        kind_rank=nothing,
        available=np.array(available).astype(np.int64),
        age_days=np.zeros((2, 4), np.int64),
        keep_units=2,
    )


def test_the_worked_plans_are_what_the_search_finds():
    known = facts()
    has = known.available >= known.quantity[:, None]
    told = rows("criteria")

    for criteria, plan, score in told:
        measures = [
            Measure(Criterion(by), int(band or 1))
            for by, _, band in (one.partition("/") for one in criteria.split(", "))
        ]
        best = search(has, measure(known, measures), 2)
        tea, cup = (PLACES[at] for at in best.place_of_line)
        assert (f"tea {tea}, cup {cup}", ", ".join(map(str, best.score))) == (plan, score), criteria

    assert len(told) == 8


def test_every_criterion_is_told():
    told = [name.strip("`") for name, *_ in rows("criterion")]

    assert sorted(told) == sorted(Criterion)


def test_the_limit_of_what_is_always_exact_is_told():
    limit, places, parcels, sets = (
        int(one.replace(",", ""))
        for one in re.search(
            r"at most ([\d,]+) sets always is \((\d+) places and (\d+) parcels are ([\d,]+)\)",
            DOCUMENT,
        ).groups()
    )

    assert limit == ENUMERABLE_SETS
    assert count_sets(places, parcels) == sets <= limit

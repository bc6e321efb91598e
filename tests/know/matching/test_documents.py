"""The worked numbers of docs/rules/matching.md, run."""

from pathlib import Path

import numpy as np
import pytest

from quanqu.know.matching.rules.clusters import cluster_pairs, expected_f1
from quanqu.know.matching.rules.prior import probabilities

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "matching.md"


def _table(mark: str) -> list[list[str]]:
    text = DOCUMENT.read_text("utf-8").split(mark)[1].split("\n## ")[0]
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:]]


@pytest.mark.parametrize("row", _table("{#weights}"))
def test_probabilities_are_as_written(row: list[str]) -> None:
    weight, prior, wanted = map(float, row)

    assert float(probabilities(np.array([weight]), prior)[0]) == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize("row", _table("{#threshold}"))
def test_groups_are_as_written(row: list[str]) -> None:
    size, threshold = int(row[0]), float(row[2])
    pairs = [part.split() for part in row[1].split(";")]
    left = np.array([int(ends.split("-")[0]) for ends, _ in pairs])
    right = np.array([int(ends.split("-")[1]) for ends, _ in pairs])
    groups = cluster_pairs(size, left, right, np.array([float(p) for _, p in pairs]), threshold)

    wanted = [sorted(map(int, part.split())) for part in row[3].split("/")]
    made = [np.flatnonzero(groups == first).tolist() for first in np.unique(groups)]
    assert made == wanted


def test_half_of_f1_is_where_a_further_pair_stops_helping() -> None:
    left, right = np.array([0, 2]), np.array([1, 3])
    for rate in (0.3, 0.4, 0.47, 0.48, 0.6):
        rates = np.array([0.9, rate])
        one = expected_f1(np.array([0, 0, 2, 3]), left, right, rates)
        both = expected_f1(np.array([0, 0, 2, 2]), left, right, rates)
        assert (both > one) == (rate > one / 2)

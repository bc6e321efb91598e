"""The worked cases of docs/rules/consent.md, run."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quanqu.know.consent.rules.deciding import STATUSES, Rows, decide_columns

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "consent.md"
DAY_US = 86_400_000_000
SUBJECTS = {"A": 1, "B": 2}


def _cases() -> list[list[str]]:
    text = DOCUMENT.read_text().split("{#cases}")[1].split("## ")[0]
    return [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in text.splitlines()
        if line.startswith("| ") and line[2].isdigit()
    ]


CASES = _cases()


def _rows(said: str, customers: dict[str, int]) -> Rows:
    read: list[tuple[Any, ...]] = []
    for record, part in enumerate(said.split(";")):
        subject, status, at, *other = part.split()
        if "sms" in other:
            continue  # of another channel: it is never read
        until = int(other[other.index("till") + 1]) if "till" in other else 0
        code = [one.value for one in STATUSES].index(status)
        ends = until * DAY_US, "signal" in other
        owner = customers[subject]
        read.append((owner, SUBJECTS[subject], record, code, int(at) * DAY_US, *ends))
    columns = [np.array(column) for column in zip(*read, strict=True)]
    return Rows(*columns)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_worked_case_holds(case: list[str]) -> None:
    _, said, *expected = case
    apart = decide_columns(
        _rows(said, {"A": 1, "B": 2}),
        wanted=np.array([1, 2]),
        restricted=np.array([], dtype=np.int64),
        needs_consent=True,
        at_us=10 * DAY_US,
    )
    together = decide_columns(
        _rows(said, {"A": 1, "B": 1}),
        wanted=np.array([1]),
        restricted=np.array([], dtype=np.int64),
        needs_consent=True,
        at_us=10 * DAY_US,
    )

    found = [*apart["reason"].to_pylist(), *together["reason"].to_pylist()]
    assert found == expected
    allowed = [*apart["is_allowed"].to_pylist(), *together["is_allowed"].to_pylist()]
    assert allowed == [word == "granted" for word in expected]


def test_there_are_cases() -> None:
    assert len(CASES) == 16

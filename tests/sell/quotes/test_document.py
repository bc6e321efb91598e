"""The drawing and the table of docs/rules/quotes.md are what the program does."""

import re
from pathlib import Path

import pytest

from quanqu.kernel.money import Money
from quanqu.sell.quotes.contracts import LONGEST_DAYS
from quanqu.sell.quotes.rules.quotes import STEPS, needs_approval

TEXT = (Path(__file__).parents[3] / "docs" / "rules" / "quotes.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d", line)
]


def test_the_drawing_is_the_state_machine():
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+): (\w+)$", TEXT, re.MULTILINE))
    known = {
        (state.value, after.value, act.value)
        for state, steps in STEPS.items()
        for act, after in steps.items()
    }
    assert drawn == known
    assert f"at most {LONGEST_DAYS} days" in TEXT


def money(told):
    amount, currency = told.split()
    return Money.parse(amount, currency).minor, currency


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_who_may_send_is_in_the_table(row):
    total, limit, approved, wanted = row
    minor, currency = money(total)
    found = needs_approval(
        total_minor=minor, currency=currency,
        limit=None if limit == "-" else money(limit), is_approved=approved == "yes",
    )  # fmt: skip
    assert found == (wanted == "yes")

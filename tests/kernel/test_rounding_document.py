"""The worked numbers of docs/rules/rounding.md are what the code does."""

from decimal import Decimal
from pathlib import Path

import pytest

from quanqu.kernel.money import allocate, to_minor

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rules" / "rounding.md"


def rows(section: str) -> list[list[str]]:
    text = DOCUMENT.read_text("utf-8").split(f"{{#{section}}}")[1].split("\n## ")[0]
    table = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


@pytest.mark.parametrize(("amount", "currency", "rounding", "minor"), rows("rounding"))
def test_rounding(amount, currency, rounding, minor):
    assert to_minor(Decimal(amount), currency, rounding=rounding) == int(minor)


@pytest.mark.parametrize(("total", "weights", "parts"), rows("largest-remainder"))
def test_allocation(total, weights, parts):
    assert allocate(int(total), list(map(int, weights.split()))) == list(map(int, parts.split()))

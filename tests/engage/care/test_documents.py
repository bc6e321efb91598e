"""The tables of docs/rules/next-action.md are the rules, and its figures hold."""

import re
from datetime import date
from pathlib import Path

from quanqu.engage.care.contracts import MatterKind
from quanqu.engage.care.rules.conditions import (
    BIRTHDAY_DAYS,
    DUE_SOON_DAYS,
    UNPAID_DAYS,
    UNSENT_DAYS,
)
from quanqu.engage.care.rules.rhythm import GONE_FROM, LAPSING_FROM, rhythm_of
from quanqu.engage.care.rules.table import RULES

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "rules" / "next-action.md"
README = ROOT / "src" / "quanqu" / "engage" / "care" / "README.md"


def test_every_rule_is_told_in_its_order_with_its_stage_and_purpose() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| .* \| (\S+) \|$", DOCUMENT.read_text("utf-8"), re.M)

    assert rows == [
        (rule.code, str(rule.stage.value), rule.contact.value if rule.contact else "–")
        for rule in RULES
    ]


def test_the_limits_are_told() -> None:
    text = DOCUMENT.read_text("utf-8")
    least, most = UNPAID_DAYS

    assert f"due within {DUE_SOON_DAYS} days" in text
    assert f"for {UNSENT_DAYS} days or longer" in text
    assert f"unpaid for {least} to {most} days" in text
    assert f"within {BIRTHDAY_DAYS} days" in text
    assert f"from {LAPSING_FROM:g} to below {GONE_FROM:g} times" in text


def test_the_figures_of_the_rhythm_hold() -> None:
    rows = re.findall(r"^\| (20[\d, -]+) \| (\S+) \| (\d+) \| (\d+) \| (\S+) \| (yes|no) \|$",
                      DOCUMENT.read_text("utf-8"), re.M)  # fmt: skip

    assert len(rows) == 4
    for days, today, gap, since, times, is_lapsing in rows:
        order_days = [date.fromisoformat(day) for day in days.split(", ")]
        found = rhythm_of(order_days, date.fromisoformat(today))
        assert found is not None
        assert (f"{found.gap_days:g}", str(found.since_days)) == (gap, since)
        assert f"{found.times:.1f}" == times
        assert found.is_lapsing is (is_lapsing == "yes")


def test_every_kind_of_matter_is_told() -> None:
    text = README.read_text("utf-8")

    assert [kind.value for kind in MatterKind if f"`{kind.value}`" not in text] == []

"""The tables of docs/rules/promising.md, run, and promises by chance; no database."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from quanqu.sell.replenishment.rules.promising import Promised, Supply, Wish, assign, promisable

DOCUMENT = (Path(__file__).parents[3] / "docs" / "rules" / "promising.md").read_text("utf-8")
FIRST = date(2026, 12, 1)


def table(heading):
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def day(number):
    return FIRST + timedelta(days=int(number))


def pairs(text):
    return [one.split(": ") for one in text.split("; ") if one]


def supplies_of(text):
    return [Supply(day(on), int(units)) for on, units in pairs(text)]


def test_what_can_be_promised_by_day_is_as_told():
    rows = table("By day")
    for inbound, promised, expected in rows:
        taken = [Promised(day(on), int(units)) for on, units in pairs(promised)]

        found = promisable(supplies_of(inbound), taken)

        assert found == [(day(on), int(units)) for on, units in pairs(expected)], inbound
    assert len(rows) == 6


def test_the_days_of_who_waits_are_as_told():
    rows = table("Holds beyond what is there")
    for inbound, waiting, expected in rows:
        wishes = []
        for told in waiting.split("; "):
            units, _, kept = told.partition(", ")
            wishes.append(Wish(int(units), day(kept) if kept else None))

        found = assign(supplies_of(inbound), wishes)

        days = [None if one == "none" else day(one) for one in expected.split(", ")]
        assert found == days, waiting
    assert len(rows) == 7


SUPPLIES = st.lists(st.builds(Supply, st.integers(0, 9).map(day), st.integers(1, 9)), max_size=6)
WISHES = st.lists(
    st.builds(Wish, st.integers(1, 9), st.one_of(st.none(), st.integers(0, 9).map(day))),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(SUPPLIES, WISHES)
def test_never_more_is_promised_by_a_day_than_comes_by_then(supplies, wishes):
    found = assign(supplies, wishes)

    for number in range(10):
        came = sum(one.units for one in supplies if one.on <= day(number))
        told = sum(
            wish.units
            for wish, on in zip(wishes, found, strict=True)
            if on is not None and on <= day(number)
        )
        assert told <= came
    again = [Wish(wish.units, on) for wish, on in zip(wishes, found, strict=True)]
    assert assign(supplies, again) == found, "worked out once more, every day stays"

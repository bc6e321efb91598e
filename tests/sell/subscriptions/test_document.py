"""The tables of docs/rules/subscriptions.md are what the program does."""

from datetime import date
from pathlib import Path

from quanqu.sell.subscriptions.contracts import Every, OnShort
from quanqu.sell.subscriptions.rules import after_refusal, after_shortage, following

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "subscriptions.md"
day = date.fromisoformat


def table(head):
    """Return the cells of the rows under a head of a table."""
    lines = DOCUMENT.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"| {head}"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def told(follows):
    words = follows.state.value + (", paused" if follows.is_paused else "")
    return words, follows.try_on.isoformat() if follows.try_on else "never"


def test_the_next_days_are_those_of_the_table():
    for start, interval, after, following_day in table("start"):
        every, unit = interval.split()
        assert following(day(start), int(every), Every(unit), day(after)) == day(following_day)


def test_what_follows_from_missing_goods_is_that_of_the_table():
    for says, due, today, then, tried in table("the subscription says"):
        assert told(after_shortage(OnShort(says), day(due), day(today))) == (then, tried)


def test_what_follows_from_refused_payments_is_that_of_the_table():
    for before, today, then, tried in table("refused before"):
        assert told(after_refusal(int(before), day(today))) == (then, tried)

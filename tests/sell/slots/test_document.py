"""The tables of docs/rules/slots.md are what the program does."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from quanqu.sell.slots.contracts import SlotAsk, SlotDraft, SlotKind, SlotProblem, SlotRule
from quanqu.sell.slots.rules import is_served, why_not_taken

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "slots.md"
ZONE = "Asia/Shanghai"
DAY = date(2026, 11, 27)


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


def minutes(clock):
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def test_the_cut_off_is_that_of_the_table():
    rows = table("slot")
    for window, cut_off, at, told in rows:
        starts, ends = map(minutes, window.split("–"))
        draft = SlotDraft(
            SlotKind.DELIVERY, DAY.weekday(), starts, ends, 1, int(cut_off.split()[0])
        )
        day = DAY - timedelta(days=1) if at.startswith("the day before") else DAY
        now = datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE))
        now += timedelta(minutes=minutes(at.split()[-1]))
        ask = SlotAsk(UUID(int=1), UUID(int=2), DAY, SlotKind.DELIVERY, 1)
        rule = SlotRule(UUID(int=2), 1, draft)
        problem = why_not_taken(rule, ask, zone=ZONE, is_closed=False, now=now)
        assert problem is (None if told == "yes" else SlotProblem.CUT_OFF)
    assert len(rows) == 5


def test_the_areas_are_those_of_the_table():
    for area, postcode, told in table("area"):
        postcodes = () if area == "everywhere" else tuple(area.split(", "))
        assert is_served(postcodes, postcode) == (told == "yes")

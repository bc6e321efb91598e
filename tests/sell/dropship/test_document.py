"""The tables of docs/rules/dropship.md are what the program does."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.builders.goods import NOW, make_shop, stock
from tests.builders.stock import level

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.money import Money
from quanqu.kernel.time import parse_time
from quanqu.sell.dropship.rules.orders import cost_of, ships_on
from quanqu.sell.inventory.contracts import Movement, MovementKind, Posting, StockState
from quanqu.sell.inventory.facade import post_movements, state_on_hand

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "dropship.md"


def table(head):
    _, _, rest = DOCUMENT.read_text("utf-8").partition(f"| {head} |")
    rows = []
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows


def minor(text):
    return Money.parse(text, "CNY").minor


def test_goods_leave_by_the_day_of_the_table():
    for made, zone, lead, cut_off, told in table("made (UTC)"):
        at = parse_time(made.replace(" ", "T") + ":00Z")
        assert isinstance(at, datetime)
        minutes = None if cut_off == "–" else int(cut_off[:2]) * 60 + int(cut_off[3:])
        found = ships_on(made_at=at, zone=zone, lead_days=int(lead), cut_off=minutes)
        assert found == date.fromisoformat(told), made


@pytest.mark.django_db
def test_on_hand_becomes_what_was_stated_less_what_left_since():
    shop = make_shop()
    for number, (there, gone, stated, after) in enumerate(table("on hand")):
        item = shop.items["tea" if number % 2 else "cup"]
        place = (shop.store, shop.depot)[number // 2]
        stock(place, item, int(there) + int(gone))
        if int(gone):
            sale = Movement(place.key, item.key, MovementKind.SALE, StockState.ON_HAND, -int(gone))
            later = NOW.replace(hour=23)
            posting = Posting((sale,), later, "till")
            post_movements(actor=SYSTEM, posting=posting, now=later)

        state_on_hand(
            actor=SYSTEM, place_key=place.key, units={item.key: int(stated)}, at=NOW,
            source="mill", now=NOW,
        )  # fmt: skip

        assert level(place=place.key, item=item.key)["on_hand"] == int(after)


def test_what_is_due_is_the_sum_of_units_and_cost():
    for told, due in table("units × cost"):
        lines = [(int(units), minor(cost)) for units, cost in re.findall(r"(\d+) × ([\d.]+)", told)]
        assert cost_of(lines) == minor(due)

"""The day in numbers of docs/rules/stock.md, run."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.builders.stock import NOW, SHOP, TEA, breaches, hold, level, move, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import HoldSettledError, LevelFilters, MovementKind
from quanqu.sell.inventory.facade import (
    allocate_hold,
    consume_hold,
    expire_holds,
    list_levels,
    set_policy,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "stock.md"


def steps():
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("| ") and line[2].isdigit()
    ]
    return [(row[1], list(map(int, row[2:]))) for row in rows]


class Day:
    """The verbs of the table; each returns whether it was done."""

    def __init__(self):
        self.now, self.held = NOW, {}

    def receive(self, units):
        return receive(int(units), now=self.now) is not None

    def lose(self, units):
        return move(MovementKind.COUNT, -int(units), now=self.now) is not None

    def safety(self, units):
        return self.policy(safety_target=int(units), backorder_limit=None)

    def backorder(self, units):
        return self.policy(safety_target=None, backorder_limit=int(units))

    def policy(self, **given):
        set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], now=self.now, **given)
        return True

    def hold(self, who, units, **more):
        request = self.held[who] = uuid4()
        line = (SHOP, TEA, int(units))
        return hold(line, request_id=request, owner=who, now=self.now, **more).is_granted

    def pay(self, who):
        return self.settle(allocate_hold, who)

    def ship(self, who):
        return self.settle(consume_hold, who)

    def settle(self, act, who):
        try:
            act(actor=SYSTEM, request_id=self.held[who], now=self.now)
        except HoldSettledError:
            return False
        return True

    def wait(self):
        self.now += timedelta(minutes=16)
        return expire_holds(now=self.now) > 0


@pytest.mark.django_db
def test_the_day_goes_as_it_is_told():
    day, told = Day(), steps()

    for number, (what, expected) in enumerate(told, 1):
        day.now += timedelta(seconds=1)
        verb, *words = what.removesuffix(" refused").split()
        assert getattr(day, verb)(*words) is not what.endswith(" refused"), what
        found, (seen,) = level(), list_levels(actor=SYSTEM, filters=LevelFilters()).items
        names = ("on_hand", "held", "allocated", "safety")
        assert [*(found[name] for name in names), seen.available] == expected, (number, what)
        assert not breaches()

    assert len(told) == 14

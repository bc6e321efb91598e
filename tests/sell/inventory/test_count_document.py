"""The count in numbers of docs/rules/counts.md, run."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.goods import NOW, make_shop
from tests.builders.stock import breaches, level, move

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.inventory.contracts import (
    CountDraft,
    CountEntry,
    Movement,
    MovementKind,
    Posting,
    StockState,
)
from quanqu.sell.inventory.facade import (
    approve_count,
    create_count,
    enter_count,
    get_count,
    post_movements,
    submit_count,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "counts.md"


def steps():
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("| ") and line[2].isdigit()
    ]
    return [row[1:] for row in rows]


class Count:
    """The verbs of the table."""

    def __init__(self):
        shop = make_shop()
        self.place, self.item, self.id = shop.store.key, shop.items["tea"].key, None
        self.now = NOW

    def receive(self, units):
        move(MovementKind.RECEIPT, int(units), place=self.place, item=self.item, now=self.now)

    def sell(self, units):
        move(MovementKind.SALE, -int(units), place=self.place, item=self.item, now=self.now)

    def late(self, units, _at, minute):
        sale = Movement(self.place, self.item, MovementKind.SALE, StockState.ON_HAND, -int(units))
        at = NOW + timedelta(minutes=int(minute))
        post_movements(actor=SYSTEM, posting=Posting((sale,), at, "till"), now=self.now)

    def begin(self):
        draft = CountDraft(self.place, (self.item,), tolerance=1)
        self.id = create_count(actor=SYSTEM, draft=draft, now=self.now).id

    def enter(self, units):
        entry = CountEntry(self.item, int(units))
        enter_count(actor=SYSTEM, count_id=self.id, entries=[entry], now=self.now)

    def submit(self):
        submit_count(actor=SYSTEM, count_id=self.id, now=self.now)

    def approve(self):
        approve_count(actor=SYSTEM, count_id=self.id, now=self.now)

    def told(self):
        if self.id is None:
            return ["–", "–"]
        found = get_count(actor=SYSTEM, count_id=self.id)
        (line,) = found.lines
        return ["–" if line.difference is None else str(line.difference), found.state.value]


@pytest.mark.django_db
def test_the_count_goes_as_it_is_told():
    count = Count()

    for minute, what, *expected in steps():
        count.now = NOW + timedelta(minutes=int(minute))
        verb, *words = what.removesuffix(" refused").split()
        try:
            getattr(count, verb)(*words)
            is_done = True
        except RefusedError:
            is_done = False
        assert is_done is not what.endswith(" refused"), what
        on_hand = level(place=count.place, item=count.item)["on_hand"]
        assert [str(on_hand), *count.told()] == expected, what
        assert not breaches()

"""The tables and the drawing of docs/rules/order-edits.md are what the program does."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from quanqu.kernel.money import Money
from quanqu.sell.checkout.contracts import (
    Delivery,
    EditKind,
    LineSplit,
    LiveLine,
    LiveState,
    OrderEdit,
    OrderEditError,
    PartState,
)
from quanqu.sell.checkout.rules.edits import PARTS, STAGES, balance_of, check_stage
from quanqu.sell.checkout.rules.parts import state_of_order
from quanqu.sell.checkout.rules.splits import SplitAt, with_splits

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "order-edits.md"
NAME = "0199aaaa-0000-7000-8000-000000000000"


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


def test_the_stages_are_those_of_the_table():
    told = {
        what: (set(states.split(", ")), set(parts.split(", ")))
        for what, states, parts in table("what ")
    }
    known = {
        kind.value: ({one.value for one in STAGES[kind]}, {one.value for one in PARTS[kind]})
        for kind in EditKind
    }
    assert told == known


def test_the_drawing_is_where_changed_parts_lead():
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+): edit", DOCUMENT.read_text(), re.MULTILINE))
    waiting, others = PartState.WAITING, (*PartState,)
    found = set()
    for delivery in Delivery:
        for first in others:
            for second in others:
                before = state_of_order([first, second], delivery)
                if before not in STAGES[EditKind.GOODS] or first not in PARTS[EditKind.GOODS]:
                    continue
                for after in ([PartState.CANCELLED, waiting, second],
                              [PartState.CANCELLED, waiting, waiting]):  # fmt: skip
                    if len(after) == 3 and after[2] is waiting and second not in PARTS["goods"]:
                        continue
                    found.add((before.value, state_of_order(after, delivery).value))
    assert drawn == found


@pytest.mark.parametrize("row", table("wanted"), ids=" ".join)
def test_the_money_is_that_of_the_table(row):
    wanted, secured, taken, due, back, over = (Money.parse(one, "CNY").minor for one in row)
    found = balance_of(wanted=wanted, secured=secured, refundable=taken)
    assert (found.due, found.back, found.over) == (due, back, over)
    assert secured - found.back - found.over + found.due == wanted


def test_nothing_is_changed_of_what_has_ended():
    for state in (LiveState.SHIPPED, LiveState.COMPLETED, LiveState.CANCELLED):
        for change in ({"gift_message": "x"}, {"contact": {"city": "x"}}, {"quantities": {1: 1}}):
            edit = OrderEdit(NAME, NAME, 1, **change)
            with pytest.raises(OrderEditError):
                check_stage(edit, state, [PartState.GONE], ref="ord")


def test_the_worked_splits_are_what_the_rule_says():
    for units, price, off, left, total in table("line "):
        minor = Money.parse(price, "CNY").minor
        line = LiveLine(1, 7, "tea", "Tea", int(units), minor, int(units) * minor, 1, 1)
        edit = OrderEdit(uuid4(), uuid4(), 1, splits=(LineSplit(1, int(off), 2),))
        at = SplitAt(NAME, Delivery.SHIP, date(2026, 11, 28), 2, 1, {1: PartState.WAITING})
        lines, drops = with_splits(edit, [line], at)
        assert [one.quantity for one in lines] == [int(left), int(off)]
        assert sum(one.amount_minor for one in lines) == Money.parse(total, "CNY").minor
        assert not drops

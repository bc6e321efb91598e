"""The drawing and the tables of docs/rules/returns.md are what the program does."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from tests.builders.returns import NOW, ask, breaches, draft, make_open_shop, sold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import list_levels
from quanqu.sell.orders.contracts import LineKind, LineRow, OrderDetail, OrderRow, OrderStatus
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.returns.contracts import (
    Grade,
    Graded,
    Holiday,
    Policy,
    Sale,
    SaleLine,
    SaleTender,
    SplitRule,
    Window,
)
from quanqu.sell.returns.facade import (
    approve_return,
    cancel_return,
    get_return,
    inspect_return,
    open_return,
    receive_return,
    settle_return,
)
from quanqu.sell.returns.rules.grading import MOVES
from quanqu.sell.returns.rules.policy import last_day
from quanqu.sell.returns.rules.splitting import split
from quanqu.sell.returns.rules.states import STEPS
from quanqu.sell.returns.rules.worth import worth_of_units, worths

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "returns.md"


def table(head):
    """Return the cells of the rows under a head of a table."""
    lines = DOCUMENT.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def minor(text):
    return int(Decimal(text) * 100)


def test_the_drawing_is_the_state_machine():
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+): (\w+)$", DOCUMENT.read_text(), re.MULTILINE))
    known = {
        (state.value, after.value, step.value)
        for state, steps in STEPS.items()
        for step, after in steps.items()
    }
    assert drawn == known


def money(value):
    return Money(value, "CNY")


def detail_of(goods, discount, shipping):
    """Return an order with these lines: pairs of quantity and unit price."""
    rows = [
        LineRow(at, "", LineKind.GOODS, f"sku{at}", at, "", n, None, money(0), money(0),
                money(n * price))
        for at, (n, price) in enumerate(goods, 1)
    ]  # fmt: skip
    charged = sum(line.amount.minor for line in rows) - discount
    head = OrderRow(
        1, "ord_1", 1, 1, "1", "1", datetime(2026, 11, 1, tzinfo=UTC), date(2026, 11, 1),
        OrderStatus.COMPLETED, "", None, money(charged + shipping), money(0), 1, len(rows), "", "",
    )  # fmt: skip
    return OrderDetail(
        head, "test", "", "", "", money(charged), money(shipping), money(0), money(discount),
        money(0), True, head.placed_at, head.placed_at, tuple(rows), (), (), (), None,
    )  # fmt: skip


def test_discounts_are_spread_as_the_table_says():
    for lines, discount, shipping, worth in table("lines"):
        goods = [
            (int(n), minor(price)) for n, price in (one.split(" × ") for one in lines.split(", "))
        ]
        found = worths(detail_of(goods, minor(discount), minor(shipping)))
        assert list(found.goods.values()) == [minor(one) for one in worth.split(", ")]
        assert sum(found.shipping.values()) == found.shipping_minor == minor(shipping)


def test_tax_on_top_is_spread_too():
    plain = detail_of([(1, 1000), (1, 2000)], 0, 600)
    taxed = replace(plain, tax=money(360), is_tax_included=False)
    found = worths(taxed)
    assert list(found.goods.values()) == [1100, 2200]
    assert found.shipping_minor == 660


def test_units_are_worth_what_the_table_says():
    for worth, units, portions, each in table("worth"):
        done, found = 0, []
        for count in map(int, portions.split(", ")):
            found.append(worth_of_units(minor(worth), int(units), before=done, count=count))
            done += count
        assert found == [minor(one) for one in each.split(", ")]
        assert done < int(units) or sum(found) == minor(worth)


def test_windows_end_as_the_table_says():
    policy = Policy(
        windows=(
            Window(45, channel="store"),
            Window(14, category="Tea"),
            Window(90, reason="defective"),
        ),
        holidays=(Holiday(date(2026, 11, 20), date(2026, 12, 24), date(2027, 1, 31)),),
    )
    for bought, channel, category, reason, until in table("bought"):
        line = SaleLine(1, 1, "", "", category, 1, 0, 0, 0, 100, 0)
        sale = Sale(
            UUID(int=1), "1", 1, 1, channel, "CNY", date.fromisoformat(bought), None, True, 100, 0,
            100, 0, 0, (line,), (),
        )  # fmt: skip
        assert last_day(policy, sale, line, reason) == date.fromisoformat(until)


def test_refunds_are_split_as_the_table_says():
    for rule, came, refund, back in table("rule"):
        tenders = [
            SaleTender(UUID(int=number), code, minor(amount))
            for number, (code, amount) in enumerate(one.split() for one in came.split(", "))
        ]
        parts = split(minor(refund), tenders, rule=SplitRule(rule), order=Policy().tender_order)
        told = (
            "refused"
            if parts is None
            else ", ".join(f"{code} {money(share).amount}" for _, code, share in parts)
        )
        assert told == back


def test_grades_move_what_the_table_says():
    for grade, *counts in table("grade"):
        moved = {"on_hand": 0, "damaged": 0, "quality_hold": 0}
        for _, state, sign in MOVES[Grade(grade)]:
            moved[state.value] += sign
        assert list(moved.values()) == [int(count) for count in counts]


@pytest.mark.django_db
def test_the_day_goes_as_it_is_told():
    day = Day()
    for act, on_hand, kept, state in table("act"):
        who = day.act(act)
        assert day.on_hand() == int(on_hand), act
        assert day.kept() == kept, act
        if state != "-":
            assert day.returns[who].state == state, act
        assert not breaches(), act


class Day:
    """A store with ten units of tea, of which Ann bought three, and her returns by name."""

    def __init__(self):
        self.shop = make_open_shop(units=10)
        self.order = sold(self.shop, ("tea", 3))
        self.returns = {}

    def act(self, told):
        """Do what a row says and return which return it is about."""
        who, verb, *rest = told.replace(",", "").split()
        if rest and rest[-1] == "refused":
            with pytest.raises(QuanquError):
                self._do(who, verb, rest[:-1])
        else:
            self._do(who, verb, rest)
        if who in self.returns:
            return_id = self.returns[who].id
            self.returns[who] = get_return(actor=SYSTEM, return_id=return_id).row
        return who

    def _do(self, who, verb, rest):
        if verb == "asks":
            asked = draft(self.shop, self.order.id, ask(1, int(rest[0]), rest[1]))
            self.returns[who] = open_return(actor=SYSTEM, draft=asked, now=NOW)
            return
        told = {"actor": SYSTEM, "return_id": self.returns[who].id, "now": NOW}
        if verb == "receives":
            receive_return(units={1: int(rest[0])}, **told)
        elif verb == "grades":
            units = {
                Grade(grade): int(count) for grade, count in zip(rest[::2], rest[1::2], strict=True)
            }
            inspect_return(grades=[Graded(1, units)], **told)
        else:
            {"settles": settle_return, "approves": approve_return, "cancels": cancel_return}[verb](
                **told
            )

    def on_hand(self):
        keys = frozenset({self.shop.items["tea"].key})
        filters = LevelFilters(place_key=self.shop.store.key, variant_keys=keys)
        return list_levels(actor=SYSTEM, filters=filters).items[0].on_hand

    def kept(self):
        name = encode("ord", self.order.id)
        payments = get_payments(actor=SYSTEM, references=[name])[name]
        return money(sum(one.captured_minor - one.refunded_minor for one in payments)).amount

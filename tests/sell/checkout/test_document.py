"""The tables and the drawing of docs/rules/checkout.md are what the program does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop, order
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.checkout.contracts import (
    CancelReason,
    LiveState,
    NotEnoughError,
    OrderStepError,
    Step,
)
from quanqu.sell.checkout.facade import cancel_order, get_live_order, move_order, settle_payment
from quanqu.sell.checkout.rules.states import STATUS, STEPS
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import expire_holds, list_levels
from quanqu.sell.payments import registry
from quanqu.sell.payments.facade import get_payments

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "checkout.md"


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


def test_the_drawing_is_the_state_machine():
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+): (\w+)$", DOCUMENT.read_text(), re.MULTILINE))
    known = {
        (state.value, after.value, step.value)
        for state, steps in STEPS.items()
        for step, after in steps.items()
    }
    assert drawn == known


def test_the_words_of_channels_are_those_of_the_table():
    told = {
        word.strip(): status for status, words in table("channels") for word in words.split(",")
    }
    assert told == {state.value: status.value for state, status in STATUS.items()}


@pytest.mark.django_db
def test_the_day_goes_as_it_is_told(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    day = Day()
    for act, available, money, state in table("act"):
        who = day.act(act)
        assert day.available() == int(available), act
        if state != "-":
            assert day.state(who) == LiveState(state), act
        assert day.money(who) == money, act
        assert not breaches(), act


class Day:
    """A shop with ten units of tea, and who bought of it."""

    def __init__(self):
        self.shop = make_open_shop(units=10)
        self.orders = {}
        self.now = NOW

    def act(self, told):
        """Do what a row says and return whose order it is about."""
        if told == "wait":
            self.now += timedelta(minutes=16)
            expire_holds(now=self.now)
            deliver_events(now=self.now)
            return ""
        who, verb, *rest = re.split(r"[ ,]+", told)
        refusal = (NotEnoughError, OrderStepError)
        if rest and rest[-1] == "refused":
            with pytest.raises(refusal):
                self._do(who, verb, rest)
        else:
            self._do(who, verb, rest)
        return who

    def _do(self, who, verb, rest):
        if verb == "buys":
            tender = SLOW.code if "slow" in rest else "test"
            lines = ("tea", int(rest[0]))
            self.orders[who] = order(self.shop, lines, now=self.now, tender=tender)
            return
        mine = self.orders[who]
        if verb == "pays":
            if "again" not in rest:
                answer(mine, now=self.now)
            settle_payment(reference=encode("ord", mine.id), now=self.now)
        elif verb == "cancels":
            cancel_order(actor=SYSTEM, order_id=mine.id, reason=CancelReason.BUYER, now=self.now)
        else:
            step = {"picks": Step.PICK, "ships": Step.SHIP}[verb]
            move_order(actor=SYSTEM, order_id=mine.id, step=step, now=self.now)

    def available(self):
        keys = frozenset({self.shop.items["tea"].key})
        filters = LevelFilters(place_key=self.shop.store.key, variant_keys=keys)
        return list_levels(actor=SYSTEM, filters=filters).items[0].available

    def state(self, who):
        return get_live_order(actor=SYSTEM, order_id=self.orders[who].id).order.state

    def money(self, who):
        name = encode("ord", self.orders[who].id) if who in self.orders else ""
        payments = get_payments(actor=SYSTEM, references=[name])[name]
        kept = sum(
            one.captured_minor - one.refunded_minor - one.refunding_minor for one in payments
        )
        return Money(kept, "CNY").amount

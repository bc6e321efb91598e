"""The table of reservations in docs/rules/checkout.md is what the program does."""

import re
from datetime import timedelta

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop
from tests.builders.slow_tender import SLOW
from tests.sell.checkout.test_document import table
from tests.sell.checkout.test_reservations import buy, level, payments_of, reserve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.money import Money
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.contracts import NotEnoughError, PaymentRefusedError, ReservationError
from quanqu.sell.inventory.facade import expire_holds
from quanqu.sell.orders.facade import orders_by_id
from quanqu.sell.payments import registry


class Desk:
    """A store that keeps goods for two hours, and who reserved of its five units."""

    def __init__(self):
        self.shop = make_open_shop(units=5)
        self.orders = {}
        self.now = NOW
        facade.set_reserve_hours(actor=SYSTEM, place_key=self.shop.store.key, hours=2, now=NOW)

    def act(self, told):
        """Do what a row says and return whose order it is about."""
        if told == "wait":
            self.now += timedelta(hours=2, minutes=1)
            expire_holds(now=self.now)
            deliver_events(now=self.now)
            return ""
        asked, _, refused = told.partition(", ")
        who, verb, units, *rest = asked.split()
        if refused:
            with pytest.raises((NotEnoughError, PaymentRefusedError, ReservationError)):
                self._do(who, verb, int(units), " ".join(rest))
        else:
            self._do(who, verb, int(units), " ".join(rest))
        return who

    def _do(self, who, verb, units, ways):
        if verb == "reserves":
            self.orders[who] = reserve(self.shop, ("tea", units), now=self.now)
            return
        tenders = [
            (name, Money.parse(amount, "CNY").minor if amount else None)
            for amount, name in re.findall(r"(?:with|and) (?:([\d.]+) )?(\w+)", ways)
        ]
        buy(self.orders[who], {1: units}, *tenders, now=self.now)

    def stands(self, who):
        """Return state, money and record of an order, as the table has them."""
        mine = self.orders.get(who)
        if mine is None:
            return "0.00", "-", "-"
        facade.record_live_orders(now=self.now)
        kept = sum(one.captured_minor - one.refunded_minor for one in payments_of(mine))
        state = facade.get_live_order(actor=SYSTEM, order_id=mine.id).order.state.value
        record = orders_by_id(order_ids=[mine.id])[mine.id].status.value
        return str(Money(kept, "CNY").amount), state, record


@pytest.mark.django_db
def test_the_desk_goes_as_it_is_told(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    desk = Desk()
    for act, available, money, state, record in table("at the desk"):
        who = desk.act(act)
        assert level(desk.shop)[0] == int(available), act
        assert desk.stands(who) == (money, state, record), act
        assert not breaches(), act

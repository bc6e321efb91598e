"""Whatever is done in whatever order: no unit comes back twice, no money goes back twice."""

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.builders.returns import NOW, ask, breaches, draft, make_open_shop, recorded, sold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.returns.contracts import Grade, Graded, ReturnState
from quanqu.sell.returns.facade import (
    cancel_return,
    get_return,
    get_sale,
    inspect_return,
    open_return,
    pay_out_credit,
    receive_return,
    settle_return,
)
from quanqu.sell.returns.rules.worth import worth_of_units

WHICH = st.integers(0, 3)
SPENT = frozenset({ReturnState.REFUSED, ReturnState.CANCELLED})
BOUGHT = {"live": 4, "other": 2}


class Returns(RuleBasedStateMachine):
    """An order placed here and one of another channel; beside them, units in a dictionary."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.returns = []

    def teardown(self):
        assert not breaches()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.shop = make_open_shop(units=20)
        placed = sold(self.shop, ("tea", 4), price=333, order_id=UUID(int=77))
        self.orders = {"live": placed.id, "other": recorded(self.shop)}

    def free(self, name):
        return BOUGHT[name] - sum(one["units"] for one in self.returns if one["of"] == name)

    @rule(name=st.sampled_from(["live", "other"]), units=st.integers(1, 4))
    def opens(self, name, units):
        asked = draft(
            self.shop, self.orders[name], ask(1, units), id=UUID(int=len(self.returns) + 1000)
        )
        if units > self.free(name):
            with pytest.raises(RefusedError):
                open_return(actor=SYSTEM, draft=asked, now=NOW)
            return
        row = open_return(actor=SYSTEM, draft=asked, now=NOW)
        self.returns.append({"id": row.id, "of": name, "units": units, "done": 0})

    def act(self, which, work, **more):
        """Do something to a return and tell whether it was done."""
        if not self.returns:
            return None
        one = self.returns[which % len(self.returns)]
        try:
            work(actor=SYSTEM, return_id=one["id"], now=NOW, **more)
        except RefusedError:
            return None
        return one

    @rule(which=WHICH, lost=st.integers(0, 1))
    def receives(self, which, lost):
        if self.returns:
            units = max(self.returns[which % len(self.returns)]["units"] - lost, 1)
            if one := self.act(which, receive_return, units={1: units}):
                one["units"] = units

    @rule(which=WHICH, grade=st.sampled_from(list(Grade)))
    def inspects(self, which, grade):
        if self.returns:
            one = self.returns[which % len(self.returns)]
            units = one["units"]
            if self.act(which, inspect_return, grades=[Graded(1, {grade: units})]):
                one["taken"] = 0 if grade is Grade.REJECTED else units

    @rule(which=WHICH, to_credit=st.booleans())
    def settles(self, which, to_credit):
        if self.returns:
            one = self.returns[which % len(self.returns)]
            tender = "" if one["of"] == "live" or to_credit else "cash"
            if self.act(which, settle_return, tender=tender, to_credit=to_credit):
                one["units"] = one["done"] = one.get("taken", 0)

    @rule(which=WHICH)
    def pays_out(self, which):
        if self.returns:
            one = self.returns[which % len(self.returns)]
            self.act(which, pay_out_credit, tender="" if one["of"] == "live" else "cash")

    @rule(which=WHICH)
    def cancels(self, which):
        if one := self.act(which, cancel_return):
            one["units"] = 0

    @invariant()
    def all_is_conserved(self):
        if not hasattr(self, "orders"):
            return
        for name, order_id in self.orders.items():
            sale = get_sale(actor=SYSTEM, order_id=order_id, place_key=self.shop.store.key)
            done = sum(one["done"] for one in self.returns if one["of"] == name)
            worth = worth_of_units(sale.lines[0].worth_minor, BOUGHT[name], before=0, count=done)
            assert sale.lines[0].free == self.free(name)
            assert sale.refunded_minor == worth
        for one in self.returns:
            row = get_return(actor=SYSTEM, return_id=one["id"]).row
            assert row.state not in SPENT or not one["units"]


@pytest.mark.slow
@pytest.mark.django_db
def test_returns_are_what_a_plain_model_says():
    run_state_machine_as_test(
        Returns,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Whatever is done to purchase orders in whatever order, it is what a plain model says."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.builders import stock
from tests.builders.supply import NOW, breaches, draft, make_order, make_world, order, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import PurchaseState as State

UNITS = st.integers(1, 12)
OPEN = {State.SENT, State.PARTLY_RECEIVED}
ENDED = {
    "close": {State.PARTLY_RECEIVED: State.CLOSED, State.RECEIVED: State.CLOSED},
    "cancel": dict.fromkeys([State.DRAFT, State.APPROVED, State.SENT], State.CANCELLED),
}


class Buying(RuleBasedStateMachine):
    """The room, and beside it orders in dictionaries."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.world = make_world()
        self.items = [self.world.tea, self.world.cup]
        self.orders = []
        self.hand, self.broken = [0, 0], [0, 0]

    def teardown(self):
        assert breaches() == stock.breaches() == []
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @rule(tea=UNITS, cup=UNITS)
    def make(self, tea, cup):
        made = make_order(self.world, (self.items[0], tea), (self.items[1], cup), until="draft")
        self.orders.append(
            {"id": made, "state": State.DRAFT, "ordered": [tea, cup], "came": [0, 0], "notes": {}}
        )

    def chosen(self, data):
        return data.draw(st.sampled_from(self.orders))

    def attempt(self, may, act):
        if may:
            act()
        else:
            with pytest.raises(RefusedError):
                act()
        return may

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def send(self, data):
        one = self.chosen(data)
        if one["state"] is State.SENT:
            return
        if one["state"] is State.DRAFT:
            facade.submit_order(actor=SYSTEM, order_id=one["id"], now=NOW)
            one["state"] = State.APPROVED
        is_ready = one["state"] is State.APPROVED
        if self.attempt(
            is_ready, lambda: facade.send_order(actor=SYSTEM, order_id=one["id"], now=NOW)
        ):
            one["state"] = State.SENT

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), good=st.integers(0, 12), damaged=st.integers(0, 3), at=st.integers(0, 1),
          note=st.integers(1, 4))  # fmt: skip
    def deliver(self, data, good, damaged, at, note):
        one = self.chosen(data)
        came = (at, good, damaged)
        units = good + damaged
        if not units:
            return

        def act():
            receive(one["id"], f"note {note}", (at + 1, good, damaged))

        if note in one["notes"]:
            self.attempt(one["notes"][note] == came, act)
            return
        is_open = one["state"] in OPEN | {State.RECEIVED}
        if self.attempt(is_open and one["came"][at] + units <= one["ordered"][at], act):
            one["notes"][note] = came
            one["came"][at] += units
            self.hand[at] += good
            self.broken[at] += damaged
            is_whole = one["came"] == one["ordered"]
            one["state"] = State.RECEIVED if is_whole else State.PARTLY_RECEIVED

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), tea=UNITS, cup=UNITS)
    def change(self, data, tea, cup):
        one, wanted = self.chosen(data), [tea, cup]
        if one["state"] in {State.DRAFT, State.APPROVED}:
            may, to = True, State.DRAFT
        else:
            may = one["state"] in OPEN and all(
                came <= units <= ordered
                for came, units, ordered in zip(one["came"], wanted, one["ordered"], strict=True)
            )
            to = one["state"]
            if any(one["came"]):
                to = State.RECEIVED if one["came"] == wanted else State.PARTLY_RECEIVED
        told = draft((self.items[0], tea), (self.items[1], cup))
        if self.attempt(
            may,
            lambda: facade.change_order(actor=SYSTEM, order_id=one["id"], draft=told, now=NOW),
        ):
            one["ordered"], one["state"] = wanted, to

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), how=st.sampled_from(sorted(ENDED)))
    def end(self, data, how):
        one = self.chosen(data)
        act = {"close": facade.close_order, "cancel": facade.cancel_order}[how]
        to = ENDED[how].get(one["state"])
        is_done = one["state"] is {"close": State.CLOSED, "cancel": State.CANCELLED}[how]

        self.attempt(
            to is not None or is_done,
            lambda: act(actor=SYSTEM, order_id=one["id"], reason="a test", now=NOW),
        )
        one["state"] = to or one["state"]

    @invariant()
    def it_is_what_the_model_says(self):
        for at, item in enumerate(self.items):
            found = self.world.level(item)
            waiting = sum(
                max(one["ordered"][at] - one["came"][at], 0)
                for one in self.orders
                if one["state"] in OPEN
            )
            assert (found["on_hand"], found["damaged"]) == (self.hand[at], self.broken[at])
            assert found["incoming"] == waiting
        for one in self.orders[-1:]:
            assert order(one["id"]).order.state is one["state"]


@pytest.mark.django_db
def test_orders_are_what_happened_to_them():
    run_state_machine_as_test(
        Buying,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

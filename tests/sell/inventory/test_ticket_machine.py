"""Whatever happens beside a line, it is served in its order, as a plain model of it says."""

from datetime import timedelta
from uuid import UUID

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
from tests.builders.queue import line_breaches, states, wait_for
from tests.builders.stock import NOW, SHOP, TEA, hold, level, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import QueueNotNeededError, TicketState
from quanqu.sell.inventory.facade import (
    end_tickets,
    expire_holds,
    leave_queue,
    release_hold,
    serve_queues,
)

UNITS = st.integers(1, 4)


class Queue(RuleBasedStateMachine):
    """One item, one line, and beside it a list."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now, self.number, self.hand = NOW, 0, 0
        self.line = []  # [ticket, units, until]
        self.held = {}  # id: (units, until)
        self.told = {}

    def teardown(self):
        assert not line_breaches()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def new_id(self):
        self.number += 1
        return UUID(int=self.number)

    def free(self):
        return self.hand - sum(units for units, _ in self.held.values())

    @rule(units=UNITS)
    def come(self, units):
        receive(units, now=self.now)
        self.hand += units

    @rule(units=UNITS, seconds=st.integers(5, 90))
    def join(self, units, seconds):
        ticket = self.new_id()
        asked = {"ticket_id": ticket, "owner": str(ticket), "turn_s": 30, "seconds": seconds}
        if not self.line and self.free() >= units:
            with pytest.raises(QueueNotNeededError):
                wait_for(units, now=self.now, **asked)
            return
        told = wait_for(units, now=self.now, **asked)
        self.line.append((ticket, units, self.now + timedelta(seconds=seconds)))
        self.told[str(ticket)] = TicketState.WAITING
        assert (told.position, told.line) == (len(self.line), len(self.line))

    @rule(units=UNITS)
    def buy(self, units):
        request = self.new_id()
        told = hold((SHOP, TEA, units), request_id=request, seconds=30, now=self.now)
        assert told.is_granted == (not self.line and self.free() >= units)
        assert bool(told.queued) == bool(self.line)
        if told.is_granted:
            self.held[request] = (units, self.now + timedelta(seconds=30))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def give_up(self, data):
        request = data.draw(st.sampled_from(sorted(self.held)))
        release_hold(actor=SYSTEM, request_id=request, now=self.now)
        del self.held[request]

    @precondition(lambda self: self.line)
    @rule(data=st.data())
    def leave(self, data):
        one = data.draw(st.sampled_from(self.line))
        leave_queue(actor=SYSTEM, ticket_id=one[0], now=self.now)
        self.line.remove(one)
        self.told[str(one[0])] = TicketState.LEFT

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)
        expire_holds(now=self.now)
        end_tickets(now=self.now)
        self.held = {key: one for key, one in self.held.items() if one[1] > self.now}
        for one in [one for one in self.line if one[2] <= self.now]:
            self.line.remove(one)
            self.told[str(one[0])] = TicketState.EXPIRED

    @rule()
    def serve(self):
        count = 0
        while self.line and self.line[0][1] <= self.free():
            ticket, units, _ = self.line.pop(0)
            self.held[ticket] = (units, self.now + timedelta(seconds=30))
            self.told[str(ticket)] = TicketState.SERVED
            count += 1
        assert serve_queues(now=self.now) == count

    @invariant()
    def it_is_what_the_model_says(self):
        assert level()["held"] == self.hand - self.free()
        assert states() == self.told


@pytest.mark.django_db
def test_a_line_is_what_happened():
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

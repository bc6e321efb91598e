"""Whatever happens to stock in whatever order, it is what a plain model of it says."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, breaches, hold, levels, move

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import (
    HoldSettledError,
    MovementKind,
    StockShortfallError,
)
from quanqu.sell.inventory.facade import (
    allocate_hold,
    consume_hold,
    expire_holds,
    extend_hold,
    release_hold,
    ring_fence,
    set_policy,
)

ATS = [(SHOP, TEA), (SHOP, CUP), (DEPOT, TEA)]
UNITS = st.integers(1, 9)
LINES = st.lists(st.tuples(st.sampled_from(ATS), UNITS), min_size=1, max_size=3)


class Stock(RuleBasedStateMachine):
    """The room, and beside it numbers in dictionaries."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now = NOW
        self.hand = dict.fromkeys(ATS, 0)
        self.target = dict.fromkeys(ATS, 0)
        self.limit = dict.fromkeys(ATS, 0)
        self.fence = dict.fromkeys(ATS, 0)
        self.holds = {}
        self.asked = 1

    def teardown(self):
        assert not breaches()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def begin(self):
        for at in ATS:
            self.receive(at, 10)

    def claimed(self, at):
        return sum(
            units
            for one in self.holds.values()
            if one["state"] in ("held", "allocated")
            for where, units, is_cut, _ in one["lines"]
            if where == at and not is_cut
        )

    def kept(self, at):
        """What is kept for the channel `live`."""
        return max(0, min(self.fence[at], self.hand[at] + self.limit[at] - self.claimed(at)))

    def free(self, at, channel):
        room = self.hand[at] + self.limit[at] - self.claimed(at) - self.kept(at)
        shared = room - max(0, min(self.target[at], room))
        return shared + self.kept(at) if channel == "live" else shared

    def put_back(self, one):
        """Want again what a hold had of what was kept."""
        for line in one["lines"]:
            if not line[2]:
                self.fence[line[0]] += line[3]
                line[3] = 0

    @rule(at=st.sampled_from(ATS), units=UNITS)
    def receive(self, at, units):
        move(MovementKind.RECEIPT, units, place=at[0], item=at[1], now=self.now)
        self.hand[at] += units

    @rule(at=st.sampled_from(ATS), units=st.integers(0, 9))
    def keep_for_live(self, at, units):
        self.end()
        expire_holds(now=self.now)
        ring_fence(actor=SYSTEM, ats=[at], channel="live", units=units, now=self.now)
        self.fence[at] = units

    @rule(
        lines=LINES,
        seconds=st.none() | st.integers(1, 100),
        channel=st.sampled_from(["", "live", "web"]),
    )
    def ask(self, lines, seconds, channel):
        request, wanted = UUID(int=self.asked), {}
        self.asked += 1
        self.end()
        if any(self.fence.values()):
            expire_holds(now=self.now)
        for at, units in lines:
            wanted[at] = wanted.get(at, 0) + units
        fits = all(self.free(at, channel) >= units for at, units in wanted.items())
        drawn = {at: self.kept(at) if channel == "live" else 0 for at in wanted}

        told = hold(
            *[(*at, units) for at, units in lines],
            request_id=request, seconds=seconds, now=self.now, channel=channel,
        )  # fmt: skip

        assert told.is_granted == fits
        if fits:
            again = hold(*[(*at, units) for at, units in lines], request_id=request, now=self.now)
            assert again.is_granted
            taken = []
            for at, units in lines:
                taken.append([at, units, False, min(drawn[at], units)])
                drawn[at] -= taken[-1][3]
                self.fence[at] -= taken[-1][3]
            self.holds[request] = {
                "state": "allocated" if seconds is None else "held",
                "ends": None if seconds is None else self.now + timedelta(seconds=seconds),
                "at": self.now,
                "lines": taken,
            }

    @rule(seconds=st.integers(1, 60), sweep=st.booleans())
    def wait(self, seconds, sweep):
        self.now += timedelta(seconds=seconds)
        if sweep:
            expire_holds(now=self.now)
            self.end()

    def end(self):
        for one in self.holds.values():
            if one["state"] == "held" and one["ends"] <= self.now:
                one["state"] = "expired"
                self.put_back(one)

    def chosen(self, data):
        """Choose a hold after ending what is over; say whether its goods are still promised."""
        self.end()
        expire_holds(now=self.now)
        request = data.draw(st.sampled_from(sorted(self.holds)))
        one = self.holds[request]
        is_cut = any(line[2] for line in one["lines"])
        return request, one, one["state"] in ("held", "allocated") and not is_cut

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def pay(self, data):
        request, one, is_alive = self.chosen(data)
        if not is_alive:
            with pytest.raises(HoldSettledError):
                allocate_hold(actor=SYSTEM, request_id=request, now=self.now)
            return
        allocate_hold(actor=SYSTEM, request_id=request, now=self.now)
        one["state"] = "allocated"

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def give_up(self, data):
        request, one, _ = self.chosen(data)
        if one["state"] == "consumed":
            with pytest.raises(HoldSettledError):
                release_hold(actor=SYSTEM, request_id=request, now=self.now)
            return
        is_cut = all(line[2] for line in one["lines"])
        release_hold(actor=SYSTEM, request_id=request, now=self.now)
        if one["state"] in ("held", "allocated") and not is_cut:
            one["state"] = "released"
            self.put_back(one)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def ship(self, data):
        request, one, is_alive = self.chosen(data)
        leaves = {}
        for at, units, *_ in one["lines"]:
            leaves[at] = leaves.get(at, 0) + units
        is_there = all(self.hand[at] >= units for at, units in leaves.items())
        if one["state"] == "consumed":
            consume_hold(actor=SYSTEM, request_id=request, now=self.now)
        elif not is_alive:
            with pytest.raises(HoldSettledError):
                consume_hold(actor=SYSTEM, request_id=request, now=self.now)
        elif not is_there:
            with pytest.raises(StockShortfallError):
                consume_hold(actor=SYSTEM, request_id=request, now=self.now)
        else:
            consume_hold(actor=SYSTEM, request_id=request, now=self.now)
            one["state"] = "consumed"
            for at, units in leaves.items():
                self.hand[at] -= units

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def put_off(self, data):
        request, one, is_alive = self.chosen(data)
        later = self.now + timedelta(seconds=50)
        if not is_alive or one["state"] != "held":
            with pytest.raises(HoldSettledError):
                extend_hold(actor=SYSTEM, request_id=request, expires_at=later, now=self.now)
            return
        extend_hold(actor=SYSTEM, request_id=request, expires_at=later, now=self.now)
        one["ends"] = max(one["ends"], later)

    @rule(at=st.sampled_from(ATS), units=UNITS)
    def lose(self, at, units):
        if units > self.hand[at]:
            with pytest.raises(StockShortfallError):
                move(MovementKind.COUNT, -units, place=at[0], item=at[1], now=self.now)
            return
        move(MovementKind.COUNT, -units, place=at[0], item=at[1], now=self.now)
        self.hand[at] -= units
        self.give_way(at)

    @rule(at=st.sampled_from(ATS), safety=st.integers(0, 8), limit=st.integers(0, 4))
    def decide(self, at, safety, limit):
        set_policy(
            actor=SYSTEM, ats=[at], safety_target=safety, backorder_limit=limit, now=self.now
        )
        self.target[at], self.limit[at] = safety, limit
        self.give_way(at)

    def give_way(self, at):
        """Cut the lines made last, holds before allocations, until the rest is there."""
        while self.claimed(at) > self.hand[at] + self.limit[at]:
            claims = [
                (one["state"] == "held", one["at"], str(request), number)
                for request, one in self.holds.items()
                if one["state"] in ("held", "allocated")
                for number, line in enumerate(one["lines"])
                if line[0] == at and not line[2]
            ]
            *_, request, number = max(claims)
            line = self.holds[UUID(request)]["lines"][number]
            self.fence[at] += line[3]
            line[2:] = [True, 0]

    @invariant()
    def it_is_what_the_model_says(self):
        for at, found in levels().items():
            assert found["on_hand"] == self.hand[at]
            assert found["held"] + found["allocated"] == self.claimed(at)
            assert found["fenced"] == self.kept(at)


@pytest.mark.django_db
def test_stock_is_what_happened():
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

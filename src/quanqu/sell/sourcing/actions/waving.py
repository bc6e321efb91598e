"""Allocate a wave: planned together by HiGHS, then held order by order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.sourcing.actions.allocating import allocate_at
from quanqu.sell.sourcing.contracts import QuestionError, WaveOrder, WaveResult
from quanqu.sell.sourcing.queries.places import nodes_of
from quanqu.sell.sourcing.queries.stock import stock_for
from quanqu.sell.sourcing.queries.versions import acting
from quanqu.sell.sourcing.rules.choosing import merged
from quanqu.sell.sourcing.rules.fares import fares
from quanqu.sell.sourcing.rules.nodes import NO_LIMIT
from quanqu.sell.sourcing.rules.waves import NOWHERE, Wave, one_by_one, spread

MOST_ORDERS: Final = 1_000
CAUSE: Final = "wave"


def allocate_wave(*, actor: Actor, orders: Sequence[WaveOrder], now: datetime) -> WaveResult:
    """Decide up to 1,000 orders of one company together, then hold each as planned.

    An order the plan leaves behind, or whose goods others took meanwhile, is decided alone, by
    the whole of its strategy.  Each order is an act of its own: a wave that broke off is sent
    again, and what was decided stays.  Raises: QuestionError; what `allocate` raises.
    """
    if not 0 < len(orders) <= MOST_ORDERS:
        raise QuestionError(line=1, problem=f"a wave has 1 to {MOST_ORDERS} orders")
    if len({one.question.company_key for one in orders}) > 1:
        raise QuestionError(line=1, problem="a wave is of one company")
    wave, keys = _wave(actor, orders, now)
    planned, alone = spread(wave), one_by_one(wave)
    decisions = tuple(
        allocate_at(
            actor=actor,
            order=order,
            only=None if place == NOWHERE else keys[place],
            cause=CAUSE,
            now=now,
        )
        for order, place in zip(orders, planned.places.tolist(), strict=True)
    )
    return WaveResult(decisions, planned.total, int(planned.bound), alone.total)


def _wave(actor: Actor, orders: Sequence[WaveOrder], now: datetime) -> tuple[Wave, list[int]]:
    """Return the orders as arrays, and the keys of the places."""
    company = orders[0].question.company_key
    asked = [replace(one.question, lines=merged(one.question.lines)) for one in orders]
    force = {one: acting(company, one) for one in {question.channel for question in asked}}
    nodes = nodes_of(company, now)
    of_item = {line.variant_key: line for one in asked for line in one.lines}
    items = sorted(of_item)
    stock = stock_for(actor, tuple(of_item[item] for item in items), nodes, now)
    cost = np.stack([fares(force[one.channel].profile, one, nodes, now) for one in asked])
    lines = [(number, line) for number, one in enumerate(asked) for line in one.lines]
    wave = Wave(
        cost=cost,
        order=np.array([number for number, _ in lines], np.int64),
        item=np.searchsorted(np.array(items), [line.variant_key for _, line in lines]),
        quantity=np.array([line.quantity for _, line in lines], np.int64),
        stock=stock.available,
        capacity=np.array([min(one.left_today, NO_LIMIT) for one in nodes.each], np.int64),
        penalty=2 * int(cost.max(initial=0)) + 1,
    )
    return wave, nodes.keys.tolist()

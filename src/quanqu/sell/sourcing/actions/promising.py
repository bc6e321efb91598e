"""Promise: what could be delivered and fetched, when; nothing is held."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.sourcing.actions.deciding import parcels_of
from quanqu.sell.sourcing.contracts import (
    Filters,
    Method,
    PickupOption,
    Promise,
    Question,
    ShippedLine,
)
from quanqu.sell.sourcing.queries.places import nodes_of
from quanqu.sell.sourcing.queries.stock import stock_for
from quanqu.sell.sourcing.queries.versions import acting
from quanqu.sell.sourcing.rules.choosing import choose, merged, needs_age
from quanqu.sell.sourcing.rules.filters import sift
from quanqu.sell.sourcing.rules.nodes import Nodes, stand, whereabouts
from quanqu.sell.sourcing.rules.reasons import Reasons
from quanqu.sell.sourcing.rules.weighing import Stock

MOST_PICKUPS: Final = 5


def promise(*, actor: Actor, question: Question, now: datetime) -> Promise:
    """Return how an order would be delivered, and where all of it could be fetched soonest.

    By the profile in force, from what the actor's right to see stock reaches.
    Raises: NotAllowedError, QuestionError.
    """
    asked = replace(question, lines=merged(question.lines), method=Method.DELIVERY)
    force = acting(asked.company_key, asked.channel)
    nodes = nodes_of(asked.company_key, now)
    aged = needs_age(force.profile)
    stock = stock_for(actor, asked.lines, nodes, now, with_age=aged)
    choice = choose(force.profile, asked, nodes, stock, now)
    parcels = parcels_of(choice, nodes, now)
    return Promise(
        delivery=parcels,
        arrives_at=max((one.arrives_at for one in parcels), default=None),
        unfilled=tuple(
            ShippedLine(asked.lines[at].variant_key, asked.lines[at].quantity)
            for at in choice.unfilled
        ),
        unfillable=choice.unfillable,
        pickup=_pickups(asked, nodes, stock),
        strategy=choice.strategy,
        profile_number=force.number,
        gap=choice.best.gap if choice.best else 0.0,
    )


def _pickups(question: Question, nodes: Nodes, stock: Stock) -> tuple[PickupOption, ...]:
    """Return where all lines can be fetched, the soonest first, the nearest of these first."""
    asked = replace(question, method=Method.PICKUP)
    here = stand(nodes, asked)
    km = whereabouts(nodes, here)
    passes = sift(nodes, km, asked, Filters(), Reasons.of(len(nodes.each)))
    quantity = np.array([line.quantity for line in asked.lines], np.int64)
    whole = (stock.available >= quantity[:, None]).all(axis=0)
    found = [
        PickupOption(node.key, node.ready_at, None if here is None else int(km[at]))
        for at in np.flatnonzero(passes & whole).tolist()
        if (node := nodes.each[at]).ready_at is not None
    ]
    found.sort(key=lambda one: (one.ready_at, one.km or 0, one.place_key))
    return tuple(found[:MOST_PICKUPS])

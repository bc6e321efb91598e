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
    Nearby,
    NearbyPlace,
    PickupOption,
    Promise,
    Question,
    ShippedLine,
    WhereaboutsError,
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
MOST_NEARBY: Final = 10


def promise(*, actor: Actor, question: Question, now: datetime) -> Promise:
    """Return how an order would be delivered, and where all of it could be fetched soonest.

    By the profile in force, from what the actor's right to see stock reaches.
    Raises: NotAllowedError, QuestionError.
    """
    asked = replace(question, lines=merged(question.lines), method=Method.DELIVERY)
    force = acting(asked.company_key, asked.channel)
    nodes = nodes_of(asked.company_key, now)
    aged = needs_age(force.profile)
    stock = stock_for(actor, asked.lines, nodes, now, with_age=aged, channel=asked.channel)
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


def find_nearby(
    *,
    actor: Actor,
    question: Question,
    within_km: int | None = None,
    most: int = MOST_NEARBY,
    now: datetime,
) -> Nearby:
    """Return where lines can be fetched near a customer, and from when; nothing is held.

    A place with none of the lines is not told.  Those with all of them come first, the nearest
    first.  Raises: NotAllowedError, QuestionError; WhereaboutsError for a distance from nowhere.
    """
    asked = replace(question, lines=merged(question.lines), method=Method.PICKUP)
    nodes = nodes_of(asked.company_key, now)
    stock = stock_for(actor, asked.lines, nodes, now, channel=asked.channel)
    here = stand(nodes, asked)
    if within_km is not None and here is None:
        raise WhereaboutsError(postcode=question.postcode)
    km = whereabouts(nodes, here)
    passes = sift(nodes, km, asked, Filters(max_km=within_km), Reasons.of(len(nodes.each)))
    quantity = np.array([line.quantity for line in asked.lines], np.int64)[:, None]
    has_all = np.asarray((stock.available >= quantity).all(axis=0))
    found = [
        NearbyPlace(
            place_key=node.key,
            km=None if here is None or node.point is None else round(float(km[at])),
            ready_at=node.ready_at,
            is_today=node.is_ready_today,
            available=tuple(stock.available[:, at].tolist()),
            has_all=bool(has_all[at]),
        )
        for at in np.flatnonzero(passes & stock.available.any(axis=0)).tolist()
        if (node := nodes.each[at]).ready_at is not None
    ]
    found.sort(
        key=lambda one: (
            not one.has_all,
            one.km is None,
            one.km or 0,
            one.ready_at,
            one.place_key,
        )
    )
    whole = [one for one in found if one.has_all]
    return Nearby(asked.lines, tuple(found[:most]), len(whole), sum(one.is_today for one in whole))


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

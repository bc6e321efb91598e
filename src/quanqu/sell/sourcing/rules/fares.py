"""What an order would cost whole from each place that may ship it."""

from datetime import datetime
from typing import Final

import numpy as np

from quanqu.sell.sourcing.contracts import Profile, Question
from quanqu.sell.sourcing.rules.choosing import strategy_of
from quanqu.sell.sourcing.rules.filters import sift
from quanqu.sell.sourcing.rules.nodes import Nodes, stand, whereabouts
from quanqu.sell.sourcing.rules.reasons import Reasons
from quanqu.sell.sourcing.rules.scores import Ints

__all__ = ["MOST_PLACES", "fares"]

MOST_PLACES: Final = 50
"""A wave asks each order's cheapest places, so many of them."""


def fares(profile: Profile, question: Question, nodes: Nodes, now: datetime) -> Ints:
    """Return parcel and freight in minor units plus one a kilometre, below 0 where not asked.

    A kilometre counts one so that the nearest ships where nothing costs.  Shapes: (places,).
    """
    strategy = profile.strategies[strategy_of(profile, question, now)]
    km = whereabouts(nodes, stand(nodes, question))
    passes = sift(nodes, km, question, strategy.filters, Reasons.of(len(nodes.each)))
    weight_kg = np.array([line.weight_g for line in question.lines], np.int64) / 1000
    rate = np.array([_or(one.kg_km_minor, profile.kg_km_minor) for one in nodes.each])
    parcel = np.array([_or(one.parcel_minor, profile.parcel_minor) for one in nodes.each])
    freight = np.rint(weight_kg[:, None] * (km * rate)[None, :]).sum(axis=0)
    cost = (parcel + freight + np.floor(km)).astype(np.int64)
    cost[~passes] = -1
    able = np.flatnonzero(passes)
    if able.size > MOST_PLACES:
        cost[able[np.argsort(cost[able], kind="stable")[MOST_PLACES:]]] = -1
    return cost


def _or(own: float | None, usual: float) -> float:
    return usual if own is None else own

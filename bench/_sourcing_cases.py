"""Orders and places as a chain has them, for bench.sourcing."""

from typing import Any

import numpy as np

from quanqu.sell.sourcing.contracts.profiles import Measure
from quanqu.sell.sourcing.contracts.words import Criterion
from quanqu.sell.sourcing.rules.measures import Facts
from quanqu.sell.sourcing.rules.waves import Wave

STRATEGIES = (
    (Measure(Criterion.PARCELS), Measure(Criterion.DISTANCE, 10), Measure(Criterion.COST)),
    (Measure(Criterion.PARCELS), Measure(Criterion.COST), Measure(Criterion.DEPTH)),
    (Measure(Criterion.DISTANCE, 25), Measure(Criterion.PARCELS), Measure(Criterion.COST)),
    (Measure(Criterion.COST), Measure(Criterion.DEPTH), Measure(Criterion.PARCELS)),
)
"""What people set: fewest parcels and near, fewest and cheap, near before few, cheap above all."""
SIDE_KM = 2_000
DEPOT_SHARE = 0.01


def draw(dice: np.random.Generator, lines: int, places: int) -> Facts:
    """Draw an order and the chain it is asked of: a few depots with much, many shops with less."""
    where, customer = dice.random((places, 2)) * SIDE_KM, dice.random(2) * SIDE_KM
    is_depot = dice.random(places) < DEPOT_SHARE
    breadth = np.where(is_depot, dice.uniform(0.7, 0.98, places), dice.uniform(0.1, 0.7, places))
    stocked = dice.random((lines, places)) < breadth * dice.uniform(0.5, 1.0, (lines, 1))
    depth = np.where(is_depot, dice.integers(20, 400, places), dice.integers(1, 25, places))
    quantity = dice.integers(1, 4, lines)
    return Facts(
        quantity=quantity,
        weight_g=quantity * dice.integers(50, 4_000, lines),
        km=np.hypot(*(where - customer).T),
        parcel_minor=np.where(is_depot, 600, 900),
        kg_km_minor=np.full(places, 0.2),
        used_permille=dice.integers(0, 1_000, places),
        hours=dice.integers(12, 96, places),
        is_pickup=~is_depot,
        kind_rank=(~is_depot).astype(np.int64),
        available=np.where(stocked, dice.integers(1, np.maximum(depth, 2), (lines, places)), 0),
        age_days=dice.integers(0, 365, (lines, places)),
        keep_units=2,
    )


def stocked(facts: Facts) -> Any:
    """Tell which places have enough of which lines."""
    return facts.available >= facts.quantity[:, None]


def draw_wave(dice: np.random.Generator, orders: int, places: int, items: int = 400) -> Wave:
    """Draw orders of one to three lines that want more of many items than is near."""
    counts = dice.integers(1, 4, orders)
    where, customers = dice.random((places, 2)) * SIDE_KM, dice.random((orders, 2)) * SIDE_KM
    km = np.hypot(*(where[None] - customers[:, None]).transpose(2, 0, 1))
    return Wave(
        cost=(600 + km * 1.5).astype(np.int64),
        order=np.repeat(np.arange(orders), counts),
        item=np.concatenate([dice.choice(items, one, replace=False) for one in counts]),
        quantity=dice.integers(1, 3, int(counts.sum())),
        stock=np.where(dice.random((items, places)) < 0.5, dice.integers(0, 6, (items, places)), 0),
        capacity=np.full(places, orders * 6 // (places * 5)),
        penalty=10_000,
    )

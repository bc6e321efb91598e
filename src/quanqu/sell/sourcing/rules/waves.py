"""Spread a wave of orders over places whose goods and capacity are shared.

Every order ships whole from one place (what one place cannot ship alone is decided order by order
afterwards).  A mixed-integer program chooses the place of each order at least total cost within
stock and capacity; what is left behind costs a penalty.  HiGHS solves its relaxation, or the whole
of it where the time allows, and tells a bound; the answer is repaired to whole numbers, so it holds
goods once.  Source: docs/rules/sourcing.md#waves.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from quanqu.kernel.later import Later
from quanqu.sell.sourcing.rules.scores import Ints

__all__ = ["NOWHERE", "Spread", "Wave", "one_by_one", "spread"]

_optimize: Final = Later("scipy.optimize")
_sparse: Final = Later("scipy.sparse")

NOWHERE: Final = -1
SECONDS: Final = 15.0
GAP: Final = 0.001


@dataclass(frozen=True, slots=True)
class Wave:
    """Orders against places.

    Shapes: `cost` (orders, places), below 0 where the place may not ship the order; `order`,
    `item`, `quantity` (lines,): what is asked for; `stock` (items, places); `capacity` (places,)
    parcels; `penalty` of an order that is left behind, above what any order costs.
    """

    cost: Ints
    order: Ints
    item: Ints
    quantity: Ints
    stock: Ints
    capacity: Ints
    penalty: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The place of each order (NOWHERE: left behind), the total cost with penalties, and what no
    spread is below."""

    places: Ints
    total: int
    bound: float

    @property
    def gap(self) -> float:
        """How far above the bound the total is, as a share of it."""
        return max(self.total - self.bound, 0.0) / max(self.total, 1)


def spread(wave: Wave, *, seconds: float = SECONDS) -> Spread:
    """Find a spread by HiGHS, repair it, and take the better of it and one order by one."""
    greedy = one_by_one(wave)
    may = _possible(wave)
    orders, places = np.nonzero(may)
    if not orders.size:
        return Spread(greedy.places, greedy.total, float(greedy.total))
    savings = (wave.penalty - wave.cost[orders, places]).astype(np.float64)
    found = _optimize.milp(
        -savings,
        constraints=_limits(wave, orders, places),
        integrality=np.ones(orders.size),
        bounds=_optimize.Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": GAP},
    )
    everything = float(wave.penalty) * wave.cost.shape[0]
    bound = everything + float(found.mip_dual_bound) if found.mip_dual_bound is not None else 0.0
    if found.x is None:
        return Spread(greedy.places, greedy.total, bound)
    wanted = np.full(wave.cost.shape[0], NOWHERE, np.int64)
    wanted[orders[found.x > 1 / 2]] = places[found.x > 1 / 2]
    repaired = one_by_one(wave, first=wanted)
    best = min(repaired, greedy, key=lambda one: one.total)
    return Spread(best.places, best.total, min(bound, float(best.total)))


def one_by_one(wave: Wave, *, first: Ints | None = None) -> Spread:
    """Give each order in turn the cheapest place that still has everything for it.

    `first`: a place to try before the others.  No bound is known: nothing.
    """
    stock, capacity = wave.stock.copy(), wave.capacity.copy()
    places = np.full(wave.cost.shape[0], NOWHERE, np.int64)
    starts = _lines_of(wave)
    later = []
    for order, lines in enumerate(starts):
        at = NOWHERE if first is None else int(first[order])
        if at == NOWHERE or not _takes(wave, order, lines, at, stock, capacity):
            later.append((order, lines))
        else:
            places[order] = at
    for order, lines in later:
        whole = (stock[wave.item[lines]] >= wave.quantity[lines][:, None]).all(axis=0)
        able = np.flatnonzero(whole & (capacity > 0) & (wave.cost[order] >= 0))
        if able.size:
            at = int(able[wave.cost[order, able].argmin()])
            _takes(wave, order, lines, at, stock, capacity)
            places[order] = at
    left = places == NOWHERE
    total = (
        int(wave.cost[np.flatnonzero(~left), places[~left]].sum()) + int(left.sum()) * wave.penalty
    )
    return Spread(places, total, 0.0)


def _takes(wave: Wave, order: int, lines: Ints, at: int, stock: Ints, capacity: Ints) -> bool:
    """Take an order's goods at a place, if all are there."""
    items, quantities = wave.item[lines], wave.quantity[lines]
    able = wave.cost[order, at] >= 0 and capacity[at] > 0
    if not able or (stock[items, at] < quantities).any():
        return False
    stock[items, at] -= quantities
    capacity[at] -= 1
    return True


def _possible(wave: Wave) -> npt.NDArray[np.bool_]:
    """Tell which orders a place could ship if it shipped nothing else."""
    may = (wave.cost >= 0) & (wave.capacity > 0)
    np.logical_and.at(may, wave.order, wave.stock[wave.item] >= wave.quantity[:, None])
    return may


def _limits(wave: Wave, orders: Ints, places: Ints) -> list[Any]:
    """Return: an order ships once, a place packs so many, an item at a place is given once.

    Stock that all the orders that could want it do not use up limits nothing and is left out.
    """
    count, ones = orders.size, np.ones(orders.size)
    numbers = np.arange(count)
    once = _sparse.csr_array((ones, (orders, numbers)), (wave.cost.shape[0], count))
    packed = _sparse.csr_array((ones, (places, numbers)), (wave.cost.shape[1], count))
    choice = np.full(wave.cost.shape, -1, np.int64)
    choice[orders, places] = numbers
    of_line = choice[wave.order]  # (lines, places)
    line, place = np.nonzero(of_line >= 0)
    wanted = np.zeros(wave.stock.shape, np.int64)
    np.add.at(wanted, (wave.item[line], place), wave.quantity[line])
    scarce = wanted > wave.stock
    row_of = np.full(wave.stock.shape, -1, np.int64)
    row_of[scarce] = np.arange(int(scarce.sum()))
    rows = row_of[wave.item[line], place]
    kept = rows >= 0
    given = _sparse.csr_array(
        (wave.quantity[line[kept]].astype(float), (rows[kept], of_line[line[kept], place[kept]])),
        (int(scarce.sum()), count),
    )
    limits = np.concatenate((np.ones(wave.cost.shape[0]), wave.capacity, wave.stock[scarce]))
    return [
        _optimize.LinearConstraint(
            _sparse.vstack([once, packed, given]), -np.inf, limits.astype(float)
        )
    ]


def _lines_of(wave: Wave) -> list[Ints]:
    """Return the positions of the lines of each order."""
    order = np.argsort(wave.order, kind="stable")
    cuts = np.searchsorted(wave.order[order], np.arange(1, wave.cost.shape[0]))
    return [part.astype(np.int64) for part in np.split(order, cuts)]

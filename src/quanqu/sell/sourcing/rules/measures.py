"""What each criterion counts of places and lines, in whole bands.

Source: docs/rules/sourcing.md#what-is-counted, whose table a test reads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.sell.sourcing.contracts.profiles import Measure
from quanqu.sell.sourcing.contracts.words import Criterion
from quanqu.sell.sourcing.rules.scores import Ints, Parts

__all__ = ["OLDEST_DAYS", "Facts", "measure"]

OLDEST_DAYS: Final = 365
"""Goods older than this are as urgent to sell as goods of this age."""
LARGEST: Final = 1_000_000_000
"""No part of a criterion counts more than this."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of lines and places.

    Shapes: lines (L,): `quantity`, `weight_g` of the line.  Places (P,): `km`, `parcel_minor`,
    `kg_km_minor` (rate), `used_permille` of the capacity of today, `hours` to the door, `is_pickup`
    and `kind_rank`.  Both (L, P): `available` units, `age_days` of the goods.
    """

    quantity: Ints
    weight_g: Ints
    km: npt.NDArray[np.float64]
    parcel_minor: Ints
    kg_km_minor: npt.NDArray[np.float64]
    used_permille: Ints
    hours: Ints
    is_pickup: npt.NDArray[np.bool_]
    kind_rank: Ints
    available: Ints
    age_days: Ints
    keep_units: int = 0


def measure(facts: Facts, measures: Sequence[Measure]) -> Parts:
    """Return the parts of every criterion, in their order."""
    lines, places = facts.available.shape
    of_place = np.zeros((len(measures), places), np.int64)
    of_line = np.zeros((len(measures), lines, places), np.int64)
    for at, one in enumerate(measures):
        if one.by in _OF_PLACE:
            of_place[at] = _banded(_OF_PLACE[one.by](facts), one.band)
        if one.by in _OF_LINE:
            of_line[at] = _banded(_OF_LINE[one.by](facts), one.band)
    return Parts(of_place, of_line)


def _banded(values: npt.NDArray[np.float64] | Ints, band: int) -> Ints:
    return np.clip(values, 0, LARGEST).astype(np.int64) // band


def _freight(facts: Facts) -> npt.NDArray[np.float64]:
    """Return what carrying each line from each place costs, to the minor unit, half to even."""
    of_place = facts.km * facts.kg_km_minor
    freight: npt.NDArray[np.float64] = np.rint(facts.weight_g[:, None] / 1000 * of_place[None, :])
    return freight


def _taken_permille(facts: Facts) -> Ints:
    """Return how many thousandths of what a place has a line takes."""
    return facts.quantity[:, None] * 1000 // np.maximum(facts.available, 1)


def _runs_low(facts: Facts) -> Ints:
    """Return 1 where a line leaves fewer units than are to be kept."""
    left = facts.available - facts.quantity[:, None]
    return (left < facts.keep_units).astype(np.int64)


_OF_PLACE: Final[dict[Criterion, Callable[[Facts], npt.NDArray[np.float64] | Ints]]] = {
    Criterion.PARCELS: lambda facts: np.ones(facts.km.shape, np.int64),
    Criterion.DISTANCE: lambda facts: facts.km,
    Criterion.COST: lambda facts: facts.parcel_minor,
    Criterion.CAPACITY: lambda facts: facts.used_permille,
    Criterion.PROMISE: lambda facts: facts.hours,
    Criterion.PICKUP: lambda facts: (~facts.is_pickup).astype(np.int64),
    Criterion.KIND: lambda facts: facts.kind_rank,
}
_OF_LINE: Final[dict[Criterion, Callable[[Facts], npt.NDArray[np.float64] | Ints]]] = {
    Criterion.COST: _freight,
    Criterion.DEPTH: _taken_permille,
    Criterion.STOCK_OUT: _runs_low,
    Criterion.AGE: lambda facts: OLDEST_DAYS - np.clip(facts.age_days, 0, OLDEST_DAYS),
}

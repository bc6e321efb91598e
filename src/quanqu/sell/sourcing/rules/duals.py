"""Prices of lines that tell the least a set of places can cost: Lagrangian relaxation.

Of a set of exactly m places each line is shipped once.  Let that go, and pay u for a line instead:
the least is then Σ u + the m lowest of r(p) = place part + Σ over lines of min(0, line part − u).
Every u gives a bound that no set is below, and r says what a place adds to it; subgradient steps
find a good u.  Source: Cornuéjols, Fisher, Nemhauser, Management Science 23(8), 1977, section 3;
the step length is Polyak's, 1969.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.sell.sourcing.rules.scores import Ints

__all__ = ["Duals", "price_lines"]

Floats = npt.NDArray[np.float32]
STEPS: Final = 40
SHORTEST_STEP: Final = 0.02
STEPS_TO_SHORTEN: Final = 4


@dataclass(frozen=True, slots=True)
class Duals:
    """A bound for sets of `parcels` places, exact in whole numbers.

    `paid`: Σ u; `reduced` (places,): r; `lowest` (parcels + 1,): the sum of its n lowest, of the
    places `taken`.
    """

    paid: int
    reduced: Ints
    lowest: Ints
    taken: Ints


def price_lines(of_place: Ints, of_line: Ints, parcels: int, target: int) -> Duals:
    """Find prices whose bound comes near the target, the score of a plan that is known.

    Shapes: (places,), (lines, places); at least `parcels` places.  Prices are sought in single
    precision, and the bound of the best is then worked out in whole numbers.
    """
    shift = int(of_place.min())
    places, lines = (of_place - shift).astype(np.float32), of_line.astype(np.float32)
    low, high = lines.min(axis=1), lines.max(axis=1)
    second = min(parcels, lines.shape[1] - 1)
    prices = np.partition(lines, second, axis=1)[:, second]
    goal = float(target - shift * parcels)
    best, best_prices, scale, stale = -np.inf, prices, 1.0, 0
    saved = np.empty_like(lines)
    for _ in range(STEPS):
        np.subtract(lines, prices[:, None], out=saved)
        np.minimum(saved, 0, out=saved)
        reduced = places + saved.sum(axis=0)
        taken = np.argpartition(reduced, parcels - 1)[:parcels]
        bound = float(prices.sum() + reduced[taken].sum())
        if bound > best:
            best, best_prices, stale = bound, prices, 0
        else:
            stale += 1
            scale, stale = (scale / 2, 0) if stale == STEPS_TO_SHORTEN else (scale, stale)
        slope = 1 - (saved[:, taken] < 0).sum(axis=1)
        length = int(slope @ slope)
        if length == 0 or scale < SHORTEST_STEP or bound >= goal:
            break
        prices = np.clip(prices + np.float32(scale * (goal - bound) / length) * slope, low, high)
        prices = prices.astype(np.float32)
    return _exact(of_place, of_line, parcels, best_prices.astype(np.int64))


def _exact(of_place: Ints, of_line: Ints, parcels: int, prices: Ints) -> Duals:
    prices = np.clip(prices, of_line.min(axis=1), of_line.max(axis=1))
    reduced = of_place + np.minimum(of_line - prices[:, None], 0).sum(axis=0)
    taken = np.argpartition(reduced, parcels - 1)[:parcels]
    taken = taken[np.argsort(reduced[taken], kind="stable")]
    lowest = np.concatenate(([0], reduced[taken].cumsum()))
    return Duals(int(prices.sum()), reduced, lowest, taken)

"""What people's answers teach: how far the model's weights are off, and where links are safe."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Limits", "choose_limits", "learn_shift"]

_SPREAD_BITS: Final = 2.0
_ROUNDS: Final = 50
_MOST_FALSE: Final = 0.005
_MOST_MISSED: Final = 0.02
_LEAST_UPPER: Final = 0.9
_LEAST_LOWER: Final = 0.02


@dataclass(frozen=True, slots=True)
class Limits:
    """Where pairs are linked and where people are asked, with what the model expects of it.

    `upper`, `lower`: probabilities.  `false_links`: expected wrong pairs among those linked.
    `missed`: expected matches among those neither linked nor asked about.
    """

    upper: float
    lower: float
    false_links: float
    missed: float


def learn_shift(odds: NDArray[np.float64], is_same: NDArray[np.bool_]) -> float:
    """Return by how many bits the odds of all pairs move, given answers about some.

    The most probable shift s under P(same) = 1 / (1 + 2^-(odds + s)) and s ~ Normal(0, 2 bits): no
    answer leaves the model as it is, many answers outweigh it.  Method: Newton, damped.
    Shapes: odds (answers,) in bits as the model said without a shift; is_same (answers,).
    """
    shift, bit = 0.0, float(np.log(2))
    for _ in range(_ROUNDS):
        rate = 1 / (1 + np.exp2(-np.clip(odds + shift, -500, 500)))
        slope = bit * float((is_same - rate).sum()) - shift / _SPREAD_BITS**2
        bend = bit**2 * float((rate * (1 - rate)).sum()) + 1 / _SPREAD_BITS**2
        step = min(max(slope / bend, -1.0), 1.0)
        shift += step
        if abs(step) < 1e-9:
            break
    return shift


def choose_limits(rate: NDArray[np.float64]) -> Limits:
    """Return the limits for pairs of these probabilities.

    Above `upper` at most one link in two hundred is expected to be wrong, and none is less sure
    than 0.9; below `lower` lies at most a fiftieth of all matches, and nobody is asked under 0.02.
    """
    ordered = np.sort(rate)[::-1]
    wrong = np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1)
    safe = np.flatnonzero((wrong <= _MOST_FALSE) & (ordered >= _LEAST_UPPER))
    upper = float(ordered[safe[-1]]) if len(safe) else 1.0
    rising = ordered[::-1]
    lost = np.cumsum(rising)
    allowed = np.flatnonzero(lost <= _MOST_MISSED * float(rate.sum()))
    lower = float(rising[allowed[-1]]) if len(allowed) else 0.0
    lower = min(max(lower, _LEAST_LOWER), upper)
    linked = rate >= upper
    return Limits(
        upper=upper,
        lower=lower,
        false_links=float((1 - rate[linked]).sum()),
        missed=float(rate[rate < lower].sum()),
    )

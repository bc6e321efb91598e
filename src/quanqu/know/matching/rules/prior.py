"""From weights to probabilities: the share of pairs that match, estimated from the pairs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["estimate_prior", "probabilities"]

_ROUNDS: Final = 200
_SURE: Final = 1e-6


def probabilities(weight: NDArray[np.float64], prior: float) -> NDArray[np.float64]:
    """Return the probability of a match for weights in bits: Bayes' rule in odds.

    Units: prior is the share of all pairs that match, 0–1.
    """
    odds = np.log2(prior / (1 - prior))
    return 1 / (1 + np.exp2(-np.clip(weight + odds, -1000, 1000)))


def estimate_prior(weight: NDArray[np.float64], every_pair: int) -> float:
    """Return the share of all pairs that match: the fixed point where the prior explains the sum.

    Each round takes the expected matches under the last prior: the EM step for λ with m and u held
    (Winkler 1988).  Pairs that were not compared count as no match.
    """
    prior = 1e-4
    for _ in range(_ROUNDS):
        found = float(probabilities(weight, prior).sum()) / max(every_pair, 1)
        found = min(max(found, 1e-12), 0.5)
        if abs(found / prior - 1) < _SURE:
            break
        prior = found
    return found

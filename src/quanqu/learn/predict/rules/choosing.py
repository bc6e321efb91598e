"""Who is trained on and who is tested on, by a hash of the customer's key: the same people for the
same data, whatever the order."""

from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TEST_RATE: Final = 0.3
MOST_TRAINED: Final = 200_000
FEWEST_SEED: Final = 100
FEWEST_OTHERS: Final = 100

_TEST_SALT: Final = 0x74657374  # "test"
_SAMPLE_SALT: Final = 0x73616D70  # "samp"


def places_of(keys: Ints, salt: int) -> npt.NDArray[np.float64]:
    """Return a place in [0, 1) for each key, uniform and stable.

    Source: the finaliser of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014).
    """
    z = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def is_held_back(keys: Ints) -> Flags:
    """Return who is held back from training to be tested on: three in ten."""
    return places_of(keys, _TEST_SALT) < TEST_RATE


def choose_trained(keys: Ints, is_member: Flags) -> Ints:
    """Return the places of those trained on: of members and others apart at most half of
    MOST_TRAINED each that is not held back."""
    free = ~is_held_back(keys)
    parts = [
        _some(keys, np.flatnonzero(free & side), MOST_TRAINED // 2)
        for side in (is_member, ~is_member)
    ]
    return np.sort(np.concatenate(parts))


def _some(keys: Ints, at: Ints, most: int) -> Ints:
    if len(at) <= most:
        return at
    order = np.argsort(places_of(keys[at], _SAMPLE_SALT), kind="stable")
    return at[order[:most]]

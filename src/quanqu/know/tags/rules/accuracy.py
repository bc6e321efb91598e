"""How right a tag is, estimated from a stratified sample of those who wear it and of those who do
not.

Sources: Cochran, Sampling Techniques, 3rd ed., 1977, ch. 5 (stratified random sampling: the total
over all strata is estimated by the sum of N_h times the sample mean of stratum h, eq. 5.1, 5.3);
Wilson, JASA 22 (158), 1927, p. 209 (interval of a proportion).
"""

import math
from typing import Final

from quanqu.know.tags.contracts import Interval, Stratum

LEAST_ANSWERS: Final = 30  # in each stratum, or everybody in a smaller one
Z_95: Final = 1.959963984540054


def stratum(size: int, asked: int, right: int) -> Stratum:
    """Return a stratum with the number of answers that it takes."""
    return Stratum(size, asked, right, needed=min(LEAST_ANSWERS, size))


def wilson(hits: int, asked: int) -> Interval:
    """Return a proportion with its 95 % score interval.

    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), with p = hits / asked.
    """
    if asked <= 0:
        raise ValueError("nobody was asked")
    share, z2 = hits / asked, Z_95 * Z_95
    middle = share + z2 / (2 * asked)
    reach = Z_95 * math.sqrt(share * (1 - share) / asked + z2 / (4 * asked * asked))
    whole = 1 + z2 / asked
    low, high = (middle - reach) / whole, (middle + reach) / whole
    return Interval(share, max(0.0, min(low, share)), min(1.0, max(high, share)))


def precision(worn: Stratum) -> Interval | None:
    """Return the share of those with the tag who should have it; None: too few answers."""
    return wilson(worn.right, worn.asked) if worn.is_enough else None


def missed_rate(unworn: Stratum) -> Interval | None:
    """Return the share of those without the tag who should have it; None: too few answers."""
    if not unworn.is_enough:
        return None
    return wilson(unworn.asked - unworn.right, unworn.asked)


def recall(worn: Stratum, unworn: Stratum) -> float | None:
    """Return the share of those who should have the tag that have it; None: too few answers, or
    nobody should have it.

    N₁·p / (N₁·p + N₀·m): the strata's sizes times the share of right among those with the tag (p)
    and of missed among those without (m).
    """
    if not worn.is_enough or not (unworn.is_enough or unworn.size == 0):
        return None
    found = worn.size * worn.right / worn.asked
    missed = unworn.size * (unworn.asked - unworn.right) / unworn.asked if unworn.size else 0.0
    return found / (found + missed) if found + missed > 0 else None

"""How good an order of people is: AUC, lift and calibration, with intervals."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from quanqu.learn.predict.contracts import Estimate, Tenth

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_NORMAL_95: Final = 1.959963984540054
TENTHS: Final = 10


def auc_of(score: Floats, is_member: Flags) -> Estimate:
    """Return the chance that a member scores above another, ties counted half, with its interval.

    Variance: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44(3), 1988, by midranks
    as X. Sun and W. Xu, IEEE Signal Processing Letters 21(11), 2014, eq. 7 and 8.
    """
    inside, outside = score[is_member], score[~is_member]
    m, n = len(inside), len(outside)
    ranks = midranks(np.concatenate([inside, outside]))
    above = (ranks[:m] - midranks(inside)) / n
    below = 1 - (ranks[m:] - midranks(outside)) / m
    auc = float(above.mean())
    variance = _variance(above) / m + _variance(below) / n
    half = _NORMAL_95 * float(np.sqrt(variance))
    return Estimate(auc, max(0.0, auc - half), min(1.0, auc + half))


def lift_of(score: Floats, is_member: Flags) -> Estimate:
    """Return the share of members in the best tenth over their share among all.

    People with equal numbers at the border count in part.  The interval is that of Wilson (1927)
    for the share in the tenth, over the share among all.
    """
    size = max(1, round(len(score) / TENTHS))
    border = np.partition(score, len(score) - size)[len(score) - size]
    above, at = score > border, score == border
    rest = size - int(above.sum())
    hits = float(is_member[above].sum()) + rest * float(is_member[at].mean())
    share = float(is_member.mean())
    low, high = wilson(hits, size)
    return Estimate(hits / size / share, low / share, high / share)


def tenths_of(expected: Floats, is_member: Flags) -> tuple[Tenth, ...]:
    """Return what was expected and observed in each tenth, the highest expectation first."""
    order = np.argsort(-expected, kind="stable")
    return tuple(
        Tenth(len(part), float(expected[part].mean()), float(is_member[part].mean()))
        for part in np.array_split(order, TENTHS)
        if len(part)
    )


def wilson(hits: float, size: int) -> tuple[float, float]:
    """Return the 95 % interval of a share. Source: E. B. Wilson, JASA 22(158), 1927, p. 209."""
    z2 = _NORMAL_95**2
    middle = (hits + z2 / 2) / (size + z2)
    spread = hits * (size - hits) / size + z2 / 4
    half = _NORMAL_95 * float(np.sqrt(max(spread, 0.0))) / (size + z2)
    return max(0.0, middle - half), min(1.0, middle + half)


def midranks(values: Floats) -> Floats:
    """Return the rank of each value from 1, equal ones sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Any = ends - (counts - 1) / 2
    return np.asarray(ranks[places], dtype=np.float64)


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0

"""What is known of customers as columns of numbers that a model can learn from.

Left out on purpose: gender, age, names, addresses below the country.  What each column is stands in
docs/rules/predict.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from quanqu.learn.predict.rules.judging import midranks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[Any]

MOST_LEVELS: Final = 8
LEAST_SHARE: Final = 0.005  # of those trained on: rarer countries and categories tell little
RECENCY: Final = "recency_days"
COUNTRY: Final = "country"
# which are taken as they are; the others are counts and days, taken by their logarithm
_SHARES: Final = frozenset({"has_ordered", "money_rank", "basket_rank"})
FIGURES: Final = (
    "has_ordered",
    RECENCY,
    "orders",
    "order_days",
    "orders_90",
    "gap_days",
    "money_rank",
    "basket_rank",
    "discounted",
    "refunds",
    "tenure_days",
    "active_days",
    "active_days_30",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of each customer, in order of the key.

    Shapes: all (n).  `figures` by the names of FIGURES, NaN where there is nothing to measure;
    `shares` by channel: the part of the customer's events that came through it (0–1); `country`
    and `category` (the one looked at most) are texts, empty where unknown.
    """

    keys: Ints
    figures: Mapping[str, Floats]
    shares: Mapping[str, Floats]
    country: Texts
    category: Texts


@dataclass(frozen=True, slots=True)
class Scale:
    """The columns of a model with their mean and standard deviation among those trained on;
    `constant` are columns that tell nobody apart."""

    columns: tuple[str, ...]
    mean: Floats
    deviation: Floats
    constant: tuple[str, ...]


def learn_scale(known: Known, at: Ints) -> Scale:
    """Choose the columns and their scale by the customers trained on (places in `known`)."""
    wanted = [
        *FIGURES,
        *(f"channel:{name}" for name in _frequent_channels(known, at)),
        *(f"country:{name}" for name in _frequent(known.country[at])),
        *(f"category:{name}" for name in _frequent(known.category[at])),
    ]
    columns, mean, deviation, constant = [], [], [], []
    for name in wanted:
        values = column(known, name)[at]
        there = values[~np.isnan(values)]
        spread = float(there.std()) if len(there) else 0.0
        if spread <= 1e-12:
            constant.append(name)
            continue
        columns.append(name)
        mean.append(float(there.mean()))
        deviation.append(spread)
    return Scale(tuple(columns), np.array(mean), np.array(deviation), tuple(constant))


def scaled(known: Known, scale: Scale, at: Ints) -> Floats:
    """Return the standardised columns of customers (places in `known`); what is missing is 0, the
    mean."""
    made = np.empty((len(at), len(scale.columns)))
    for number, name in enumerate(scale.columns):
        values = (column(known, name)[at] - scale.mean[number]) / scale.deviation[number]
        made[:, number] = np.nan_to_num(values, nan=0.0)
    return made


def column(known: Known, name: str) -> Floats:
    """Return one column of everybody, before it is standardised."""
    kind, _, level = name.partition(":")
    if kind == "channel":
        return known.shares[level]
    if kind in ("country", "category"):
        texts = known.country if kind == COUNTRY else known.category
        return np.asarray(texts == level, dtype=np.float64)
    values = known.figures[name]
    return values if name in _SHARES else np.log1p(values)


def rank_within(amounts: Floats, groups: Texts) -> Floats:
    """Return the place of each amount among those of its group, in (0, 1): amounts of different
    currencies are never compared."""
    names, codes = np.unique(groups, return_inverse=True)
    made = np.full(len(amounts), np.nan)
    for code in range(len(names)):
        at = np.flatnonzero(codes == code)
        made[at] = (midranks(amounts[at]) - 0.5) / len(at)
    return made


def _frequent(texts: Texts) -> list[str]:
    """Return the most frequent texts, of equally frequent ones the first by name."""
    names, counts = np.unique(texts[texts != ""], return_counts=True)
    is_common = counts >= LEAST_SHARE * len(texts)
    names, counts = names[is_common], counts[is_common]
    order = np.argsort(-counts, kind="stable")[:MOST_LEVELS]  # the names are in order
    return [str(names[at]) for at in order]


def _frequent_channels(known: Known, at: Ints) -> list[str]:
    sizes = {name: float(values[at].sum()) for name, values in known.shares.items() if name}
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_LEVELS]

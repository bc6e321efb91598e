"""Learn what tells the members of an audience from others, and judge it on people held back."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from quanqu.learn.predict.contracts import (
    BaseTooSmallError,
    Card,
    LearningBasis,
    NoSignalError,
    SeedTooSmallError,
    Weight,
)
from quanqu.learn.predict.rules.choosing import (
    FEWEST_OTHERS,
    FEWEST_SEED,
    Flags,
    choose_trained,
    is_held_back,
)
from quanqu.learn.predict.rules.features import (
    COUNTRY,
    RECENCY,
    Floats,
    Ints,
    Known,
    Scale,
    column,
    learn_scale,
    scaled,
)
from quanqu.learn.predict.rules.judging import auc_of, lift_of, tenths_of
from quanqu.learn.predict.rules.logistic import Fit, fit_logistic, sigmoid

RIDGE: Final = 1.0
DIGITS: Final = 6
_AT_ONCE: Final = 200_000
_NEVER_DAYS: Final = 1e6


@dataclass(frozen=True, slots=True)
class Learnt:
    """The card, and for everybody in order of the key the chance (0–1) of being like a member."""

    card: Card
    similarity: Floats


def check_sizes(is_member: Flags) -> None:
    """Refuse to learn from too few. Raises: SeedTooSmallError, BaseTooSmallError."""
    seed = int(is_member.sum())
    if seed < FEWEST_SEED:
        raise SeedTooSmallError(seed=seed, fewest=FEWEST_SEED)
    others = len(is_member) - seed
    if others < FEWEST_OTHERS:
        raise BaseTooSmallError(others=others, fewest=FEWEST_OTHERS)


def learn(
    known: Known, is_member: Flags, *, basis: LearningBasis, shared: frozenset[str]
) -> Learnt:
    """Train on seven in ten and judge on the rest; the same data gives the same answer.

    Members and others weigh the same in training; the chances are put right for how many members
    there are (G. King and L. Zeng, Political Analysis 9(2), 2001, eq. 7).
    Raises: SeedTooSmallError, BaseTooSmallError.
    """
    check_sizes(is_member)
    at = choose_trained(known.keys, is_member)
    scale = learn_scale(known, at)
    x, y = scaled(known, scale, at), is_member[at].astype(np.float64)
    fit = fit_logistic(x, y, _balanced(y), ridge=RIDGE)
    share = float(is_member.mean())
    odds = _log_odds(known, scale, fit) + np.log(share / (1 - share))
    chance = np.round(sigmoid(odds), DIGITS)
    plain, country = _plain_rule(known, is_member, at)
    held = np.flatnonzero(is_held_back(known.keys))
    members = is_member[held]
    card = Card(
        basis=basis,
        trained=len(at),
        trained_seed=int(y.sum()),
        tested=len(held),
        tested_seed=int(members.sum()),
        auc=auc_of(odds[held], members),
        lift=lift_of(odds[held], members),
        plain_auc=auc_of(plain[held], members),
        plain_lift=lift_of(plain[held], members),
        plain_country=country,
        tenths=tenths_of(sigmoid(odds[held]), members),
        weights=_weights(known, scale, fit, is_member, at, shared),
        constant=scale.constant,
        iterations=fit.iterations,
        scored=len(known.keys),
    )
    return Learnt(card, chance)


def check_signal(card: Card) -> None:
    """Refuse a model that may be no better than chance. Raises: NoSignalError."""
    if card.auc.low <= 0.5:
        told = (f"{figure:.3f}" for figure in (card.auc.value, card.auc.low, card.auc.high))
        auc, low, high = told
        raise NoSignalError(auc=auc, low=low, high=high)


def _balanced(y: Floats) -> Floats:
    """Return weights that sum to the number of rows, half of it on each side."""
    inside = float(y.sum())
    return np.where(y > 0, len(y) / (2 * inside), len(y) / (2 * (len(y) - inside)))


def _log_odds(known: Known, scale: Scale, fit: Fit) -> Floats:
    size = len(known.keys)
    made = np.empty(size)
    for first in range(0, size, _AT_ONCE):
        part = np.arange(first, min(first + _AT_ONCE, size))
        made[part] = fit.log_odds(scaled(known, scale, part))
    return made


def _plain_rule(known: Known, is_member: Flags, at: Ints) -> tuple[Floats, str]:
    """Order by "from the members' most frequent country, then the more recent the last order"."""
    countries = known.country[at][is_member[at]]
    names, counts = np.unique(countries[countries != ""], return_counts=True)
    country = str(names[np.argmax(counts)]) if len(names) else ""
    days = np.nan_to_num(known.figures[RECENCY], nan=_NEVER_DAYS)
    is_home = column(known, f"{COUNTRY}:{country}") if country else np.zeros(len(days))
    return is_home * 10 * _NEVER_DAYS - days, country


def _weights(
    known: Known, scale: Scale, fit: Fit, is_member: Flags, at: Ints, shared: frozenset[str]
) -> tuple[Weight, ...]:
    inside, outside = at[is_member[at]], at[~is_member[at]]
    told = [
        Weight(
            code,
            round(float(fit.weights[number]), DIGITS),
            _mean(known, code, inside),
            _mean(known, code, outside),
            code.partition(":")[0] in shared,
        )
        for number, code in enumerate(scale.columns)
    ]
    return tuple(sorted(told, key=lambda one: (-abs(one.weight), one.code)))


def _mean(known: Known, code: str, at: Ints) -> float:
    """Return the mean in the column's own unit, of those who have one."""
    values = known.figures[code][at] if code in known.figures else column(known, code)[at]
    there = values[~np.isnan(values)]
    return round(float(there.mean()), DIGITS) if len(there) else 0.0

"""The solver finds the least of its loss, and the figures on a card are what they are called."""

import itertools
import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanqu.learn.predict.rules.choosing import (
    FEWEST_SEED,
    MOST_TRAINED,
    choose_trained,
    is_held_back,
    places_of,
)
from quanqu.learn.predict.rules.judging import auc_of, lift_of, midranks, tenths_of, wilson
from quanqu.learn.predict.rules.logistic import fit_logistic, gradient, loss, sigmoid


def _made(seed: int, rows: int, columns: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns))
    odds = x @ rng.normal(size=columns) - 0.5
    y = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    y[0], y[1] = 0.0, 1.0
    return x, y, rng.uniform(0.5, 2.0, rows)


def _plain_loss(x: Any, y: Any, sample: Any, ridge: float, beta: list[float]) -> float:
    """Return the loss by the definition, a row at a time, from the standard library alone."""
    total = 0.0
    for row, target, weight in zip(x.tolist(), y.tolist(), sample.tolist(), strict=True):
        eta = beta[0] + sum(b * v for b, v in zip(beta[1:], row, strict=True))
        p = 1 / (1 + math.exp(-eta))
        total -= weight * (target * math.log(p) + (1 - target) * math.log(1 - p))
    return total + ridge / 2 * sum(b * b for b in beta[1:])


def _searched(x: Any, y: Any, sample: Any, ridge: float) -> list[float]:
    """Minimise by pattern search: try every coordinate up and down, and halve the step."""
    beta, step = [0.0] * (x.shape[1] + 1), 1.0
    at = _plain_loss(x, y, sample, ridge, beta)
    while step > 1e-7:
        moved = False
        for place, sign in itertools.product(range(len(beta)), (1, -1)):
            there = [*beta]
            there[place] += sign * step
            value = _plain_loss(x, y, sample, ridge, there)
            if value < at:
                beta, at, moved = there, value, True
        step = step if moved else step / 2
    return beta


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("ridge", [0.1, 1.0, 10.0])
def test_newton_comes_to_where_a_plain_search_comes(seed: int, ridge: float) -> None:
    x, y, sample = _made(seed, 40, 2)

    fit = fit_logistic(x, y, sample, ridge=ridge)

    assert [fit.intercept, *fit.weights] == pytest.approx(_searched(x, y, sample, ridge), abs=1e-5)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.integers(2, 300), columns=st.integers(0, 8))
def test_the_gradient_is_nothing_at_the_end(seed: int, rows: int, columns: int) -> None:
    x, y, sample = _made(seed, rows, columns)

    fit = fit_logistic(x, y, sample, ridge=1.0)

    beta = np.concatenate([[fit.intercept], fit.weights])
    assert np.abs(gradient(x, y, sample, 1.0, beta)).max() < 1e-6 * max(1.0, sample.sum())


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    x, y, sample = _made(5, 50, 3)
    beta = np.array([0.3, -0.2, 0.9, 0.1])

    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-6
        slope = (loss(x, y, sample, 2.0, beta + step) - loss(x, y, sample, 2.0, beta - step)) / 2e-6
        assert gradient(x, y, sample, 2.0, beta)[place] == pytest.approx(slope, rel=1e-5)


def test_separable_and_extreme_rows_are_no_trouble() -> None:
    x = np.array([[-1e6], [-1.0], [1.0], [1e6]])
    y = np.array([0.0, 0.0, 1.0, 1.0])

    fit = fit_logistic(x, y, np.ones(4), ridge=1.0)

    assert np.isfinite([fit.intercept, *fit.weights]).all()
    assert list(sigmoid(fit.log_odds(x)) > 0.5) == [False, False, True, True]


@settings(deadline=None)
@given(
    scores=st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9]), min_size=1, max_size=30),
    others=st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9]), min_size=1, max_size=30),
)
def test_auc_is_the_share_of_pairs_in_the_right_order(
    scores: list[float], others: list[float]
) -> None:
    pairs = [
        1.0 if one > two else 0.5 if one == two else 0.0
        for one, two in itertools.product(scores, others)
    ]
    is_member = np.array([True] * len(scores) + [False] * len(others))

    found = auc_of(np.array(scores + others), is_member)

    assert found.value == pytest.approx(sum(pairs) / len(pairs))
    assert found.low <= found.value <= found.high


def test_the_interval_of_auc_is_de_longs() -> None:
    inside, outside = [0.9, 0.8, 0.7, 0.4, 0.6], [0.5, 0.3, 0.8, 0.2, 0.1, 0.4]

    def above(one: float, two: float) -> float:
        return 1.0 if one > two else 0.5 if one == two else 0.0

    v10 = [sum(above(x, y) for y in outside) / len(outside) for x in inside]
    v01 = [sum(above(x, y) for x in inside) / len(inside) for y in outside]
    auc = sum(v10) / len(v10)
    spread = [
        sum((v - auc) ** 2 for v in values) / (len(values) - 1) / len(values)
        for values in (v10, v01)
    ]
    half = 1.959963984540054 * math.sqrt(sum(spread))

    found = auc_of(np.array(inside + outside), np.array([True] * 5 + [False] * 6))

    assert (found.value, found.low) == pytest.approx((auc, auc - half))
    assert found.high == pytest.approx(min(1.0, auc + half))


def test_the_interval_holds_chance_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    is_member = np.arange(200) < 80

    held = 0
    for _ in range(400):
        found = auc_of(rng.random(200), is_member)
        held += found.low <= 0.5 <= found.high

    assert 0.92 <= held / 400 <= 0.98


def test_lift_counts_members_in_the_best_tenth_and_shares_ties() -> None:
    score = np.array([5.0, 4.0, 4.0, 4.0, 4.0] + [0.0] * 15)
    is_member = np.array([True, True, False, False, False] + [True] + [False] * 14)

    found = lift_of(score, is_member)  # two places: one sure member, and a quarter of one

    assert found.value == pytest.approx((1 + 0.25) / 2 / (3 / 20))
    low, high = wilson(1.25, 2)
    assert (found.low, found.high) == pytest.approx((low / 0.15, high / 0.15))


def test_wilson_is_the_published_figure() -> None:
    low, high = wilson(81, 263)  # R. G. Newcombe, Statistics in Medicine 17, 1998, table I

    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_tenths_say_what_was_expected_and_found() -> None:
    rng = Random(3)
    expected = np.array([rng.random() for _ in range(105)])
    is_member = np.array([rng.random() < one for one in expected])

    found = tenths_of(expected, is_member)

    ranked = sorted(zip(expected.tolist(), is_member.tolist(), strict=True), reverse=True)
    assert [one.people for one in found] == [11] * 5 + [10] * 5
    best = ranked[:11]
    assert found[0].expected == pytest.approx(sum(p for p, _ in best) / 11)
    assert found[0].observed == pytest.approx(sum(m for _, m in best) / 11)
    assert sum(one.people * one.observed for one in found) == pytest.approx(is_member.sum())


def test_midranks_share_the_mean_place_of_equals() -> None:
    assert midranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_places_are_uniform_stable_and_their_own() -> None:
    keys = np.arange(1, 200_001)
    places = places_of(keys, 1)

    counts, _ = np.histogram(places, bins=20, range=(0, 1))
    assert (np.abs(counts - 10_000) < 500).all()
    assert places_of(keys[::-1], 1)[::-1].tolist() == places.tolist()
    assert abs(np.corrcoef(places, places_of(keys, 2))[0, 1]) < 0.01
    # the finaliser of SplitMix64 on 1 + 1 · 0x9E37…15, worked out with plain integers
    z = (0x9E3779B97F4A7C15 + 1) & (2**64 - 1)
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    assert places[0] == ((z ^ (z >> 31)) >> 11) / 2**53


def test_nobody_tested_on_is_trained_on_and_no_side_has_more_than_half() -> None:
    keys = np.arange(600_000)
    is_member = keys % 3 == 0

    at = choose_trained(keys, is_member)

    assert not is_held_back(keys)[at].any()
    assert is_member[at].sum() == (~is_member[at]).sum() == MOST_TRAINED // 2
    small = choose_trained(keys[:300], is_member[:300])
    assert len(small) == (~is_held_back(keys[:300])).sum()
    assert FEWEST_SEED == 100

"""Priors, groups and blocks against independent calculations."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.know.matching.rules.blocking import choose_blocks, pair_budget
from quanqu.know.matching.rules.clusters import (
    cluster_pairs,
    connected_components,
    expected_f1,
    pairs_within,
)
from quanqu.know.matching.rules.prior import estimate_prior, probabilities
from quanqu.know.matching.rules.roles import guess_roles, refuse_roles

SIZE = 7
EVERY = list(itertools.combinations(range(SIZE), 2))
RATES = st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9, 1.0]), min_size=21, max_size=21)


def _arrays(rates: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    left, right = (np.array(ends) for ends in zip(*EVERY, strict=True))
    return left, right, np.array(rates)


def _linkage(rates: list[float], threshold: float) -> set[frozenset[int]]:
    """Average linkage the slow way: the surest two groups, all means worked out anew each time."""
    rate = dict(zip(EVERY, rates, strict=True))
    groups = [frozenset([row]) for row in range(SIZE)]
    while True:
        found = []
        for one, other in itertools.combinations(groups, 2):
            total = sum(rate[min(a, b), max(a, b)] for a in one for b in other)
            found.append((total / (len(one) * len(other)), one, other))
        mean, one, other = max(found, key=lambda item: item[0], default=(0.0, None, None))
        if one is None or other is None or mean <= threshold:
            return {*groups}
        groups = [group for group in groups if group not in (one, other)] + [one | other]


@given(RATES, st.integers(0, 2**32 - 1))
def test_groups_equal_average_linkage_worked_out_slowly(rates: list[float], seed: int) -> None:
    # a little noise makes every mean differ, so that the order of joining is determined
    noise = np.random.default_rng(seed).uniform(0, 1e-3, len(rates))
    noisy = list(np.array(rates) * 0.99 + noise)
    groups = cluster_pairs(SIZE, *_arrays(noisy), 0.5)

    made = {frozenset(np.flatnonzero(groups == row).tolist()) for row in np.unique(groups)}
    assert made == _linkage([rate if rate >= 1e-3 else 0.0 for rate in noisy], 0.5)
    assert all(groups[row] == min(np.flatnonzero(groups == groups[row])) for row in range(SIZE))


def test_one_weak_bridge_does_not_glue_two_families() -> None:
    left = np.array([0, 0, 1, 3, 3, 4, 2])
    right = np.array([1, 2, 2, 4, 5, 5, 3])
    rate = np.array([0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.8])

    assert connected_components(6, left, right).tolist() == [0, 0, 0, 0, 0, 0]
    assert cluster_pairs(6, left, right, rate, 0.5).tolist() == [0, 0, 0, 3, 3, 3]


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_components_equal_a_search(edges: list[tuple[int, int]]) -> None:
    left = np.array([a for a, _ in edges], np.int64)
    right = np.array([b for _, b in edges], np.int64)
    labels = connected_components(20, left, right)

    reached = {row: {row} for row in range(20)}
    for _ in range(20):
        for one, other in edges:
            both = reached[one] | reached[other]
            for row in both:
                reached[row] = reached[row] | both
    assert labels.tolist() == [min(reached[row]) for row in range(20)]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_pairs_within_are_all_pairs_of_groups_that_are_not_too_large(groups: list[int]) -> None:
    left, right = pairs_within(np.array(groups), 4)

    wanted = {
        (one, other)
        for one, other in itertools.combinations(range(len(groups)), 2)
        if groups[one] == groups[other] and groups.count(groups[one]) <= 4
    }
    assert {*zip(left.tolist(), right.tolist(), strict=True)} == wanted
    assert len(left) == len(wanted)


def test_the_prior_explains_its_own_sum() -> None:
    weight = np.concatenate([np.full(40, 30.0), np.full(400, -8.0), np.full(10, 9.0)])
    prior = estimate_prior(weight, 100_000)

    assert prior * 100_000 == pytest.approx(probabilities(weight, prior).sum(), rel=1e-4)
    assert 40 <= prior * 100_000 <= 50
    assert estimate_prior(np.array([]), 10) <= 1e-6


def test_the_expected_f1_counts_pairs_after_closure() -> None:
    groups = np.array([0, 0, 0, 3])
    left, right, rate = np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([0.9, 0.8, 0.3])

    assert expected_f1(groups, left, right, rate) == pytest.approx(2 * 1.7 / (3 + 2.0))


def test_no_block_explodes() -> None:
    rows = 5000
    draw = np.random.default_rng(1)
    details = pa.table(
        {
            "row": np.arange(rows),
            "surname": pa.array(["smith"] * 3000 + [f"name{n % 900}" for n in range(2000)]),
            "given": pa.array([f"g{n}" for n in draw.integers(0, 50, rows)]),
            "birth": pa.array([f"{n:08d}" for n in draw.integers(0, 3000, rows)]),
        }
    )
    budget = 100_000
    blocks = choose_blocks(details, budget)

    assert blocks
    assert sum(block.pairs for block in blocks) <= budget
    for block in blocks:
        counts = np.bincount(block.codes[block.codes >= 0])
        assert int((counts * (counts - 1) // 2).sum()) == block.pairs <= budget // 4


def test_a_small_table_is_compared_whole() -> None:
    details = pa.table({"row": np.arange(30), "given": pa.array(["a"] * 30)})

    assert [block.pairs for block in choose_blocks(details, pair_budget(30))] == [435]
    assert pair_budget(1_000_000) == 15_000_000


def test_roles_are_guessed_from_names_in_both_languages() -> None:
    english = ["rec_id", "First Name", "LAST_NAME", "dob", "E-mail", "mobile phone", "zip code"]
    assert guess_roles(english) == {
        "First Name": "given_name",
        "LAST_NAME": "surname",
        "dob": "date_of_birth",
        "E-mail": "email",
        "mobile phone": "phone",
        "zip code": "postcode",
    }
    chinese = guess_roles(["姓名", "手机号", "出生日期", "地址", "性别"])
    assert [*chinese.values()] == ["phone", "date_of_birth", "full_name", "address", "gender"]
    assert refuse_roles({"x": "email"}, ["y"]) == "there is no column x"
    assert "is not a role" in refuse_roles({"x": "shoe"}, ["x"])
    assert refuse_roles({"x": "email"}, ["x"]) == ""

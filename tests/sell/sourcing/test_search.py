"""The best plan, beside every set looked at and beside a solver of others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.sourcing_oracles import by_looking_at_all, by_programs

from quanqu.sell.sourcing.rules.scores import Packing, Parts
from quanqu.sell.sourcing.rules.search import count_sets, search


def question(seed, lines, places, criteria, largest, fill):
    dice = np.random.default_rng(seed)
    has = dice.random((lines, places)) < fill
    parts = Parts(
        dice.integers(0, largest, (criteria, places)),
        dice.integers(0, largest, (criteria, lines, places)),
    )
    if seed % 3 == 0:  # fewest parcels first, as most strategies have it
        parts.of_place[0], parts.of_line[0] = 1, 0
    if seed % 5 == 0:  # a criterion of places alone
        parts.of_line[-1] = 0
    return has, parts


questions = st.builds(
    question,
    seed=st.integers(0, 10**6),
    lines=st.integers(1, 6),
    places=st.integers(1, 9),
    criteria=st.integers(1, 4),
    largest=st.sampled_from([2, 5, 1_000, 10**9]),
    fill=st.sampled_from([0.25, 0.6, 0.95]),
)


def check(best, has, parts):
    """The plan is one, and its score is what its parts come to."""
    assert set(best.place_of_line) <= set(best.places)
    for line, place in enumerate(best.place_of_line):
        assert has[line, place]
    for at, total in enumerate(best.score):
        lines = sum(int(parts.of_line[at, n, p]) for n, p in enumerate(best.place_of_line))
        assert total == int(parts.of_place[at, list(best.places)].sum()) + lines
    assert best.bound <= best.score


@settings(max_examples=300, deadline=None)
@given(asked=questions, most=st.integers(1, 5))
def test_a_small_question_is_answered_with_the_best_of_all_plans(asked, most):
    has, parts = asked

    best = search(has, parts, most)

    expected = by_looking_at_all(has, parts, most)
    assert (best is None) == (expected is None)
    if best is not None:
        check(best, has, parts)
        assert best.is_proven
        assert best.score == expected


@settings(max_examples=200, deadline=None)
@given(asked=questions, most=st.integers(2, 5), work=st.integers(1, 12))
def test_cut_short_it_gives_a_plan_and_a_bound_that_holds(asked, most, work):
    has, parts = asked
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quanqu.sell.sourcing.rules.search.ENUMERABLE_SETS", 0)
        best = search(has, parts, most, most_work=work)

    expected = by_looking_at_all(has, parts, most)
    if best is None:
        return
    check(best, has, parts)
    assert best.bound <= expected <= best.score


@pytest.mark.parametrize("seed", range(12))
def test_a_solver_of_others_finds_the_same_scores(seed):
    has, parts = question(seed, 7, 40, 3, 300, 0.4)

    best = search(has, parts, 4)

    expected = by_programs(has, parts, 4)
    assert best is not None
    check(best, has, parts)
    assert best.bound <= expected <= best.score
    assert best.score == expected or not best.is_proven


def test_a_line_that_no_place_has_makes_no_plan():
    has, parts = question(1, 3, 4, 2, 9, 0.9)
    has[1] = False

    assert search(has, parts, 4) is None
    assert (
        search(np.zeros((2, 0), bool), Parts(np.zeros((1, 0), int), np.zeros((1, 2, 0), int)), 1)
        is None
    )


def test_a_place_that_makes_the_score_better_is_added_though_no_line_needs_it():
    has = np.ones((2, 2), bool)
    parts = Parts(np.array([[1, 1]]), np.array([[[0, 90], [90, 0]]]))

    best = search(has, parts, 2)

    assert best.places == (0, 1)
    assert best.score == (2,)


def test_more_lines_than_a_word_has_bits_are_not_asked():
    has, parts = question(1, 61, 2, 1, 2, 0.99)
    has[:] = True

    with pytest.raises(ValueError, match="at most 60 lines"):
        search(has, parts, 1)


@given(
    digits=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=6)
)
def test_scores_come_back_from_their_words_and_keep_their_order(digits):
    ones, others = np.array(digits).T
    tops = np.maximum(ones, others)
    parts = Parts(np.stack([tops], axis=1), np.zeros((len(digits), 1, 1), int))
    packing = Packing.of(parts, np.ones((1, 1), bool), 1)

    words = packing.pack(np.stack([ones, others], axis=1)).T.tolist()

    assert packing.unpack(words[0]) == tuple(ones)
    assert (tuple(words[0]) < tuple(words[1])) == (tuple(ones) < tuple(others))


def test_a_criterion_larger_than_a_word_is_refused():
    parts = Parts(np.array([[2**61]]), np.zeros((1, 1, 1), int))

    with pytest.raises(OverflowError):
        Packing.of(parts, np.ones((1, 1), bool), 4)


def test_sets_are_counted():
    assert count_sets(30, 3) == 4_525
    assert count_sets(3, 5) == 7

"""What answers teach and where the limits lie, against independent calculations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.know.matching.rules.learning import choose_limits, learn_shift

ANSWERS = st.lists(st.tuples(st.floats(-12, 12), st.booleans()), max_size=12)


def _posterior(shift: float, answers: list[tuple[float, bool]]) -> float:
    total = -(shift**2) / 8
    for odds, same in answers:
        rate = 1 / (1 + 2 ** -(odds + shift))
        total += np.log(rate if same else 1 - rate)
    return float(total)


@given(ANSWERS)
def test_the_shift_is_the_most_probable_one(answers: list[tuple[float, bool]]) -> None:
    odds = np.array([one for one, _ in answers], np.float64)
    shift = learn_shift(odds, np.array([same for _, same in answers], np.bool_))

    best = _posterior(shift, answers)
    assert all(
        best >= _posterior(shift + step, answers) - 1e-6 for step in (-0.5, -0.05, 0.05, 0.5)
    )


def test_no_answer_changes_nothing_and_many_outweigh_the_model() -> None:
    assert learn_shift(np.array([]), np.array([], np.bool_)) == 0
    wrong = learn_shift(np.full(200, 3.0), np.zeros(200, np.bool_))
    right = learn_shift(np.full(200, -3.0), np.ones(200, np.bool_))

    assert wrong < -5
    assert right == pytest.approx(-wrong)
    assert learn_shift(np.array([0.0]), np.array([False])) < 0


@given(st.lists(st.floats(0, 1), max_size=60))
def test_limits_keep_what_they_promise(rates: list[float]) -> None:
    rate = np.array(rates, np.float64)
    limits = choose_limits(rate)
    linked, lost = rate[rate >= limits.upper], rate[rate < limits.lower]

    assert limits.lower <= limits.upper
    assert limits.false_links == pytest.approx(float((1 - linked).sum()))
    assert limits.missed == pytest.approx(float(lost.sum()))
    if len(linked) and limits.upper < 1:
        assert (1 - linked).mean() <= 0.005 + 1e-9
        assert linked.min() >= 0.9

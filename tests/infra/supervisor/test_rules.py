"""Parts that fall over at once are started ever more slowly; a long run forgives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.infra.supervisor.rules import (
    FIRST_DELAY_S,
    HEALTHY_AFTER_S,
    LONGEST_DELAY_S,
    failures_after,
    restart_delay_s,
)


@pytest.mark.parametrize(
    ("failures", "delay_s"), [(1, 0.2), (2, 0.4), (3, 0.8), (7, 12.8), (8, 15)]
)
def test_the_delay_doubles_up_to_a_limit(failures: int, delay_s: float) -> None:
    assert restart_delay_s(failures) == pytest.approx(delay_s)


@given(st.integers(min_value=1, max_value=10**9))
def test_the_delay_stays_in_its_range(failures: int) -> None:
    assert FIRST_DELAY_S <= restart_delay_s(failures) <= LONGEST_DELAY_S


def test_a_long_run_forgives_and_a_short_one_counts() -> None:
    assert failures_after(HEALTHY_AFTER_S, 9) == 1
    assert failures_after(HEALTHY_AFTER_S - 0.1, 9) == 10

"""Expressions are compared rightly while other threads make, compare and free their own."""

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import pytest

from quanqu.infra.lake.engines.question import make_question

NUMBERS = range(12)


@pytest.fixture
def _hasty_threads() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_hasty_threads")
def test_equality_survives_threads() -> None:
    assert make_question  # importing it mends the comparison
    kept = [ops.Literal(number, dt.int64) for number in NUMBERS]

    def compare(seed: int) -> int:
        chance, wrong = random.Random(seed), 0
        for _ in range(8_000):
            mine = chance.choice(NUMBERS)
            passing = ops.Literal(mine, dt.int64)
            for number in chance.sample(NUMBERS, 4):
                pair = (passing, kept[number]) if chance.random() < 0.5 else (kept[number], passing)
                wrong += (pair[0] == pair[1]) != (number == mine)
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(compare, range(8))) == 0


def test_parts_that_are_shared_are_compared_once() -> None:
    left = right = ops.Literal(1, dt.int64)
    for _ in range(60):
        left, right = ops.Add(left, left), ops.Add(right, right)
    # without memory within a comparison these would be 2**60 pairs
    assert left == right
    assert left != ops.Add(left, left)

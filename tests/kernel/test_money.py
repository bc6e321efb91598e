"""Money is exact, and every split conserves it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.money import (
    CurrencyMismatchError,
    Money,
    MoneyFormatError,
    allocate,
    exponent,
    to_minor,
)


def test_parses_and_prints_by_the_currency_s_own_decimals():
    assert Money.parse("12.34", "CNY") == Money(1234, "CNY")
    assert Money.parse("12", "JPY") == Money(12, "JPY")
    assert Money.parse("1.234", "KWD").amount == "1.234"
    assert Money(-5, "GBP").amount == "-0.05"
    assert exponent("CNY") == 2


@pytest.mark.parametrize("text", ["", "abc", "1.234", "NaN", "Infinity", "1,2"])
def test_refuses_what_the_currency_cannot_hold(text):
    with pytest.raises(MoneyFormatError, match="is not an amount of CNY"):
        Money.parse(text, "CNY")


def test_adds_only_the_same_currency():
    assert Money(1, "CNY") + Money(2, "CNY") - Money(4, "CNY") == -Money(1, "CNY")
    with pytest.raises(CurrencyMismatchError):
        Money(1, "CNY") + Money(1, "GBP")


@pytest.mark.parametrize(
    ("amount", "rounding", "minor"),
    [("0.125", "half_up", 13), ("0.125", "half_even", 12), ("-0.125", "half_up", -13)],
)
def test_rounds_by_the_named_algorithm(amount, rounding, minor):
    assert to_minor(Decimal(amount), "GBP", rounding=rounding) == minor


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_allocation_sums_to_the_total_and_is_fair_to_a_unit(total, weights):
    parts = allocate(total, weights)

    assert sum(parts) == total
    shares = weights if any(weights) else [1] * len(weights)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - Decimal(total) * share / sum(shares)) < 1


def test_allocates_the_largest_remainder_first_and_ties_to_the_earlier():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert allocate(10, [0, 0]) == [5, 5]
    assert allocate(0, []) == []
    with pytest.raises(ValueError, match="nothing to allocate to"):
        allocate(1, [])


@given(st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_printing_and_parsing_is_identity(minor, currency):
    assert Money.parse(Money(minor, currency).amount, currency) == Money(minor, currency)

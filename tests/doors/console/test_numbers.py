"""Figures in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.doors.console.rules.numbers import (
    change,
    compact,
    decimal_text,
    grouped,
    money_text,
    rate_text,
)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (9_999, "9,999", "9,999"),
        (12.5, "12.5", "12.5"),
        (10_000, "10k", "1万"),
        (12_345, "12.3k", "1.2万"),
        (999_499, "999k", "99.9万"),
        (999_500, "1M", "100万"),
        (123_456_789, "123M", "1.2亿"),
        (99_996_000, "100M", "1亿"),
        (-54_321, "−54.3k", "−5.4万"),
    ],
)
def test_large_numbers_get_the_unit_of_the_language(
    value: float, english: str, chinese: str
) -> None:
    assert compact(value, "en") == english
    assert compact(value, "zh-hans") == chinese


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_compact_numbers_stay_short(value: float) -> None:
    assert len(compact(value, "en").replace(",", "")) <= 8
    assert len(compact(value, "zh-hans").replace(",", "")) <= 8


def test_money_has_the_decimals_of_its_currency_and_a_true_minus_sign() -> None:
    assert money_text(-123_456, "GBP") == "−£1,234.56"
    assert money_text(500, "JPY") == "¥500"
    assert money_text(123_456_789, "CNY", short="zh-hans") == "¥123万"
    assert money_text(12_345, "BRL", code=True) == "BRL\u00a0123.45"
    assert money_text(12_345, "SEK") == "SEK\u00a0123.45"


def test_rates_and_decimals_round_half_up() -> None:
    assert rate_text(0.1245) == "12.5%"
    assert rate_text(0.125, 0) == "13%"
    assert decimal_text(2.345, 2) == "2.35"
    assert grouped(-1_234_567) == "−1,234,567"


def test_a_change_is_judged_by_the_good_direction() -> None:
    up = change(110, 100, "up")
    assert up is not None
    assert (up.direction, up.rate, up.is_good) == ("up", pytest.approx(0.1), True)
    worse = change(110, 100, "down")
    assert worse is not None
    assert worse.is_good is False
    neutral = change(90, 100, "none")
    assert neutral is not None
    assert (neutral.direction, neutral.is_good) == ("down", None)
    level = change(100, 100, "up")
    assert level is not None
    assert (level.direction, level.is_good) == ("level", None)


def test_a_change_needs_two_figures_and_a_base_that_is_not_zero() -> None:
    assert change(None, 100, "up") is None
    assert change(100, None, "up") is None
    grown = change(5, 0, "up")
    assert grown is not None
    assert (grown.direction, grown.rate) == ("up", None)

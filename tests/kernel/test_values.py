"""Times, text, barcodes and cursors."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.errors import InvalidError, NotFoundError, RateLimitedError
from quanqu.kernel.gtin import check_digit, is_valid_gtin
from quanqu.kernel.paging import MalformedCursorError, decode_cursor, decode_key, encode_cursor
from quanqu.kernel.text import mask_email, mask_name, mask_phone, normal_text, safe_cell
from quanqu.kernel.time import (
    Period,
    TimeFormatError,
    format_time,
    local_date,
    parse_time,
    utc_now,
)


def test_times_are_aware_and_utc():
    moment = parse_time("2026-11-22T16:30:00+08:00")

    assert moment == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert format_time(moment) == "2026-11-22T08:30:00.000Z"
    assert local_date(moment.replace(hour=17), "Asia/Shanghai") == date(2026, 11, 23)
    assert utc_now().tzinfo is UTC


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-22T16:30:00"])
def test_refuses_a_time_without_an_offset(text):
    with pytest.raises(TimeFormatError):
        parse_time(text)


def test_a_period_knows_the_one_before_it():
    february = Period(date(2024, 2, 1), date(2024, 2, 29))

    assert february.days == 29
    assert february.previous() == Period(date(2024, 1, 3), date(2024, 1, 31))
    assert february.year_before() == Period(date(2023, 2, 1), date(2023, 2, 28))
    with pytest.raises(InvalidError):
        Period(date(2024, 2, 2), date(2024, 2, 1))


def test_masks_show_little():
    assert mask_name("张小明") == "张**"
    assert mask_name("Ada Lovelace") == "A*** L***"
    assert mask_email("ada@example.com") == "a***@example.com"
    assert mask_phone("+8613800005678") == "****5678"
    assert normal_text("  Ａda \n B ") == "Ada B"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠SUM(A1)"]
)
def test_a_formula_is_disarmed(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "-12.50", "+8613800005678", "12%", "plain"])
def test_numbers_and_words_stay_as_they_are(text):
    assert safe_cell(text) == text


def test_gtin_check_digits_follow_gs1():
    assert check_digit("629104150021") == 3
    for valid in ("6291041500213", "96385074", "036000291452", "00012345600012"):
        assert is_valid_gtin(valid)
    for invalid in ("6291041500214", "12345", "abcdefgh", "１２３４５６７０"):
        assert not is_valid_gtin(invalid)


KEYS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@given(st.lists(st.none() | KEYS | TEXTS, min_size=1, max_size=4))
def test_a_cursor_survives_the_way_outside_and_back(values):
    assert decode_cursor(encode_cursor(values), length=len(values)) == tuple(values)


@pytest.mark.parametrize("text", ["?", "bm90IGpzb24", encode_cursor([1, 2]), "W3RydWVd", "W1tdXQ"])
def test_a_foreign_cursor_is_refused(text):
    with pytest.raises(MalformedCursorError):
        decode_cursor(text, length=1)


@pytest.mark.parametrize("value", ["a", None, 2**63, -(2**63) - 1, "\x00", "\ud800"])
def test_a_cursor_that_is_no_key_is_refused(value):
    with pytest.raises(MalformedCursorError):
        decode_key(encode_cursor([value]))


def test_an_error_says_its_fields():
    assert str(NotFoundError(kind="order", ref="ord_1")) == "order ord_1 was not found."
    assert RateLimitedError(retry_after_s=3).fields == {"retry_after_s": 3}

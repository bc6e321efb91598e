"""The normal forms of names, addresses, dates and contacts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.know.matching.adapters.pinyin import to_pinyin
from quanqu.know.matching.rules.addresses import (
    AddressParts,
    normal_place,
    normal_postcode,
    normal_street,
    split_address,
)
from quanqu.know.matching.rules.contacts import normal_email, normal_number, normal_phone
from quanqu.know.matching.rules.dates import is_month_first, normal_date
from quanqu.know.matching.rules.names import NameParts, normal_name, romanised, split_full_name


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  ANNA-María ", "anna maria"),
        ("O’Neill", "oneill"),
        ("Dr. Strauß", "strauss"),
        ("Ｗａｎｇ", "wang"),
        ("王 伟 先生", "王伟"),
        ("Иван", "иван"),
        ("!!!", ""),
    ],
)
def test_names_lose_case_marks_titles_and_width(text: str, normal: str) -> None:
    assert normal_name(text) == normal


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("王伟", NameParts("伟", "", "王")),
        ("欧阳娜娜", NameParts("娜娜", "", "欧阳")),
        ("司马", NameParts("马", "", "司")),
        ("Ludwig van Beethoven", NameParts("ludwig", "", "van beethoven")),
        ("Smith, John Paul", NameParts("john", "paul", "smith")),
        ("Madonna", NameParts("madonna", "", "")),
    ],
)
def test_whole_names_are_split_by_their_script(text: str, parts: NameParts) -> None:
    assert split_full_name(text) == parts


def test_a_han_name_meets_its_latin_spelling() -> None:
    assert romanised("王伟", to_pinyin) == "wangwei" == to_pinyin("王玮")
    assert romanised("wang", to_pinyin) == "wang"


@pytest.mark.parametrize(
    ("text", "month_first", "normal"),
    [
        ("1990-04-03", False, "19900403"),
        ("19900403", False, "19900403"),
        ("1990年4月3日", False, "19900403"),
        ("03/04/1990", False, "19900403"),
        ("03/04/1990", True, "19900304"),
        ("04/23/1990", False, "19900423"),
        ("19321345", False, "19321345"),
        ("0000-00-00", False, ""),
        ("unknown", False, ""),
    ],
)
def test_dates_become_eight_digits(text: str, month_first: bool, normal: str) -> None:
    assert normal_date(text, is_month_first=month_first) == normal


def test_the_order_of_day_and_month_is_seen_from_the_data() -> None:
    assert is_month_first(["04/23/1990", "01/02/1990"])
    assert not is_month_first(["23/04/1990", "1990-04-23"])


def test_addresses_are_taken_apart_in_both_scripts() -> None:
    assert split_address("12 Main St., Flat 4, Leeds") == AddressParts(
        "12", "main street", "flat 4", "leeds", ""
    )
    assert split_address("广东省深圳市南山区科技路15号3栋") == AddressParts(
        "15", "科技路", "3栋", "深圳南山", "广东"
    )
    assert split_address("") == AddressParts("", "", "", "", "")
    assert normal_street("Kersey' South Rd") == "kersey south road"
    assert normal_place("北京市") == normal_place("北京")
    assert normal_postcode("tq13 8df") == "TQ138DF"


def test_contacts_lose_what_does_not_tell() -> None:
    assert normal_email(" Ann+shop@Mail.org") == "ann@mail.org"
    assert normal_phone("+86 139-1234-5678") == normal_phone("13912345678") == "912345678"
    assert normal_phone("12") == ""
    assert normal_number("ab 12-3x") == "AB123X"


@given(st.text(max_size=40))
def test_normal_forms_are_stable_on_anything(text: str) -> None:
    for normal in (normal_name, normal_street, normal_place, normal_postcode, normal_number):
        assert normal(normal(text)) == normal(text)
    assert len(normal_date(text)) in (0, 8)
    split_full_name(text)
    split_address(text)

"""A document speaks of a person when one of the person's values stands in it, whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.infra.personal.facade import Matcher

PERSON = Matcher(
    frozenset({"mei@example.cn", "+8613912345678", "shop:M-10077", "shop:17850", "web:ab"})
)


@pytest.mark.parametrize(
    "document",
    [
        {"traits": {"email": "Mei@Example.cn "}},
        {"phone": "139 1234 5678"},
        {"phone": "CN:13912345678"},
        {"to": ["a", {"mobile": "+86 139-1234-5678"}]},
        {"userId": "M-10077"},
        {"id": "shop:M-10077"},
        {"userId": 17850},
        {"客户编号": "17850"},
        {"properties": json.dumps({"user": {"mail": "mei@example.cn"}})},
        {"mei@example.cn": True},
    ],
)
def test_it_is_found_however_it_is_written(document: object) -> None:
    assert PERSON.matches(document)
    assert PERSON.matches_text(json.dumps(document))


@pytest.mark.parametrize(
    "document",
    [
        {"email": "mei@example.com"},
        {"email": "amei@example.cn"},
        {"phone": "13912345679"},
        {"price": 17850},
        {"quantity": "17850"},
        {"id": "ab"},
        {"code": "M-100771"},
        [],
        None,
        {"note": "{broken"},
    ],
)
def test_what_is_somebody_elses_is_not(document: object) -> None:
    assert not PERSON.matches(document)


def test_plain_text_is_looked_through_word_by_word() -> None:
    assert PERSON.matches_text("q=mei@example.cn&sort=newest")
    assert PERSON.matches_text("17,mei@example.cn,Shanghai")
    assert not PERSON.matches_text("q=mei&sort=newest")


def test_nothing_is_looked_for_when_nobody_is_meant() -> None:
    assert Matcher(frozenset()).is_empty
    assert Matcher(frozenset({"abc"})).is_empty


deep = st.recursive(
    st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.text(max_size=4), inner, max_size=3
    ), max_leaves=20,
)  # fmt: skip


@given(deep, st.integers(0, 5))
def test_a_value_is_found_at_any_depth(document: object, depth: int) -> None:
    holding: object = [document, "mei@example.cn"]
    for _ in range(depth):
        holding = {"x": [holding]}

    assert PERSON.matches(holding)
    assert PERSON.matches_text(json.dumps(holding))

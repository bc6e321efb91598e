"""Identifier values in columns are what they are one by one."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quanqu.know.customers.contracts import KINDS
from quanqu.know.customers.rules.columns import (
    hints,
    namespaces,
    normalise_many,
    searchable_parts,
)
from quanqu.know.customers.rules.identifiers import hint, normalise, searchable_part
from quanqu.know.customers.rules.standing import namespace_of

PIECES = st.sampled_from(
    [
        *("shop:", "SHOP:", "web:", ":", "a", "Z", "7", "-", "0000000", "1111111", "x", "none"),
        *("NULL", "test", "**", "*", " ", "\u3000", "\n", "é", "İ", "Ａ", "李", "٣", "\U0001f600"),
        *("+861", "3900000000", "39123456789", "+4479", "+8613800138000", "+86131234567890"),
        *("ann", "@", "mail.org", "xn--", ".", "no-reply@", "guest@", "x.test", "[object Object]"),
        *("A-12345678", "12345", "%", "!", "~", "a" * 200),
    ]
)
RAW = st.lists(st.lists(PIECES, min_size=1, max_size=5).map("".join), min_size=1, max_size=30)
PLAIN = [
    "+8613912345678",
    "+8613911111111",
    "+8613800138000",
    "+8613123456789",
    "+447946000123",
    "ann.lee@shop.org",
    "Ann@shop.org",
    "noreply@shop.org",
    "a@xn--bcher-kva.org",
    "shop:1",
    "Shop:1",
    "shop:none",
    "shop:a:b",
    "shop:a**b",
    "device-1",
    "undefined",
    "x" * 600,
]


@pytest.mark.parametrize("type_", KINDS)
@given(raw=RAW)
@example(raw=PLAIN)
def test_columns_say_what_single_values_say(type_: str, raw: list[str]) -> None:
    normal = normalise_many(type_, pa.array(raw, pa.string()))

    assert normal.to_pylist() == [normalise(type_, one) for one in raw]
    values = normal.drop_null()
    alone = values.to_pylist()
    assert hints(type_, values).to_pylist() == [hint(type_, one) for one in alone]
    parts = [part or None for part in searchable_parts(type_, values).to_pylist()]
    assert parts == [searchable_part(type_, one) or None for one in alone]
    spaces = [space or "" for space in namespaces(type_, values).to_pylist()]
    assert spaces == [namespace_of(type_, one) for one in alone]


def test_plain_values_are_not_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(
        "quanqu.know.customers.rules.columns.normalise", lambda _, raw: looked.append(raw)
    )
    numbers = np.arange(1_000).tolist()

    normalise_many("phone", pa.array([f"+86139{n:03d}01234" for n in numbers]))
    normalise_many("email", pa.array([f"person{n}@mail.org" for n in numbers]))
    normalise_many("member_id", pa.array([f"shop:{n + 1}" for n in numbers]))
    normalise_many("device_id", pa.array([f"device-{n}" for n in numbers]))

    assert looked == []

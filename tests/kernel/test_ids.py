"""Ids sort by time and survive the way outside and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.ids import PREFIXES, MalformedIdError, decode, encode, new_id, new_ids


def test_an_id_is_a_version_7_uuid_that_sorts_by_its_millisecond():
    early, late = new_id(unix_ms=1_000), new_id(unix_ms=1_001)

    assert early.version == late.version == 7
    assert early.variant == "specified in RFC 4122"
    assert early < late


def test_many_ids_are_all_different():
    assert len(set(new_ids(10_000, unix_ms=5))) == 10_000


@given(st.uuids(), st.sampled_from(sorted(PREFIXES)))
def test_outside_form_and_back_is_identity(value, prefix):
    text = encode(prefix, value)

    assert text.startswith(f"{prefix}_")
    assert decode(prefix, text) == value


@pytest.mark.parametrize(
    "text", ["", "ord_", "cus_00000000000000000000000000", "ord_" + "z" * 26, "ord_" + "U" * 26]
)
def test_refuses_what_is_not_an_id_of_that_kind(text):
    with pytest.raises(MalformedIdError, match="is no order id"):
        decode("ord", text)


def test_an_unknown_prefix_is_a_bug():
    with pytest.raises(ValueError, match="unknown id prefix"):
        encode("xyz", new_id())

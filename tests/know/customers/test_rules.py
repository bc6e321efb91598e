"""Normal forms, masks, components and what may leave for the lake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.know.customers.contracts import KINDS
from quanqu.know.customers.rules import identifiers
from quanqu.know.customers.rules.components import BY_HAND, Edge, Node, anchors, join, settle
from quanqu.know.customers.rules.identifiers import LONGEST, hint, normalise, searchable_part
from quanqu.know.customers.rules.partitions import bounds, bucket, buckets
from quanqu.know.customers.rules.profiles import latest_traits, mask, postcode_area, scrub_traits


@pytest.mark.parametrize(
    ("type_", "raw", "normal"),
    [
        ("email", " Ann.Lee@Shop.ORG ", "ann.lee@shop.org"),
        ("email", "ａｎｎ@shop.org", "ann@shop.org"),
        ("email", "müller@shop.de", "müller@shop.de"),
        ("email", "not an address", None),
        ("email", "no-reply@shop.org", None),
        ("email", "a@localhost", None),
        ("email", "İLKER@shop.org", "ilker@shop.org"),
        ("email", "ann@xn--mller-kva.de", "ann@müller.de"),
        ("email", "ann@MÜLLER.de", "ann@müller.de"),
        ("email", "аnn@shop.org", "аnn@shop.org"),
        ("email", "ann@shop.org\u200b", None),
        ("email", "\u202eann@shop.org", None),
        ("phone", "+44 7946 000 123", "+447946000123"),
        ("phone", "0044 7946 000123", "+447946000123"),
        ("phone", "CN:139 1234 5678", "+8613912345678"),
        ("phone", "13912345678", None),
        ("phone", "+1 555 555 5555", None),
        ("phone", "+8613800138000", None),
        ("phone", "+44 1", None),
        ("phone", "CN:138****8000", None),
        ("email", "a***@shop.org", None),
        ("member_id", "shop:t**1", None),
        ("member_id", "shop:a*b", "shop:a*b"),
        ("phone", "CN:１３９ １２３４ ５６７８", "+8613912345678"),
        ("phone", "CN:＋８６ 139 1234 5678", "+8613912345678"),
        ("phone", "CN:0086 139 1234 5678", "+8613912345678"),
        ("phone", "CN:8613912345678", "+8613912345678"),
        ("phone", "CN:13912345678/13912345679", None),
        ("phone", "CN:12345", None),
        ("phone", "US:555-0123", None),
        ("phone", "+44 20 7946 0018 ext 5", None),
        ("phone", "tel:+44-20-7946-0018;ext=7", None),
        ("phone", "CN:400-800-1234", None),
        ("phone", "+1-800-FLOWERS", None),
        ("member_id", "Online Retail: 12346 ", "online retail:12346"),
        ("member_id", "12346", None),
        ("member_id", "shop:", None),
        ("user_id", "shop:NULL", None),
        ("anonymous_id", "web:00000", None),
        ("cookie", "aB9", "aB9"),
        ("cookie", "undefined", None),
        ("device_id", "x" * (LONGEST + 1), None),
        ("wechat_unionid", "oX1-23", "oX1-23"),
    ],
)
def test_a_value_has_one_normal_form_or_identifies_nobody(
    type_: str, raw: str, normal: str | None
) -> None:
    assert normalise(type_, raw) == normal


@given(
    type_=st.sampled_from(sorted(KINDS)),
    raw=st.one_of(
        st.text(max_size=60),
        st.text("0123456789+()- ", max_size=20),
        st.text("aİıſK@.ßxn-０", max_size=20),
        st.emails(),
    ),
    head=st.sampled_from(["", "CN:", "GB:", "+", "+86", "shop:"]),
)
def test_normal_forms_are_stable(type_: str, raw: str, head: str) -> None:
    once = normalise(type_, head + raw)

    assert once is None or normalise(type_, once) == once


@pytest.mark.parametrize(
    ("type_", "value", "shown", "part"),
    [
        ("phone", "+8613912345678", "****5678", "5678"),
        ("email", "ann@shop.org", "a***@shop.org", None),
        ("member_id", "or:12346", "12346", "12346"),
        ("member_id", "or:ann@shop.org", "a***rg", "ann@shop.org"),
        ("member_id", "or:13912345678", "1***78", "13912345678"),
        ("loyalty_card", "or:QC12346", "Q***46", "QC12346"),
        ("cookie", "abc:def:ghi", "a***hi", None),
        ("anonymous_id", "web:abcdef", "a***ef", None),
    ],
)
def test_masks_and_searchable_parts(type_: str, value: str, shown: str, part: str | None) -> None:
    assert hint(type_, value) == shown
    assert searchable_part(type_, value) == part


@given(
    number=st.one_of(
        st.from_regex(r"\+861[3-9][0-9]{9}", fullmatch=True),
        st.from_regex(r"\+447[1-57-9][0-9]{8}", fullmatch=True),
    )
)
def test_plain_mobile_numbers_are_read_as_the_numbering_plans_say(number: str) -> None:
    assert identifiers.normalise("phone", number) == identifiers._parsed_phone(number)


STRONG_A, STRONG_B = Node(1, True, b"a"), Node(4, True, b"b")
DEVICE, COOKIE = Node(9, False, b"c"), Node(11, False, b"d")


def test_strong_identifiers_seen_together_are_one_customer() -> None:
    assert settle({1: STRONG_A, 2: STRONG_B}, [Edge(1, 2, 0)]).component == {1: 1, 2: 1}


def test_a_device_follows_who_was_seen_first() -> None:
    nodes = {1: STRONG_A, 2: STRONG_B, 3: DEVICE}

    assert settle(nodes, [Edge(1, 3, 20), Edge(2, 3, 10)]).component == {1: 1, 2: 2, 3: 2}


def test_a_weak_identifier_prefers_a_strong_one_to_an_earlier_weak_one() -> None:
    nodes = {1: STRONG_A, 3: DEVICE, 4: COOKIE}

    assert anchors(nodes, [Edge(3, 4, 1), Edge(1, 4, 9)]) == {4: 1}


def test_what_a_person_says_joins_whatever_the_types_are() -> None:
    nodes = {1: STRONG_A, 2: STRONG_B, 3: DEVICE}
    edges = [Edge(1, 3, 1), Edge(2, 3, 9, BY_HAND)]

    assert settle(nodes, edges).component == {1: 1, 2: 2, 3: 2}


def test_joining_gives_the_smallest_key() -> None:
    assert join([5, 3, 9, 7], [(9, 7), (7, 3)]) == {5: 5, 3: 3, 9: 3, 7: 3}


def test_partitions_are_ranges_of_keys() -> None:
    assert bucket(65_535) == "0"
    assert bucket(65_536) == "1"
    assert bounds("1") == (65_536, 131_072)
    assert buckets([1, 2, 200_000, 70_000]) == ["0", "1", "3"]


def test_postcodes_are_coarsened() -> None:
    assert postcode_area("sw1a 1aa") == "SW1A"
    assert postcode_area("100026") == "100"
    assert postcode_area(None) is None


def test_traits_that_name_somebody_stay_out_of_the_lake() -> None:
    traits = {
        "plan": "gold",
        "score": 7,
        "vip": True,
        "first_name": "Ann",
        "homeAddress": "1 Road",
        "手机号": "1",
        "note": "write to ann@shop.org",
        "ref": "+44 7946 000 123",
        "site": "see https://ann.example",
        "long": "x" * 200,
        "list": ["a"],
        "ip": "10.0.0.1",
    }

    assert scrub_traits(traits) == {"plan": "gold", "score": 7, "vip": True}


def test_the_latest_trait_wins_and_equals_go_by_source() -> None:
    old, new, same = ["red", 1, "b"], ["blue", 2, "a"], ["green", 2, "c"]

    assert latest_traits([{"c": old}, {"c": new}]) == {"c": new}
    assert latest_traits([{"c": same}, {"c": new}]) == {"c": same}


def test_contact_fields_are_masked() -> None:
    assert mask("name", "Ann Lee") == "A*** L***"
    assert mask("email", "ann@shop.org") == "a***@shop.org"
    assert mask("phone", "+447946000123") == "****0123"
    assert mask("street", "1 Road") == "***"
    assert mask("city", "Leeds") == "Leeds"

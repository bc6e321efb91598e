"""Definitions are read with exact places of faults, and said in words in both languages."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.builders.audiences import trees

from quanqu.know.audiences.contracts import DefinitionError, Op
from quanqu.know.audiences.facade import (
    describe_audience,
    describe_fault,
    fields,
    grammar,
    validate,
)
from quanqu.know.audiences.rules.fields import OPS, Kind
from quanqu.know.audiences.rules.reading import dump, parse
from quanqu.know.audiences.rules.truth import holds_without_events, is_existence
from quanqu.know.audiences.rules.words import chinese, english

PROFILE = {"kind": "profile", "field": "country", "op": "eq", "value": "GB"}
EVENT = {"kind": "event", "event": "Order Completed"}


def _faults(match: Any) -> list[tuple[str, str]]:
    return [(p.path, p.code) for p in validate(definition={"version": 1, "match": match})]


def _deep(levels: int) -> dict[str, Any]:
    node: dict[str, Any] = PROFILE
    for _ in range(levels):
        node = {"kind": "not", "node": node}
    return node


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"field": "shoe"}, (".field", "unknown_field")),
        ({"field": "traits."}, (".field", "unknown_field")),
        ({"field": 'traits.a"b'}, (".field", "unknown_field")),
        ({"op": "gt", "value": 1}, (".op", "wrong_op")),
        ({"value": 3}, (".value", "text_wanted")),
        ({"value": ""}, (".value", "text_wanted")),
        ({"value": "a\0"}, (".value", "text_wanted")),
        ({"value": "\ud800"}, (".value", "text_wanted")),
        ({"op": "in", "value": "GB"}, (".value", "list_wanted")),
        ({"op": "in", "value": []}, (".value", "list_wanted")),
        ({"op": "in", "value": ["GB", 2]}, (".value", "list_mixed")),
        ({"op": "in", "value": [1]}, (".value[0]", "text_wanted")),
        ({"op": "contains", "value": None}, (".value", "text_wanted")),
        ({"op": "exists", "value": 1}, (".value", "no_value_wanted")),
        ({"field": "birth_year", "value": True}, (".value", "number_wanted")),
        ({"field": "birth_year", "value": 1e300}, (".value", "number_wanted")),
        ({"field": "birth_year", "op": "between", "value": [2]}, (".value", "two_numbers_wanted")),
        (
            {"field": "birth_year", "op": "between", "value": [2, 1]},
            (".value", "between_backwards"),
        ),
        (
            {"field": "member_since_on", "op": "before", "value": "2026-13-01"},
            (".value", "day_wanted"),
        ),
        (
            {"field": "member_since_on", "op": "after", "value": "0001-01-01"},
            (".value", "day_wanted"),
        ),
        (
            {"field": "member_since_on", "op": "between", "value": ["2026-01-01", "x"]},
            (".value", "two_days_wanted"),
        ),
        ({"field": "member_since_on", "op": "within_last", "value": 0}, (".value", "days_wanted")),
        (
            {"field": "member_since_on", "op": "within_last", "value": True},
            (".value", "days_wanted"),
        ),
        ({"field": "traits.plan", "value": None}, (".value", "value_wanted")),
    ],
)
def test_a_wrong_profile_rule_is_told_where_and_why(
    change: dict[str, Any], fault: tuple[str, str]
) -> None:
    tree = {"kind": "and", "nodes": [PROFILE, {"kind": "not", "node": {**PROFILE, **change}}]}

    assert _faults(tree) == [(f"$.match.nodes[1].node{fault[0]}", fault[1])]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"event": "a\n"}, (".event", "not_printable")),
        ({"op": "contains", "value": "x"}, (".op", "wrong_op")),
        ({"value": None}, (".value", "number_wanted")),
        ({"of": "quantity"}, (".of", "of_without_sum")),
        ({"measure": "sum"}, (".of", "sum_of_what")),
        ({"measure": "sum", "of": "category"}, (".of", "not_a_number_field")),
        ({"measure": "sum", "of": "revenue_minor"}, (".where", "currency_needed")),
        ({"measure": "first", "op": "before", "value": 1}, (".value", "day_wanted")),
        ({"window": {"last_days": 3, "from": "2026-01-01"}}, (".window", "window_both")),
        (
            {"window": {"from": "2026-01-02", "to": "2026-01-01"}},
            (".window.to", "window_backwards"),
        ),
        ({"where": [{"field": "colour", "value": "x"}]}, (".where[0].field", "unknown_field")),
        (
            {"where": [{"field": "simulated", "value": "yes"}]},
            (".where[0].value", "flag_wanted"),
        ),
        ({"where": [{"field": "category", "op": "zz"}]}, (".where[0].op", "shape")),
        ({"window": {"last_days": 0}}, (".window.last_days", "shape")),
        ({"colour": 1}, ("", "shape")),
    ],
)
def test_a_wrong_event_rule_is_told_where_and_why(
    change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert _faults({**EVENT, **change}) == [(f"$.match{fault[0]}", fault[1])]


def test_a_definition_must_be_one() -> None:
    assert _faults({"kind": "maybe"}) == [("$.match.kind", "shape")]
    assert _faults({"kind": "and", "nodes": []})[0][1] == "shape"
    nested = {"kind": "or", "nodes": [EVENT, {"kind": "not", "node": {**EVENT, "event": ""}}]}
    assert _faults({"kind": "and", "nodes": [{**PROFILE, "op": "zz"}, nested]}) == [
        ("$.match.nodes[0].op", "shape"),
        ("$.match.nodes[1].nodes[1].node.event", "shape"),
    ]
    assert [p.code for p in validate(definition={"version": 3, "match": PROFILE})] == ["shape"]
    assert [p.code for p in validate(definition={})] == ["shape"]
    assert _faults(_deep(24)) == []
    assert [code for _, code in _faults(_deep(25))] == ["too_deep"]
    assert [code for _, code in _faults(_deep(5000))] == ["too_deep"]
    many = {"kind": "or", "nodes": [{"kind": "and", "nodes": [PROFILE] * 101}] * 2}
    assert _faults(many) == [("$.match", "too_many")]
    with pytest.raises(DefinitionError) as caught:
        parse({"version": 1, "match": {**PROFILE, "field": "shoe"}})
    assert caught.value.fields["problems"] == [
        {"path": "$.match.field", "code": "unknown_field", "field": "shoe"}
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees())
def test_every_definition_survives_writing_and_can_be_said(tree: dict[str, Any]) -> None:
    definition = parse({"version": 2, "match": tree})

    assert parse(dump(definition)) == definition
    for language in ("en", "zh-hans"):
        said = describe_audience(definition=definition, language=language)
        assert "{" not in said
        assert "None" not in said


NESTED = {
    "kind": "and",
    "nodes": [
        {"kind": "profile", "field": "country", "op": "in", "value": ["GB", "CN"]},
        {
            "kind": "or",
            "nodes": [
                {
                    "kind": "event",
                    "event": "Order Completed",
                    "op": "gte",
                    "value": 2,
                    "where": [{"field": "category", "op": "eq", "value": "Shoes"}],
                    "window": {"last_days": 90},
                },
                {"kind": "profile", "field": "tags", "op": "contains", "value": "vip"},
            ],
        },
        {"kind": "not", "node": {"kind": "event", "event": "Email Opened", "value": 1}},
    ],
}


def test_a_nested_definition_reads_as_a_sentence() -> None:
    definition = {"version": 1, "match": NESTED}

    assert describe_audience(definition=definition, language="en") == (
        "Customers with: country is one of “GB”, “CN” and (number of “Order Completed” where "
        "category is “Shoes” in the last 90 days is at least 2 or has the tag “vip”) and "
        "not (did “Email Opened”)."
    )
    assert describe_audience(definition=definition, language="zh-hans") == (
        "符合以下条件的客户：国家为“GB”、“CN”之一，且（最近 90 天内“Order Completed”的次数"
        "（品类为“Shoes”）不少于 2，或有标签“vip”），且不满足（有过“Email Opened”）。"
    )


def test_kinds_of_identifier_are_said_by_their_names() -> None:
    rule = {"kind": "profile", "field": "identifier_types", "op": "not_in", "value": ["phone"]}
    names = {"identifier_types:phone": "Phone"}

    said = describe_audience(definition={"version": 1, "match": rule}, language="en", names=names)

    assert said == "Customers with: has no identifier of the kinds “Phone”."


def test_both_languages_have_the_same_phrases_with_the_same_gaps() -> None:
    for ours, theirs in (
        (english.PHRASES, chinese.PHRASES),
        (english.PROBLEMS, chinese.PROBLEMS),
    ):
        assert ours.keys() == theirs.keys()
        for key, phrase in ours.items():
            gaps = re.findall(r"{\w+}", phrase)
            assert sorted(gaps) == sorted(re.findall(r"{\w+}", theirs[key])), key


def test_every_fault_can_be_said() -> None:
    problems = validate(definition={"version": 1, "match": {**EVENT, "op": "in", "value": 3}})

    assert describe_fault(problem=problems[0], language="en") == (
        "This field cannot be compared by in. Choose one of: eq, ne, gt, gte, lt, lte, between."
    )
    assert describe_fault(problem=problems[0], language="zh-hans").startswith("此字段不能用 in")


def test_the_grammar_and_fields_are_published() -> None:
    assert grammar()["$schema"].endswith("2020-12/schema")
    assert "EventRule" in grammar()["$defs"]
    by_name = {(info.origin, info.name): info for info in fields(language="zh-hans")}
    assert by_name["profile", "country"].label == "国家"
    assert set(by_name["profile", "traits.*"].ops) == {op.value for op in OPS[Kind.ANY]}
    assert by_name["measure", "first"].ops == (
        *("between", "before", "after", "within_last", "before_last"),
    )


@pytest.mark.parametrize(
    ("op", "value", "without", "existence"),
    [
        (Op.GTE, 1, False, True),
        (Op.GT, 0, False, True),
        (Op.EQ, 0, True, True),
        (Op.LT, 1, True, True),
        (Op.NE, 0, False, True),
        (Op.GTE, 0, True, False),
        (Op.GTE, 2, False, False),
        (Op.LT, 3, True, False),
        (Op.GT, 0.5, False, True),
        (Op.BETWEEN, [1, 3], False, False),
        (Op.BETWEEN, [0, 0], True, True),
        (Op.EQ, 1, False, False),
    ],
)
def test_what_only_asks_for_existence(op: Op, value: Any, without: bool, existence: bool) -> None:
    rule: Any = parse({"version": 1, "match": {**EVENT, "op": op.value, "value": value}}).match

    assert holds_without_events(rule) is without
    assert is_existence(rule) is existence

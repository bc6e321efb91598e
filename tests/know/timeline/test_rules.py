"""The pure rules at their edges; the ordinary cases are in docs/rules/timeline.md."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from quanqu.know.timeline.contracts import (
    BodyKind,
    EventType,
    FailureCode,
    MalformedBatchError,
    PlannedEvent,
    PlannedProperty,
    PropertyType,
    TrackingPlan,
    Violation,
    ViolationKind,
    ViolationRule,
)
from quanqu.know.timeline.rules.columns import in_columns
from quanqu.know.timeline.rules.drafts import SettlePlace, SettleSource, StoredBody
from quanqu.know.timeline.rules.envelope import (
    MAX_EVENT_BYTES,
    WireEvent,
    read_body,
    read_write_key,
    reread_body,
)
from quanqu.know.timeline.rules.facts import event_name, own_touch, promote, touch
from quanqu.know.timeline.rules.identity import claims_of, profile_of
from quanqu.know.timeline.rules.moments import happened_at
from quanqu.know.timeline.rules.plan import compile_plan, judge
from quanqu.know.timeline.rules.reading import read_as_failures, read_round
from quanqu.know.timeline.rules.scrub import TRAITS, scrub, scrub_text
from quanqu.know.timeline.rules.sources import may_send

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SHOP = SettlePlace(3, "north", "web", "CNY", False)
SOURCE = SettleSource(1, "web", "north", SHOP, False)
NOTHING_PLANNED = compile_plan(TrackingPlan({}))


def stored(body: bytes, kind: BodyKind = BodyKind.BATCH, **told: Any) -> StoredBody:
    fields = {"is_internal": False, "is_clean": False} | told
    return StoredBody(UUID(int=5), SOURCE, kind, received_at=NOW, body=body, **fields)


def batch(*events: Any) -> bytes:
    return json.dumps({"batch": list(events)}).encode()


def page(**told: Any) -> dict[str, Any]:
    return {"type": "page", "userId": "u", **told}


def codes(*events: Any) -> list[FailureCode]:
    return [each.code for each, _ in read_body(BodyKind.BATCH, batch(*events)).rejected]


def test_an_event_may_be_as_large_as_the_limit() -> None:
    def sized(size: int) -> dict[str, Any]:
        event = page(properties={"text": ""})
        return page(properties={"text": "x" * (size - len(json.dumps(event)))})

    assert codes(sized(MAX_EVENT_BYTES)) == []
    assert codes(sized(MAX_EVENT_BYTES + 1)) == [FailureCode.TOO_LARGE]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"messageId": "x" * 101}, FailureCode.BAD_MESSAGE_ID),
        ({"messageId": "a\0"}, FailureCode.BAD_MESSAGE_ID),
        ({"userId": "x" * 257}, FailureCode.BAD_TEXT),
        ({"sentAt": "soon"}, FailureCode.BAD_TIME),
        ({"traits": "gold"}, FailureCode.BAD_OBJECT),
        ({"context": 7}, FailureCode.BAD_OBJECT),
        ({"userId": None, "anonymousId": ""}, FailureCode.NO_IDENTITY),
    ],
)
def test_faults_of_an_event(told: dict[str, Any], code: FailureCode) -> None:
    assert codes(page(**told)) == [code]


def test_null_objects_are_empty_ones() -> None:
    draft = read_round([stored(batch(page(properties=None, context=None)))], NOTHING_PLANNED)

    assert (draft.facts[0].properties, draft.facts[0].context) == ("{}", "{}")


def test_the_path_of_a_call_tells_its_type() -> None:
    body = json.dumps({"type": "track", "userId": "u", "event": "E"}).encode()

    ((_, event, _),) = read_body(BodyKind.PAGE, body).events

    assert event.type == "page"


@pytest.mark.parametrize("kind", [BodyKind.TRACK, BodyKind.BATCH])
def test_a_body_that_is_not_utf8_is_malformed(kind: BodyKind) -> None:
    with pytest.raises(MalformedBatchError):
        read_body(kind, b'{"event": "\xff"}')


def test_a_nested_event_is_refused_alone() -> None:
    deep = b'{"type":"page","userId":"u","properties":{"a":' + b"[" * 9000 + b"]" * 9000 + b"}}"

    with pytest.raises(MalformedBatchError):
        read_body(BodyKind.BATCH, b'{"batch":[' + deep + b"]}")


def test_an_event_that_is_nested_too_deep_to_walk_becomes_a_failure() -> None:
    deep = (
        b'{"type":"page","userId":"u","properties":{"a":' + b"[" * 900 + b'"@"' + b"]" * 900 + b"}}"
    )
    body = b'{"batch":[' + deep + b',{"type":"page","userId":"u"}]}'

    draft = read_round([stored(body)], NOTHING_PLANNED)

    assert [each.code for each in draft.failures] == [FailureCode.MALFORMED]
    assert len(draft.facts) == 1


def test_a_number_out_of_range_becomes_a_failure() -> None:
    body = b'{"batch":[{"type":"page","userId":"u","properties":{"a":1e999}}]}'

    draft = read_round([stored(body, is_clean=True)], NOTHING_PLANNED)

    assert [each.code for each in draft.failures] == [FailureCode.MALFORMED]


def test_a_body_of_older_rules_is_kept_whole_as_a_failure() -> None:
    draft = read_round(
        [stored(b"[]", is_clean=True), stored(b'{"batch":[7]}', is_clean=True)], NOTHING_PLANNED
    )

    assert [each.payload for each in draft.failures] == [b"[]", b'{"batch":[7]}']


def test_rereading_a_clean_body_gives_the_same_events() -> None:
    body = batch(page(), page(name="Home"))

    first, again = read_body(BodyKind.BATCH, body), reread_body(BodyKind.BATCH, body)

    assert [raw for _, _, raw in first.events] == [raw for _, _, raw in again.events]
    assert [event for _, event, _ in first.events] == [event for _, event, _ in again.events]


def test_the_context_of_a_batch_stands_in_for_that_of_its_events() -> None:
    told = {"batch": [page(), page(context={"locale": "en"})], "context": {"locale": "zh"}}

    draft = read_round([stored(json.dumps(told).encode())], NOTHING_PLANNED)

    assert [json.loads(fact.context)["locale"] for fact in draft.facts] == ["zh", "en"]


def test_a_failed_single_call_keeps_the_type_its_path_told() -> None:
    bodies = [stored(b'{"userId": "u"}', BodyKind.TRACK), stored(b"{}", BodyKind.PAGE)]

    draft = read_round(bodies, NOTHING_PLANNED)

    assert [json.loads(each.payload)["type"] for each in draft.failures] == ["track", "page"]


def test_every_event_of_a_body_set_aside_is_a_failure() -> None:
    failures = read_as_failures([stored(batch(page(messageId="m"), 7))], "why")

    assert [(each.message_id, each.code) for each in failures] == [
        ("m", FailureCode.MALFORMED),
        ("", FailureCode.MALFORMED),
    ]


def test_the_same_properties_are_read_by_the_name_and_the_place_of_each_event() -> None:
    note = PlannedProperty("note", PropertyType.NUMBER)
    planned = PlannedEvent("Bought", properties=(note,))
    omitting = replace(planned, on_violation=ViolationRule.OMIT)
    plan = compile_plan(TrackingPlan({"Bought": omitting}))
    told = {"userId": "u", "properties": {"note": "x", "revenue": "7"}}
    events = [{"type": "track", "event": name, **told} for name in ("Bought", "Sold", "Bought")]
    tokyo = replace(SOURCE, place=replace(SHOP, currency="JPY"))
    bodies = [stored(batch(*events)), replace(stored(batch(*events)), source=tokyo)]

    facts = read_round(bodies, plan).facts

    assert [each.revenue_minor for each in facts] == [700, 700, 700, 7, 7, 7]
    assert ["note" in json.loads(each.properties) for each in facts] == [False, True, False] * 2


def test_only_rows_that_tell_of_consent_are_signals() -> None:
    told = {"consent": {"categoryPreferences": {"Advertising": False}}}
    events = [page(messageId="a"), page(messageId="b", context=told), page(messageId="b")]

    read = in_columns(read_round([stored(batch(*events))], NOTHING_PLANNED))

    assert read.signals.to_pylist() == [1]
    assert read.facts["message_id"].to_pylist() == ["a", "b"]


def test_columns_of_nothing_have_the_types_of_something() -> None:
    nothing = in_columns(read_round([], NOTHING_PLANNED))
    something = in_columns(read_round([stored(batch(page()))], NOTHING_PLANNED))

    assert nothing.facts.schema == something.facts.schema


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"writeKey": 7}', b'{"writeKey": "\xff"}'])
def test_no_write_key_is_found_in_a_body_without_one(body: bytes) -> None:
    assert read_write_key(body=body) is None


def test_times_at_the_edges() -> None:
    edge = "0001-01-01T00:00:00+14:00"

    assert happened_at(edge, sent_at=None, received_at=NOW) == NOW
    assert happened_at("2026-11-22T07:00:00", sent_at=None, received_at=NOW).hour == 7
    assert happened_at("1969-12-31T23:59:59Z", sent_at=None, received_at=NOW) == NOW


def test_scrubbing_changes_nothing_when_there_is_nothing_personal() -> None:
    clean = {"price": 9.5, "list": [1, {"a": "b"}], "flag": True, "none": None, "text": "tea"}

    assert scrub(clean) is clean


def test_scrubbing_leaves_the_original_as_it_was() -> None:
    told = {"a": {"email": "x@example.com"}, "li@example.com": 1, "b": ["x@example.com"]}

    assert scrub(told) == {"a": {}, "b": ["[email]"]}
    assert told["a"] == {"email": "x@example.com"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("order 13800000000", "order [phone]"),
        ("id 9138000000001", "id 9138000000001"),
        ("a%40example.com", "[email]"),
        ("/mail?to=li%40example.com&x=1", "/mail?to=[email]&x=1"),
        ("@home", "@home"),
        ("+86 is a prefix", "+86 is a prefix"),
    ],
)
def test_texts_with_and_without_personal_data(text: str, clean: str) -> None:
    assert scrub_text(text) == clean


def test_traits_lose_the_name_of_a_person() -> None:
    assert scrub({"name": "Li", "plan": "gold", "company": {"name": "Tea Co"}}, TRAITS) == {
        "plan": "gold",
        "company": {"name": "Tea Co"},
    }


def test_a_profile_takes_what_the_reserved_traits_tell() -> None:
    traits = {
        "firstName": "Li", "lastName": "Lei", "birthday": "1990-05-01T00:00:00Z",
        "createdAt": "not a day", "company": {"name": "Tea Co"}, "gender": True,
        "address": {"street": "1 Tea Road", "postalCode": 200000, "country": "CN"},
    }  # fmt: skip

    assert profile_of(traits, {"locale": "zh-CN"}) == {
        "name": "Li Lei", "street": "1 Tea Road", "postcode": "200000", "country": "CN",
        "language": "zh-CN", "birth_on": "1990-05-01", "company_name": "Tea Co",
    }  # fmt: skip


def test_external_ids_of_known_types_identify() -> None:
    event = WireEvent(type="track", event="E", user_id="u")
    listed = [
        {"id": "w1", "type": "wechat_unionid"},
        {"id": "m1", "type": "member_id"},
        {"id": "x", "type": "unheard_of"},
        "odd",
        {"id": None, "type": "email"},
    ]

    found = claims_of(event, {}, {"externalIds": listed}, company="north", source="web")

    assert found == (
        ("user_id", "north:u"), ("wechat_unionid", "w1"), ("member_id", "north:m1"),
    )  # fmt: skip


def test_contacts_that_are_no_text_are_passed_over() -> None:
    event = WireEvent(type="track", event="E", anonymous_id=0)
    told = {"email": 7, "phone": "\0"}

    found = claims_of(event, told, {"traits": [], "externalIds": {}}, company="c", source="s")

    assert found == (("anonymous_id", "s:0"),)


def test_amounts_that_are_no_amounts_are_null() -> None:
    for amount in (True, [1], "NaN", "1e400", 10**30, "12,5"):
        assert promote({"revenue": amount}, currency="CNY").revenue_minor is None
    assert promote({"revenue": 5}, currency="").revenue_minor is None
    assert promote({"quantity": 1.5}, currency="").quantity is None
    assert promote({"order_id": "x" * 300, "category": ["a"]}, currency="").order_ref == ""


def test_an_events_own_properties_tell_the_touch_better_than_its_context() -> None:
    context = {"campaign": {"name": "a", "source": "b"}, "page": {"path": "/x", "referrer": "no"}}
    base = touch(context)

    assert own_touch(base, {"price": 1}) is base
    own = own_touch(base, {"campaign": {"name": "n", "medium": "push"}, "path": "/y"})
    assert (own.campaign, own.utm_source, own.utm_medium, own.page_path) == ("n", "b", "push", "/y")
    assert touch({"page": {"referrer": "http://[bad"}}).referrer_host == ""


def test_calls_other_than_track_have_fixed_names() -> None:
    names = [event_name(WireEvent(type=kind.value, event="E")) for kind in EventType]

    assert names == [
        "E", "Page Viewed", "Screen Viewed", "User Identified", "Group Joined", "User Aliased",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (PropertyType.STRING, "a", 1),
        (PropertyType.NUMBER, 1.5, "1.5"),
        (PropertyType.NUMBER, 1, True),
        (PropertyType.INTEGER, 1, 1.5),
        (PropertyType.BOOLEAN, False, 0),
        (PropertyType.OBJECT, {}, []),
        (PropertyType.ARRAY, [], {}),
        (PropertyType.TIME, "2026-11-22T08:00:00Z", "soon"),
        (PropertyType.TIME, "2026-11-22", 7),
    ],
)
def test_types_of_the_plan(kind: PropertyType, right: Any, wrong: Any) -> None:
    plan = compile_plan(
        TrackingPlan({"E": PlannedEvent("E", properties=(PlannedProperty("p", kind),))})
    )

    assert judge(plan, "E", {"p": right}).violations == ()
    assert judge(plan, "E", {"p": wrong}).violations == (Violation("p", ViolationKind.WRONG_TYPE),)
    assert judge(plan, "E", {"p": None}).violations == ()


def test_lists_of_values_and_required_properties() -> None:
    properties = (
        PlannedProperty("size", PropertyType.STRING, enum=("s", "m")),
        PlannedProperty("id", is_required=True),
    )
    event = PlannedEvent("E", properties=properties, on_violation=ViolationRule.BLOCK)
    plan = compile_plan(TrackingPlan({"E": event}))

    assert judge(plan, "E", {"size": "m", "id": 1}).violations == ()
    found = judge(plan, "E", {"size": "xl", "id": None})
    assert found.is_blocked
    assert [each.kind for each in found.violations] == [
        ViolationKind.NOT_IN_ENUM,
        ViolationKind.MISSING,
    ]
    assert not judge(plan.without_blocking(), "E", {}).is_blocked


def test_origins_are_compared_without_case() -> None:
    assert may_send(origin="https://Shop.example", allowed=frozenset({"https://shop.example"}))
    assert may_send(origin="null", allowed=frozenset({"*"}))
    assert not may_send(origin="https://a.example", allowed=frozenset())


@pytest.mark.parametrize(
    ("told", "context", "claims"),
    [
        ({"phone": "139 1234 5678"}, {}, [("phone", "CN:139 1234 5678")]),
        ({"phone": 13912345678}, {}, [("phone", "CN:13912345678")]),
        ({"phone": "+447946000123"}, {}, [("phone", "CN:+447946000123")]),
        ({"phone": True}, {}, []),
        (
            {},
            {"externalIds": [{"type": "phone", "id": "13912345678"}, {"type": "phone"}]},
            [("phone", "CN:13912345678")],
        ),
        (
            {},
            {"externalIds": [{"type": "member_id", "id": 7}, {"type": "member_id"}]},
            [("member_id", "north:7")],
        ),
    ],
)
def test_a_phone_number_is_one_of_the_place_s_country(
    told: dict[str, Any], context: dict[str, Any], claims: list[tuple[str, str]]
) -> None:
    found = claims_of(
        WireEvent(type="identify"), told, context, company="north", source="web", country="CN"
    )

    assert list(found) == claims

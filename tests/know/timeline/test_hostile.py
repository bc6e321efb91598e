"""Hostile events: whatever is accepted is settled or failed, and nothing waits behind it."""

import itertools
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.timeline import NOW, accept, make_event, make_source, settled_ids

from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import BodyKind, FailureCode, TrackingPlan
from quanqu.know.timeline.models import FailedEvent, InboxBody
from quanqu.know.timeline.rules import contents
from quanqu.know.timeline.rules.columns import in_columns
from quanqu.know.timeline.rules.drafts import SettlePlace, SettleSource, StoredBody
from quanqu.know.timeline.rules.envelope import read_body
from quanqu.know.timeline.rules.facts import promote
from quanqu.know.timeline.rules.plan import compile_plan
from quanqu.know.timeline.rules.reading import read_round

SOURCE = SettleSource(1, "web", "north", SettlePlace(3, "north", "web", "CNY"), False)
PLAN = compile_plan(TrackingPlan({}))

texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "\0", "\u202e", "9" * 400, "1e-999999999", "1e999999999", "NaN", "-0", "١٢", "ＵＳＤ"]
    ),
)
numbers = st.one_of(
    st.integers(), st.integers(-(1 << 70), 1 << 70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([9e15, 1e308, -1e308, 5e-324, (1 << 53), (1 << 63), -(1 << 63) - 1]),
)  # fmt: skip
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
times = st.one_of(
    st.none(),
    st.sampled_from(
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+23:59",
         "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00Z", "2009-02-03", "2026-W01-1",
         "2026-11-22T07:59:00.123456789Z", "20261122T075900Z"]
    ),
    st.datetimes().map(lambda at: at.isoformat() + "Z"),
)  # fmt: skip
known = st.sampled_from(
    ["order_id", "orderId", "product_id", "sku", "category", "products", "revenue", "total",
     "value", "currency", "quantity", "campaign", "path", "referrer", "email", "phone", "name",
     "address", "birthday", "createdAt", "company", "gender", "language", "plan"]
)  # fmt: skip
objects = st.one_of(
    st.none(),
    st.dictionaries(st.one_of(known, texts), values, max_size=6),
    st.fixed_dictionaries(
        {
            "products": st.lists(
                st.fixed_dictionaries({}, optional={"quantity": scalars, "sku": scalars}),
                max_size=5,
            ),
            "currency": st.sampled_from(["CLF", "KWD", "JPY", "XXX", "usd", "ＵＳＤ", ""]),
            "revenue": scalars,
        }
    ),
)
contexts = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "traits": objects,
            "page": st.dictionaries(st.sampled_from(["path", "referrer", "url"]), scalars),
            "campaign": objects,
            "externalIds": st.lists(
                st.dictionaries(st.sampled_from(["id", "type"]), scalars), max_size=3
            ),
            "device": values,
            "locale": scalars,
        },
    ),
)
identifiers = st.one_of(st.integers(), texts)
events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "page", "screen", "identify", "group", "alias"]),
        "userId": identifiers,
        "event": st.sampled_from(["Order Completed", "E", "a\u0301"]),
    },
    optional={
        "anonymousId": identifiers,
        "previousId": identifiers,
        "groupId": identifiers,
        "messageId": st.text(max_size=110),
        "name": texts,
        "timestamp": times,
        "originalTimestamp": times,
        "sentAt": times,
        "properties": objects,
        "traits": objects,
        "context": contexts,
    },
)


numbers_of_sources = itertools.count(1)
POISON = [
    {"timestamp": "9999-12-31T00:00:00Z", "sentAt": "0001-01-01T00:00:00Z"},
    {"timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-12-31T00:00:00Z"},
    {"properties": {"revenue": 9e15, "currency": "CLF"}},
    {"properties": {"revenue": "1e-999999999"}},
    {"properties": {"revenue": "9" * 300}},
]


def body_of(*told: Any) -> bytes:
    return json.dumps({"batch": list(told)}).encode()


@settings(max_examples=300, deadline=None)
@given(event=events)
def test_every_accepted_event_can_be_read(event: dict[str, Any]) -> None:
    body = body_of(event)
    refused = read_body(BodyKind.BATCH, body).rejected
    kept = StoredBody(UUID(int=5), SOURCE, BodyKind.BATCH, False, not refused, NOW, body)

    draft = read_round([kept], PLAN)

    assert len(draft.facts) + len(draft.failures) == 1
    out_of_time = [each for each in draft.failures if each.code is FailureCode.OUT_OF_TIME]
    assert bool(draft.failures) == bool(refused or out_of_time), draft.failures
    in_columns(draft)


@pytest.mark.django_db
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(told=st.lists(events, min_size=1, max_size=40))
def test_whatever_is_accepted_is_settled_or_failed(
    told: list[dict[str, Any]], timeline_lake: Path
) -> None:
    number = next(numbers_of_sources)
    issued = make_source(f"s{number}")
    ids = [f"{number}-{at}" for at in range(len(told))]
    good = make_event(messageId=f"{number}-good")

    taken = accept(issued, [*map(with_id, told, ids), good])
    facade.settle_everything(now=NOW)

    assert not InboxBody.objects.exists()
    settled = [each for each in settled_ids() if each.startswith(f"{number}-")]
    failed = FailedEvent.objects.filter(source_key=issued.source.key)
    out_of_time = failed.filter(code=FailureCode.OUT_OF_TIME.value).count()
    assert len(settled) + out_of_time == taken.accepted
    assert failed.count() == len(taken.rejected) + out_of_time


@pytest.mark.django_db
@pytest.mark.parametrize("told", POISON)
def test_what_once_stopped_the_settler_settles(told: dict[str, Any], timeline_lake: Path) -> None:
    issued = make_source()

    accept(issued, [make_event(messageId="poison", **told), make_event(messageId="behind")])
    facade.settle_everything(now=NOW)

    assert settled_ids() == ["behind", "poison"]


@pytest.mark.parametrize(
    ("properties", "column"),
    [
        ({"products": [{"quantity": 1 << 53}] * 2}, "quantity"),
        ({"revenue": 9e15, "currency": "CLF"}, "revenue_minor"),
    ],
)
def test_what_no_column_can_hold_is_null(properties: dict[str, Any], column: str) -> None:
    assert getattr(promote(properties, currency="CNY"), column) is None


@pytest.mark.django_db
def test_an_event_that_a_rule_stumbles_over_fails_alone(
    timeline_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No known value does this any more; a rule of tomorrow may."""

    def stumble(properties: dict[str, Any], **_: Any) -> Any:
        if properties.get("product_id") == "odd":
            raise OverflowError("too large\0")
        return promote(properties, currency="CNY")

    monkeypatch.setattr(contents, "promote", stumble)
    issued = make_source()

    accept(issued, [make_event(messageId=str(at)) for at in range(3)])
    accept(issued, [make_event(messageId="odd", properties={"product_id": "odd"})])
    facade.settle_everything(now=NOW)

    assert settled_ids() == ["0", "1", "2"]
    (failed,) = FailedEvent.objects.values_list("message_id", "code", "reason")
    assert failed == ("odd", "malformed", "too large\ufffd")


def with_id(event: dict[str, Any], message_id: str) -> dict[str, Any]:
    return event | {"messageId": message_id}

"""Consents told by events: contexts read, changes recorded, garbage refused, opt-out headers."""

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import timeline as events
from tests.builders.timeline import timeline_lake

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.consent.actions.law import chain_breaches, standing_breaches
from quanqu.know.consent.contracts import Channel, Purpose, Status
from quanqu.know.consent.models import ConsentRecord
from quanqu.know.consent.queries.customer import consents_of
from quanqu.know.consent.rules.signals import Told, status_after, told_by
from quanqu.know.customers.facade import find_customers
from quanqu.know.timeline.contracts import FailedFilters
from quanqu.know.timeline.facade import list_failed_events, settle_everything
from quanqu.know.timeline.rules.told_consent import check_consent, mark_opt_out

STRINGS = json.loads((Path(__file__).parents[2] / "kernel" / "tcf" / "strings.json").read_text())
__all__ = ["timeline_lake"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["categoryPreferences", "consentMode", "tcString", "gpc", "other"])


def _told(consent: Any) -> dict[str, str]:
    found = told_by({"consent": consent})
    return {one.purpose.value: one.status.value for one in found}


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        ({"categoryPreferences": {"Advertising": True, "Analytics": False, "Odd": True}},
         {"ad_sync": "granted", "analytics": "denied"}),
        ({"categoryPreferences": {"marketing": True, "DataSharing": False, "service": False}},
         {"marketing": "granted", "partner_sharing": "denied"}),
        ({"consentMode": {"ad_storage": "granted", "analytics_storage": "granted"}},
         {"analytics": "granted"}),
        ({"consentMode": {"ad_storage": "granted", "ad_user_data": "granted",
                          "ad_personalization": "granted"}}, {"ad_sync": "granted"}),
        ({"consentMode": {"ad_user_data": "denied"}}, {"ad_sync": "denied"}),
        ({"gpc": True, "categoryPreferences": {"Advertising": True}},
         {"ad_sync": "denied", "partner_sharing": "denied"}),
        ({"gpc": "yes"}, {}),
        ([], {}),
    ],
)  # fmt: skip
def test_a_context_is_read_by_the_table(consent: Any, expected: dict[str, str]) -> None:
    assert _told(consent) == expected


@pytest.mark.parametrize(
    ("standing", "status", "is_signal", "recorded"),
    [
        (None, "granted", False, "granted"),
        (None, "denied", False, "denied"),
        ("granted", "granted", False, None),
        ("granted", "denied", False, "withdrawn"),
        ("granted", "denied", True, "denied"),
        ("withdrawn", "denied", False, None),
        ("withdrawn", "denied", True, None),
        ("denied", "denied", False, None),
        ("denied", "granted", False, "granted"),
        ("withdrawn", "granted", False, "granted"),
        ("pending", "denied", False, "denied"),
    ],
)
def test_what_is_recorded_follows_from_what_stands(
    standing: str | None, status: str, is_signal: bool, recorded: str | None
) -> None:
    told = Told(Purpose.ANALYTICS, Channel.ALL, Status(status), is_signal)

    assert status_after(standing, told) == recorded


@pytest.mark.parametrize("told", STRINGS[:12], ids=range(12))
def test_a_tc_string_speaks_by_the_publishers_purposes(told: dict[str, Any]) -> None:
    given_ = set((told["publisher"] or told)["purposes"])

    found = _told({"tcString": told["text"]})

    assert found == {
        "ad_sync": "granted" if {2, 3, 4} <= given_ else "denied",
        "personalisation": "granted" if {5, 6} <= given_ else "denied",
        "analytics": "granted" if {8, 9} <= given_ else "denied",
    }


@given(st.dictionaries(KEYS, JSON, max_size=4))
def test_no_context_breaks_the_reading(consent: dict[str, Any]) -> None:
    told_by({"consent": consent})
    with contextlib.suppress(ValueError):
        check_consent({"consent": consent})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a":1}', {"a": 1, "context": {"consent": {"gpc": True}}}),
        (b'{"context":{"x":1.50,"consent":{"y":2}}}',
         {"context": {"x": 1.5, "consent": {"y": 2, "gpc": True}}}),
        (b'{"batch":[{"e":1},{"context":{}}],"context":null}',
         {"batch": [{"e": 1}, {"context": {"consent": {"gpc": True}}}],
          "context": {"consent": {"gpc": True}}}),
        (b'{"context":5}', {"context": 5}),
        (b"[1]", [1]),
    ],
)  # fmt: skip
def test_a_body_is_marked_with_its_opt_out(body: bytes, expected: Any) -> None:
    assert json.loads(mark_opt_out(body=body)) == expected


def test_a_body_that_cannot_be_read_stays() -> None:
    for body in (b"", b"{", b"\xff", b'{"batch": 7}', b'{"batch": [7]}'):
        assert mark_opt_out(body=body) == body


def _send(issued: Any, *sent: dict[str, Any], at: int, **headers: str) -> Any:
    basic = base64.b64encode(f"{issued.write_key}:".encode()).decode()
    answer = Client().generic(
        "POST",
        "/v1/batch",
        events.make_body(
            [
                events.make_event(userId="u-1", timestamp=f"2026-01-02T00:00:{at + n:02}Z", **one)
                for n, one in enumerate(sent)
            ]
        ),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Basic {basic}",
        **headers,
    )
    settle_everything(now=events.NOW)
    return answer


def _states() -> dict[str, str]:
    (row,) = find_customers(actor=SYSTEM, value="u-1")
    found = consents_of(customer_key=row.key, at=events.NOW)
    return {one.purpose.value: one.reason.value for one in found if one.observed_at}


@pytest.mark.django_db
@pytest.mark.usefixtures("timeline_lake")
def test_events_tell_consent_and_only_changes_are_recorded() -> None:
    issued = events.make_source("site")
    yes, no = ({"consent": {"categoryPreferences": {"Analytics": word}}} for word in (True, False))

    _send(issued, {"context": yes}, {"context": yes}, {}, {"context": yes}, at=0)
    first = _states(), ConsentRecord.objects.count()
    _send(issued, {"context": yes}, {"context": no}, {"context": yes}, {"context": no}, at=10)

    assert first == ({"analytics": "granted"}, 1)
    assert _states() == {"analytics": "withdrawn"}
    assert ConsentRecord.objects.count() == 4
    assert chain_breaches() == standing_breaches() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("timeline_lake")
def test_the_opt_out_header_refuses_sale_and_sharing() -> None:
    issued = events.make_source("site")

    answer = _send(issued, {"context": {"app": {"name": "x"}}}, {}, at=0, HTTP_SEC_GPC="1")
    _send(issued, {}, at=10, HTTP_SEC_GPC="0")

    assert answer.status_code == 200
    assert _states() == {"ad_sync": "opt_out_signal", "partner_sharing": "opt_out_signal"}
    assert ConsentRecord.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("timeline_lake")
def test_a_tc_string_reaches_the_ledger_and_garbage_becomes_a_failed_event() -> None:
    issued = events.make_source("site")
    good = {"consent": {"tcString": STRINGS[1]["text"]}}
    bad = {"consent": {"tcString": "garbage!"}}

    answer = _send(issued, {"context": good}, {"context": bad}, {"context": {"consent": 3}}, at=0)

    assert answer.status_code == 200
    failed = list_failed_events(actor=SYSTEM, filters=FailedFilters()).items
    assert sorted(one.reason for one in failed) == [
        "context.consent is no object",
        "context.consent.tcString: This is no TCF consent string: it is not base64url.",
    ]
    assert set(_states()) == {"ad_sync", "personalisation", "analytics"}
    assert len(events.settled_rows()) == 1

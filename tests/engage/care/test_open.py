"""What of the rooms' readings is an open matter, and in which order matters stand."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.builders.care import CUSTOMER, NOW

from quanqu.engage.care.contracts import Matter, MatterKind
from quanqu.engage.care.rules import open as opening
from quanqu.know.consent.contracts import Channel, CustomerConsent, Purpose, Reason, State
from quanqu.know.customers.contracts import BreachKind, BreachRow


def consent(state: State, *, until: datetime | None = None, **changed: Any) -> CustomerConsent:
    known = {
        "purpose": Purpose.MARKETING,
        "channel": Channel.EMAIL,
        "is_allowed": state is State.GRANTED,
        "state": state,
        "reason": Reason(state.value),
        "valid_until": until,
        "observed_at": NOW - timedelta(days=100),
        "record_keys": (1,),
    }
    return CustomerConsent(**{**known, **changed})


def breach(kind: BreachKind) -> BreachRow:
    return BreachRow(
        "link-1", kind, "member_id", "member_id", "…77", CUSTOMER, None, None, None, NOW
    )


def test_deadlines_come_first_and_then_the_oldest() -> None:
    def matter(ref: str, *, due: int | None = None, since: int | None = None) -> Matter:
        return Matter(
            MatterKind.PRIVACY_REQUEST,
            ref,
            "access",
            None if since is None else NOW - timedelta(days=since),
            None if due is None else NOW + timedelta(days=due),
        )

    right = [
        matter("overdue", due=-2, since=40),
        matter("due, older", due=9, since=5),
        matter("due, newer", due=9, since=1),
        matter("old", since=90),
        matter("new", since=1),
        matter("unknown"),
    ]
    for seed in range(5):
        mixed = random.Random(seed).sample(right, len(right))
        assert list(opening.by_deadline(mixed)) == right


def test_consents_in_conflict_are_one_matter_a_purpose() -> None:
    rows = [
        consent(State.CONFLICT),
        consent(State.CONFLICT, channel=Channel.SMS, observed_at=NOW - timedelta(days=300)),
        consent(State.CONFLICT, purpose=Purpose.ANALYTICS, channel=Channel.ALL),
        consent(State.DENIED, channel=Channel.PHONE),
    ]

    marketing, analytics = opening.of_consents(rows, now=NOW)

    assert marketing.channels == (Channel.EMAIL, Channel.SMS)
    assert marketing.since == NOW - timedelta(days=300)
    assert (analytics.about, analytics.channels) == ("analytics", ())
    assert {one.kind for one in (marketing, analytics)} == {MatterKind.CONSENT_CONFLICT}


@pytest.mark.parametrize(
    ("days", "is_open"), [(0, False), (1, True), (30, True), (31, False), (-1, False)]
)
def test_a_consent_ends_soon_within_thirty_days(days: int, is_open: bool) -> None:
    until = NOW + timedelta(days=days)

    found = opening.of_consents([consent(State.GRANTED, until=until)], now=NOW)

    assert [one.due_at for one in found] == ([until] if is_open else [])


def test_what_is_restricted_or_endless_does_not_end_soon() -> None:
    until = NOW + timedelta(days=5)
    held = consent(State.GRANTED, until=until, is_allowed=False, reason=Reason.RESTRICTED)

    assert opening.of_consents([held, consent(State.GRANTED)], now=NOW) == []


def test_only_what_nobody_has_decided_is_open() -> None:
    found = opening.of_breaches([breach(kind) for kind in BreachKind])

    assert [one.about for one in found] == ["limit", "shared"]

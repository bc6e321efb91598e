"""Signed links: preferences, double opt-in, expiry, rotation, revocation."""

from datetime import timedelta

import pytest
from tests.builders.consent import NOW, answers, customer_id, day, make_subjects, record, said
from tests.builders.customers import make_actor

from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.consent.contracts import ConsentInputError, ConsentLinkError, IssuedLink
from quanqu.know.consent.facade import (
    confirm,
    confirmation_token,
    make_preference_link,
    open_confirmation,
    open_preferences,
    publish_text,
    request_confirmation,
    revoke_preference_links,
    save_preferences,
    withdraw_everything,
)
from quanqu.know.consent.models import ConsentRecord
from quanqu.know.customers.facade import merge_customers, withdraw_evidence

pytestmark = pytest.mark.django_db


def _link(subject: int) -> str:
    made = make_preference_link(actor=make_actor(), customer_id=customer_id(subject), now=NOW)
    return made.token


def _reason(subject: int, channel: str = "email") -> str:
    found = answers([subject], channel=channel, at=61)[0]
    return str(found["reason"])


def _asked(subject: int) -> IssuedLink:
    return request_confirmation(
        actor=make_actor(),
        customer_id=customer_id(subject),
        asked=[("marketing", "email")],
        source="Newsletter form",
        language="en",
        now=NOW,
    )


def test_a_person_chooses_by_their_link() -> None:
    (key,) = make_subjects(1)
    record(said(key, "granted", 1, channel="sms"))
    publish_text(
        actor=make_actor(),
        purpose="marketing",
        texts={"en": "May we?", "zh-hans": "可以吗？"},
        now=NOW,
    )
    token = _link(key)

    save = {"token": token, "language": "en", "now": NOW}
    first = save_preferences(chosen=["marketing.email"], **save)
    again = save_preferences(chosen=["marketing.email"], **save)

    assert (first.made, again.made) == (2, 0)
    assert (_reason(key), _reason(key, "sms"), _reason(key, "push")) == (
        "granted", "withdrawn", "not_asked"
    )  # fmt: skip
    assert ConsentRecord.objects.get(channel="email").text_version == 1
    with pytest.raises(ConsentInputError):
        save_preferences(chosen=["service.email"], **save)


def test_everything_can_be_withdrawn() -> None:
    (key,) = make_subjects(1)
    record(said(key, "granted", 1), said(key, "granted", 2, channel="sms"))

    withdraw_everything(token=_link(key), language="en", now=NOW)

    shown = open_preferences(token=_link(key), language="en", now=NOW)
    assert {one.state.value for one in shown.consents} == {"withdrawn"}
    assert not any(one.is_allowed for one in shown.consents)


def test_a_choice_counts_for_merged_identifiers_until_they_part() -> None:
    left, right = make_subjects(2)
    record(said(right, "withdrawn", 2))
    evidence = merge_customers(
        actor=make_actor(), customer_id=customer_id(left), other_id=customer_id(right), now=NOW
    )
    save_preferences(token=_link(left), chosen=["marketing.email"], language="en", now=NOW)
    together = _reason(right)

    withdraw_evidence(actor=make_actor(), evidence_key=evidence, now=NOW)

    assert (together, _reason(left), _reason(right)) == ("granted", "granted", "withdrawn")


def test_a_new_link_ends_the_one_before_and_links_end() -> None:
    (key,) = make_subjects(1)
    first = _link(key)
    second = _link(key)

    def opens(token: str, at: float = 60) -> bool:
        try:
            open_preferences(token=token, language="en", now=day(at))
        except ConsentLinkError:
            return False
        return True

    assert (opens(first), opens(second)) == (False, True)
    assert not opens(second, 60 + 181)
    flipped = ("A" if second[-5] != "A" else "B").join((second[:-5], second[-4:]))
    assert not any(map(opens, (flipped, second[:-1], "", "x" * 43, second + "A", "é" * 43)))
    asked = {"actor": make_actor(), "customer_id": customer_id(key), "now": NOW}
    assert revoke_preference_links(**asked) == 1
    assert revoke_preference_links(**asked) == 0
    assert not opens(second)
    with pytest.raises(NotAllowedError):
        make_preference_link(**{**asked, "actor": make_actor(rights=frozenset({"customers.view"}))})


def test_a_double_opt_in_is_pending_until_confirmed_once() -> None:
    (key,) = make_subjects(1)
    made = _asked(key)
    waiting = _reason(key)

    event = OutboxEvent.objects.get(name="consent.confirmation_requested")
    seen = open_confirmation(token=made.token, now=NOW)
    still = _reason(key)
    confirm(token=made.token, now=NOW + timedelta(hours=1))

    assert (waiting, still, _reason(key)) == ("pending", "pending", "granted")
    assert [(p.value, c.value) for p, c in seen] == [("marketing", "email")]
    assert made.token == confirmation_token(link_id=made.id)
    assert made.token not in str(event.payload)
    assert event.payload["link_id"] == str(made.id)
    for again in (confirm, open_confirmation):
        with pytest.raises(ConsentLinkError):
            again(token=made.token, now=NOW + timedelta(hours=2))


def test_a_confirmation_ends_after_a_week_and_is_no_preference_link() -> None:
    (key,) = make_subjects(1)
    made = _asked(key)

    with pytest.raises(ConsentLinkError):
        confirm(token=made.token, now=NOW + timedelta(days=7))
    with pytest.raises(ConsentLinkError):
        open_preferences(token=made.token, language="en", now=NOW)
    with pytest.raises(ConsentLinkError):
        confirm(token=_link(key), now=NOW)
    assert _reason(key) == "pending"


def test_a_pending_opt_in_takes_nothing_away() -> None:
    (key,) = make_subjects(1)
    record(said(key, "granted", 1))
    _asked(key)

    assert _reason(key) == "granted"

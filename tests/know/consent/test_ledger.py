"""The ledger on a real database: once each, never changed, provable; the gate over it."""

from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection, transaction
from tests.builders.consent import NOW, answers, customer_id, day, make_subjects, record, said
from tests.builders.customers import make_actor

from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.know.consent.actions.law import (
    chain_breaches,
    merge_breaches,
    standing_breaches,
)
from quanqu.know.consent.contracts import (
    Channel,
    ConsentInputError,
    ConsentTextNotFoundError,
    Purpose,
    Recorded,
    ReferenceTakenError,
    RestrictionKind,
    SourceKind,
    Statement,
    Status,
    UnknownChannelError,
    UnknownPurposeError,
)
from quanqu.know.consent.facade import (
    decide,
    get_consents,
    lift_restrictions,
    list_records,
    list_texts,
    publish_text,
    record_consents,
    restrict_subjects,
)
from quanqu.know.consent.models import ConsentRecord, Standing
from quanqu.know.consent.publish import read_consent
from quanqu.know.customers.facade import merge_customers, withdraw_evidence

pytestmark = pytest.mark.django_db


def _merge(left: int, right: int) -> int:
    actor = make_actor()
    return merge_customers(
        actor=actor, customer_id=customer_id(left), other_id=customer_id(right), now=NOW
    )


def _state(subject: int, **other: Any) -> tuple[str, bool]:
    found = answers([subject], **other)[0]
    return found["reason"], found["is_allowed"]


def _statement(status: Status = Status.GRANTED, at: float = 50, **other: Any) -> Statement:
    return Statement(
        Purpose.MARKETING, Channel.EMAIL, status, SourceKind.STAFF, "counter", day(at), **other
    )


def test_a_statement_is_recorded_once() -> None:
    (key,) = make_subjects(1)
    row = said(key, "granted", 1)

    assert record(row, row) == Recorded(1, 1)
    assert record(row) == Recorded(0, 1)
    assert ConsentRecord.objects.count() == 1
    with pytest.raises(ReferenceTakenError):
        record({**row, "status": "denied"})
    with pytest.raises(ReferenceTakenError):
        record({**row, "reference": "two"}, {**row, "reference": "two", "status": "denied"})


def test_the_database_refuses_to_change_the_ledger() -> None:
    (key,) = make_subjects(1)
    record(said(key, "denied", 1))
    publish_text(
        actor=make_actor(), purpose="marketing", texts={"en": "Yes", "zh-hans": "好"}, now=NOW
    )

    for statement in (
        "UPDATE consent_record SET status = 'granted'",
        "DELETE FROM consent_record",
        "UPDATE consent_text SET text = 'other'",
        "DELETE FROM consent_text",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert _state(key) == ("denied", False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"purpose": "spying"}, UnknownPurposeError),
        ({"channel": "ads"}, UnknownChannelError),
        ({"status": "maybe"}, ConsentInputError),
        ({"basis": "luck"}, ConsentInputError),
        ({"source": ""}, ConsentInputError),
        ({"source": "a\0b"}, ConsentInputError),
        ({"reference": "x" * 201}, ConsentInputError),
        ({"observed_at": day(61)}, ConsentInputError),
        ({"valid_until": day(1)}, ConsentInputError),
        ({"status": "denied", "valid_until": day(30)}, ConsentInputError),
        ({"language": "xx"}, ConsentInputError),
        ({"text_version": 0}, ConsentInputError),
        ({"text_version": 7, "language": "en"}, ConsentTextNotFoundError),
        ({"subject_key": None}, ConsentInputError),
    ],
)
def test_a_wrong_statement_is_refused(change: dict[str, Any], error: type[Exception]) -> None:
    (key,) = make_subjects(1)

    with pytest.raises(error):
        record(said(key, "granted", 1) | change)
    assert not ConsentRecord.objects.exists()


def test_the_gate_asks_per_channel_and_knows_what_needs_no_consent() -> None:
    keys = make_subjects(2)
    record(said(keys[0], "granted", 1, channel="all"))

    assert _state(keys[0], channel="sms") == ("granted", True)
    assert _state(keys[1]) == ("not_asked", False)
    assert _state(keys[1], purpose="service") == ("not_needed", True)
    with pytest.raises(UnknownChannelError):
        answers(keys, channel="all")
    with pytest.raises(UnknownPurposeError):
        answers(keys, purpose="spying")
    with pytest.raises(ValueError, match="customers or subjects"):
        decide(purpose="marketing", channel="email", at=NOW)


def test_the_gate_answers_in_the_order_asked_with_the_records_that_decided() -> None:
    keys = make_subjects(3)
    record(said(keys[0], "granted", 1), said(keys[2], "denied", 2))

    found = answers([keys[2], keys[0], keys[1], keys[2], 10**12])

    assert [row["reason"] for row in found] == [
        "denied", "granted", "not_asked", "denied", "not_asked"
    ]  # fmt: skip
    assert [row["record_keys"] for row in found] == [[2], [1], [], [2], []]
    assert found[0]["customer_key"] == keys[2]


def test_a_merge_takes_the_narrower_and_an_unmerge_gives_back() -> None:
    left, right = make_subjects(2)
    record(said(left, "granted", 5), said(right, "withdrawn", 2))

    evidence = _merge(left, right)
    together = _state(left), _state(right)
    withdraw_evidence(actor=make_actor(), evidence_key=evidence, now=NOW)

    assert together == (("conflict", False), ("conflict", False))
    assert (_state(left), _state(right)) == (("granted", True), ("withdrawn", False))


def test_what_a_customer_says_counts_for_all_identifiers_while_they_are_one() -> None:
    left, right = make_subjects(2)
    record(said(left, "granted", 5), said(right, "withdrawn", 2))
    evidence = _merge(left, right)

    done = record_consents(
        actor=make_actor(),
        customer_id=customer_id(left),
        statements=[_statement(at=20)],
        now=NOW,
        note="Signed at the counter",
    )
    merged = _state(right)
    withdraw_evidence(actor=make_actor(), evidence_key=evidence, now=NOW)

    assert done == Recorded(2, 0)
    assert merged == ("granted", True)
    assert (_state(left), _state(right)) == (("granted", True), ("withdrawn", False))
    assert merge_breaches() == chain_breaches() == standing_breaches() == []


def test_the_gate_answers_for_an_earlier_time() -> None:
    (key,) = make_subjects(1)
    record(said(key, "granted", 1, valid_until=day(30)))
    record(said(key, "withdrawn", 10), said(key, "pending", 40))

    states = [_state(key, at=at)[0] for at in (0, 5, 20, 60)]

    assert states == ["not_asked", "granted", "withdrawn", "withdrawn"]


def test_late_news_does_not_change_what_stands() -> None:
    (key,) = make_subjects(1)
    record(said(key, "withdrawn", 10))
    record(said(key, "granted", 5), said(key, "pending", 12))

    assert _state(key) == ("withdrawn", False)
    assert Standing.objects.get().record_key == 1
    assert standing_breaches() == []


def test_a_restriction_stands_above_consent_and_can_be_lifted() -> None:
    left, right = make_subjects(2)
    record(said(left, "granted", 1))
    put = {"kind": RestrictionKind.OBJECTION, "reference": "req-1", "now": day(2)}

    assert restrict_subjects(subject_keys=[left], purposes=["marketing"], **put) == 1
    assert restrict_subjects(subject_keys=[left], purposes=["marketing"], **put) == 0
    assert _state(left) == ("restricted", False)
    assert _state(left, at=1.5) == ("granted", True)
    assert _state(left, purpose="service") == ("not_needed", True)
    assert restrict_subjects(
        subject_keys=[right], kind=RestrictionKind.ERASURE, reference="req-2", now=day(2)
    )
    assert _state(right, purpose="service") == ("restricted", False)
    assert lift_restrictions(reference="req-1", now=day(3)) == 1
    assert lift_restrictions(reference="req-1", now=day(3)) == 0
    assert _state(left) == ("granted", True)
    with pytest.raises(UnknownPurposeError):
        restrict_subjects(subject_keys=[left], purposes=["x"], **put)


def test_one_customers_page_agrees_with_the_gate() -> None:
    left, right = make_subjects(2)
    record(
        said(left, "granted", 1, channel="all"),
        said(right, "denied", 2, purpose="ad_sync", channel="ads", source_kind="signal"),
        said(left, "granted", 3, purpose="analytics", channel="all", valid_until=day(9)),
    )
    _merge(left, right)
    restrict_subjects(
        subject_keys=[right],
        kind=RestrictionKind.AUTOMATED_DECISIONS,
        reference="r",
        now=NOW,
        purposes=["profiling"],
    )

    for one in get_consents(actor=make_actor(), customer_id=customer_id(left), at=NOW):
        found = answers([left], purpose=one.purpose, channel=one.channel)[0]
        assert (one.is_allowed, one.state, one.reason) == (
            found["is_allowed"], found["state"], found["reason"]
        )  # fmt: skip
        assert list(one.record_keys) == found["record_keys"]


def test_the_history_shows_notes_to_those_who_may_reveal() -> None:
    (key,) = make_subjects(1)
    id_ = customer_id(key)
    record_consents(
        actor=make_actor(), customer_id=id_, statements=[_statement()], now=NOW, note="Paper 7"
    )

    whole = list_records(actor=make_actor(), customer_id=id_)[0]
    masked = list_records(actor=make_actor(rights=frozenset({"customers.view"})), customer_id=id_)

    assert (whole.note, masked[0].note, whole.counts) == ("Paper 7", None, True)
    assert whole.proof == bytes(ConsentRecord.objects.get().proof).hex()


def test_who_may_record_is_decided_by_rights_and_places() -> None:
    (key,) = make_subjects(1, place=1)
    told = {"customer_id": customer_id(key), "statements": [_statement()], "now": NOW}

    with pytest.raises(NotAllowedError):
        record_consents(actor=make_actor(rights=frozenset({"customers.view"})), **told)
    with pytest.raises(NotFoundError):
        record_consents(actor=make_actor(places=[2]), **told)
    with pytest.raises(NotAllowedError):
        publish_text(actor=make_actor(places=[1]), purpose="marketing", texts={}, now=NOW)
    with pytest.raises(ConsentInputError):
        record_consents(actor=make_actor(), **{**told, "statements": []})


def test_texts_are_versions_in_both_languages() -> None:
    actor, texts = make_actor(), {"en": "May we write?", "zh-hans": "可以联系您吗？"}
    publish_text(actor=actor, purpose="marketing", texts=texts, now=NOW)
    publish_text(actor=actor, purpose="marketing", texts=texts | {"en": "May we?"}, now=NOW)
    (key,) = make_subjects(1)
    record(said(key, "granted", 1, text_version=2, language="en"))

    found = [(row.version, row.language, row.text) for row in list_texts(purpose="marketing")]

    assert found[:2] == [(2, "en", "May we?"), (2, "zh-hans", "可以联系您吗？")]
    with pytest.raises(ConsentInputError):
        publish_text(actor=actor, purpose="marketing", texts={"en": "only"}, now=NOW)


def test_the_lake_gets_what_stands() -> None:
    left, right = make_subjects(2)
    record(said(left, "granted", 1, channel="all"), said(right, "denied", 2, channel="sms"))
    _merge(left, right)

    rows = [row for row in read_consent(None).to_pylist() if row["channel"] in ("email", "sms")]
    parts = {row["bucket"] for row in rows}

    assert [(row["channel"], row["status"], row["is_allowed"]) for row in rows] == [
        ("email", "granted", True),
        ("sms", "conflict", False),
    ]
    assert rows[0]["observed_at"] == day(1)
    assert read_consent(sorted(parts)).to_pylist() == read_consent(None).to_pylist()
    assert read_consent(["99"]).num_rows == 0
    assert read_consent(None).schema.names[:3] == ["customer_key", "purpose", "channel"]
    assert pa.types.is_boolean(read_consent(None).schema.field("is_allowed").type)

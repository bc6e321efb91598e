"""Large exports: asked for by one, decided by another, fetched once, all of it in the trail."""

import csv
import hashlib
import io
from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.consent import record, said
from tests.builders.customers import profile
from tests.know.audiences.test_saved import (
    BRITONS,
    NOW,
    RIGHTS,
    _refresh,
    _save,
    people,
)

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.know.audiences.contracts import (
    MOST_ALONE,
    ContactUse,
    ExportAlonePolicyError,
    ExportApprovalError,
    ExportFile,
    ExportFormatError,
    ExportFourEyesError,
    ExportGrownError,
    ExportPersonError,
    ExportReasonError,
    ExportRequestRow,
    ExportState,
    ExportStateError,
    ExportUseError,
)
from quanqu.know.audiences.facade import (
    approve_export,
    ask_export,
    count_waiting_exports,
    export_audience,
    fetch_export,
    get_export_request,
    list_export_requests,
    most_alone,
    refuse_export,
    set_export_policy,
    withdraw_export,
)
from quanqu.know.audiences.models import AudienceExport
from quanqu.know.consent.contracts import Channel, Purpose

__all__ = ["people"]

pytestmark = pytest.mark.django_db


def _who(
    name: str,
    places: set[int] | None = None,
    rights: frozenset[str] = RIGHTS,
    kind: ActorKind = ActorKind.PERSON,
) -> Actor:
    scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
    return Actor(kind, f"per_{name}", name, (Grant(rights, scope),))


NEWS = ContactUse("marketing", "email")
ADA, BEA = _who("ada"), _who("bea")
OWNER = _who("owner", rights=RIGHTS | {"org.manage"})


@pytest.fixture
def britons(people: list[int]) -> UUID:
    """Two members with an address who allow newsletters and ad audiences; two are many here."""
    profile(people[1], email="bo@shop.org")
    ads = {"purpose": Purpose.AD_SYNC.value, "channel": Channel.ADS.value}
    record(*(said(key, "granted", 1, **other) for key in people[:2] for other in ({}, ads)))
    set_export_policy(actor=OWNER, most_alone=1, now=NOW)
    made = _save(BRITONS, name="Britons")
    _refresh(made)
    return made


def _ask(audience: UUID, **more: object) -> ExportRequestRow:
    told = {"format_": "csv", "use": NEWS, "reason": "Recall of a lamp", **more}
    return ask_export(actor=ADA, audience_id=audience, now=NOW, **told)  # type: ignore[arg-type]  # free overrides


def _fetch(request: UUID, actor: Actor = ADA, hours: int = 1) -> ExportFile:
    return fetch_export(actor=actor, request_id=request, now=NOW + timedelta(hours=hours))


def test_more_people_than_one_may_hand_out_need_a_second_word(britons: UUID) -> None:
    for format_, is_clear, use in (("csv", True, NEWS), ("hashed", False, None)):
        with pytest.raises(ExportApprovalError) as caught:
            export_audience(
                actor=ADA,
                audience_id=britons,
                format_=format_,
                is_clear=is_clear,
                use=use,
                now=NOW,
            )
        assert caught.value.fields == {"people": 2, "most": 1}
    masked = export_audience(actor=ADA, audience_id=britons, format_="csv", is_clear=False, now=NOW)
    assert masked.rows == 2
    set_export_policy(actor=OWNER, most_alone=2, now=NOW)
    alone = export_audience(
        actor=ADA, audience_id=britons, format_="csv", is_clear=True, use=NEWS, now=NOW
    )
    assert alone.rows == 2


def test_it_is_asked_approved_by_another_and_fetched_once(britons: UUID) -> None:
    row = _ask(britons)
    assert (row.state, row.people, row.is_mine) == (ExportState.WAITING, 2, True)
    assert count_waiting_exports(actor=BEA, now=NOW) == 1
    assert count_waiting_exports(actor=ADA, now=NOW) == 0
    with pytest.raises(ExportStateError):
        _fetch(row.id)
    with pytest.raises(ExportFourEyesError):
        approve_export(actor=ADA, request_id=row.id, now=NOW)

    approved = approve_export(actor=BEA, request_id=row.id, now=NOW)
    assert (approved.state, approved.decided_by) == (ExportState.APPROVED, "bea")
    assert approved.until == NOW + timedelta(hours=24)
    with pytest.raises(NotAllowedError):
        _fetch(row.id, actor=BEA)
    made = _fetch(row.id)

    told = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert {one["email"] for one in told} == {"ann@shop.org", "bo@shop.org"}
    with pytest.raises(ExportStateError):
        _fetch(row.id)
    last = get_export_request(actor=BEA, request_id=row.id, now=NOW + timedelta(days=9))
    assert (last.state, last.fetched_at) == (ExportState.FETCHED, NOW + timedelta(hours=1))


def test_every_step_is_in_the_trail(britons: UUID) -> None:
    row = _ask(britons)
    approve_export(actor=BEA, request_id=row.id, now=NOW)
    _fetch(row.id)
    other = _ask(britons)
    refuse_export(actor=BEA, request_id=other.id, reason="Not for this", now=NOW)
    mine = _ask(britons)
    withdraw_export(actor=ADA, request_id=mine.id, now=NOW)

    found = {
        action: list_entries(actor=SYSTEM, filters=AuditFilters(action=f"audiences.{action}")).items
        for action in (
            "ask_export", "approve_export", "export", "refuse_export", "withdraw_export",
            "set_export_policy",
        )
    }  # fmt: skip

    assert {action: len(entries) for action, entries in found.items()} == {
        "ask_export": 3,
        "approve_export": 1,
        "export": 1,
        "refuse_export": 1,
        "withdraw_export": 1,
        "set_export_policy": 1,
    }
    export = found["export"][0].after or {}
    assert (export["rows"], export["clear"], export["purpose"]) == (2, True, "marketing")
    assert str(export["request"]).startswith("axr_")
    assert "@" not in str([entry.after for entries in found.values() for entry in entries])


def test_what_nobody_answers_or_fetches_in_time_is_over(britons: UUID) -> None:
    late = _ask(britons)
    week = NOW + timedelta(days=7)
    with pytest.raises(ExportStateError):
        approve_export(actor=BEA, request_id=late.id, now=week)
    assert count_waiting_exports(actor=BEA, now=week) == 0
    approved = _ask(britons)
    approve_export(actor=BEA, request_id=approved.id, now=NOW)
    with pytest.raises(ExportStateError):
        _fetch(approved.id, hours=24)

    states = {row.id: row.state for row in list_export_requests(actor=BEA, now=week).items}

    assert states == {late.id: ExportState.EXPIRED, approved.id: ExportState.EXPIRED}


def test_who_withdraws_consent_meanwhile_is_left_out_and_growth_is_refused(
    britons: UUID, people: list[int]
) -> None:
    row = _ask(britons)
    approve_export(actor=BEA, request_id=row.id, now=NOW)
    AudienceExport.objects.update(people=1)
    with pytest.raises(ExportGrownError):
        _fetch(row.id)
    AudienceExport.objects.update(people=2)
    record(said(people[0], "withdrawn", 2))

    made = fetch_export(actor=ADA, request_id=row.id, now=NOW + timedelta(hours=2))

    assert (made.rows, dict(made.left_out)) == (1, {"withdrawn": 1})
    assert b"ann@" not in made.content


def test_a_hashed_file_goes_the_same_way(britons: UUID) -> None:
    row = _ask(britons, format_="hashed", use=None, reason="Ads of the spring")
    assert (row.purpose, row.channel, row.people) == ("ad_sync", "ads", 2)
    approve_export(actor=BEA, request_id=row.id, now=NOW)

    made = _fetch(row.id)

    rows = list(csv.DictReader(io.StringIO(made.content.decode())))
    wanted = {hashlib.sha256(text).hexdigest() for text in (b"ann@shop.org", b"bo@shop.org")}
    assert {one["email_sha256"] for one in rows} == wanted


def test_who_may_not_is_refused_by_name(britons: UUID) -> None:
    row = _ask(britons)
    key = _who("key", kind=ActorKind.API_KEY)
    for actor, error in (
        (_who("sam", rights=RIGHTS - {"customers.reveal"}), NotAllowedError),
        (key, ExportPersonError),
        (_who("far", {2}), NotFoundError),
    ):
        with pytest.raises(error):
            approve_export(actor=actor, request_id=row.id, now=NOW)
        with pytest.raises(error):
            ask_export(
                actor=actor,
                audience_id=britons,
                format_="csv",
                use=NEWS,
                reason="Recall",
                now=NOW,
            )
    with pytest.raises(NotAllowedError):
        withdraw_export(actor=BEA, request_id=row.id, now=NOW)
    assert list_export_requests(actor=_who("far", {2}), now=NOW).items == ()
    with pytest.raises(NotAllowedError):
        set_export_policy(actor=ADA, most_alone=3, now=NOW)
    narrow = _who("n", {1}, rights=RIGHTS | {"org.manage"})
    with pytest.raises(NotAllowedError):
        set_export_policy(actor=narrow, most_alone=3, now=NOW)
    for wrong in (-1, 1_000_001):
        with pytest.raises(ExportAlonePolicyError):
            set_export_policy(actor=OWNER, most_alone=wrong, now=NOW)
    with pytest.raises(ExportFormatError):
        _ask(britons, format_="doc")
    with pytest.raises(ExportUseError):
        _ask(britons, use=None)
    for reason in ("", "no", "x" * 501):
        with pytest.raises(ExportReasonError):
            _ask(britons, reason=reason)
        with pytest.raises(ExportReasonError):
            refuse_export(actor=BEA, request_id=row.id, reason=reason, now=NOW)
    assert most_alone() == 1
    assert MOST_ALONE == 5_000

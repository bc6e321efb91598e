"""Ask for an export that needs a second person, decide about it, and fetch it once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.kernel.text import normal_text
from quanqu.know.audiences.actions.exporting import (
    HASHED,
    check_format,
    make_export,
    people_allowed,
)
from quanqu.know.audiences.contracts import (
    FETCH_WITHIN,
    GROWTH_RATE,
    WAITS,
    ContactUse,
    ExportAlonePolicyError,
    ExportFile,
    ExportFourEyesError,
    ExportGrownError,
    ExportPersonError,
    ExportReasonError,
    ExportRequestRow,
    ExportState,
    ExportStateError,
)
from quanqu.know.audiences.models import AudienceExport, AudienceExportPolicy
from quanqu.know.audiences.queries.exports import EXPORT, request_row, state_of, visible_request
from quanqu.know.audiences.queries.saved import VIEW, visible_audience
from quanqu.know.consent.contracts import Channel, Purpose

REVEAL = "customers.reveal"
GROUP = "org.manage"
_MOST = 1_000_000


def ask_export(
    *,
    actor: Actor,
    audience_id: UUID,
    format_: str,
    use: ContactUse | None,
    reason: str,
    now: datetime,
) -> ExportRequestRow:
    """Ask for an export of contacts in clear, or hashed, of an audience; it waits seven days.

    Raises: NotAllowedError, ExportPersonError, NotFoundError, ExportFormatError, ExportUseError,
    ExportReasonError.
    """
    _require(actor)
    audience = visible_audience(actor, audience_id, VIEW)
    use = ContactUse(Purpose.AD_SYNC, Channel.ADS) if format_ == HASHED else use
    use = check_format(format_, is_clear=True, use=use)
    row = AudienceExport(
        audience=audience,
        format=format_,
        purpose=use.purpose,
        channel=use.channel,
        people=people_allowed(audience, use, now),
        reason=_said(reason),
        asked_by=actor.id,
        asked_name=actor.name,
        asked_at=now,
        state=ExportState.WAITING,
        until=now + WAITS,
    )
    with transaction.atomic():
        row.save()
        after = {"format": format_, "purpose": use.purpose, "channel": use.channel}
        _audit(actor, "ask_export", row, now, after={**after, "people": row.people})
    return request_row(row, actor, now)


def approve_export(*, actor: Actor, request_id: UUID, now: datetime) -> ExportRequestRow:
    """Let an export go out: whoever asked can fetch it once within 24 hours.

    Locks: the request.  Raises: NotAllowedError, ExportPersonError, NotFoundError,
    ExportFourEyesError, ExportStateError.
    """
    return _decide(actor, request_id, ExportState.APPROVED, "", now)


def refuse_export(
    *, actor: Actor, request_id: UUID, reason: str, now: datetime
) -> ExportRequestRow:
    """Refuse an export and say why.

    Locks: the request.  Raises: NotAllowedError, ExportPersonError, NotFoundError,
    ExportFourEyesError, ExportStateError, ExportReasonError.
    """
    return _decide(actor, request_id, ExportState.REFUSED, _said(reason), now)


def withdraw_export(*, actor: Actor, request_id: UUID, now: datetime) -> ExportRequestRow:
    """Take one's own request back. Locks: the request.

    Raises: NotAllowedError, NotFoundError, ExportStateError.
    """
    with transaction.atomic():
        row = _locked(actor, request_id)
        _own(actor, row)
        _in_state(row, now, ExportState.WAITING, ExportState.APPROVED)
        row.state = ExportState.WITHDRAWN
        row.save()
        _audit(actor, "withdraw_export", row, now)
    return request_row(row, actor, now)


def fetch_export(*, actor: Actor, request_id: UUID, now: datetime) -> ExportFile:
    """Return the file of one's own approved request, once; the gate of consent is asked now.

    Whoever asks for it twice at the same moment gets it once.  Locks: the request.
    Raises: NotAllowedError, ExportPersonError, NotFoundError, ExportStateError, ExportGrownError.
    """
    _require(actor)
    row = visible_request(actor, request_id)
    _own(actor, row)
    _in_state(row, now, ExportState.APPROVED)
    use = ContactUse(row.purpose, row.channel)
    made, told = make_export(actor, row.audience, row.format, is_clear=True, use=use, now=now)
    if made.rows > row.people + int(row.people * GROWTH_RATE):
        raise ExportGrownError(people=made.rows, approved=row.people)
    with transaction.atomic():
        locked = _locked(actor, request_id)
        _in_state(locked, now, ExportState.APPROVED)
        locked.state, locked.fetched_at = ExportState.FETCHED, now
        locked.save()
        request = encode("axr", locked.id)
        _audit(actor, "export", locked, now, after={**told, "request": request})
    return made


def set_export_policy(*, actor: Actor, most_alone: int, now: datetime) -> int:
    """Say how many people one person may hand out alone, in clear or hashed.

    For whoever manages the whole group.  Raises: NotAllowedError, ExportAlonePolicyError.
    """
    if not actor.scope(GROUP).everything:
        raise NotAllowedError(permission=GROUP)
    if not 0 <= most_alone <= _MOST:
        raise ExportAlonePolicyError
    with transaction.atomic():
        row, _ = AudienceExportPolicy.objects.select_for_update().get_or_create(key=1)
        before, row.most_alone = row.most_alone, most_alone
        row.save()
        record(
            actor=actor,
            action="audiences.set_export_policy",
            subject="audiences.export_policy",
            before={"most_alone": before},
            after={"most_alone": most_alone},
            now=now,
        )
    return most_alone


def _decide(
    actor: Actor, request_id: UUID, state: ExportState, note: str, now: datetime
) -> ExportRequestRow:
    _require(actor)
    with transaction.atomic():
        row = _locked(actor, request_id)
        if row.asked_by == actor.id:
            raise ExportFourEyesError
        _in_state(row, now, ExportState.WAITING)
        row.state, row.note = state, note
        row.decided_by, row.decided_name, row.decided_at = actor.id, actor.name, now
        row.until = now + FETCH_WITHIN
        row.save()
        verb = "approve_export" if state is ExportState.APPROVED else "refuse_export"
        _audit(actor, verb, row, now, after={"note": note} if note else None)
    return request_row(row, actor, now)


def _require(actor: Actor) -> None:
    actor.require(EXPORT)
    actor.require(REVEAL)
    if actor.kind is not ActorKind.PERSON:
        raise ExportPersonError(permission=EXPORT)


def _locked(actor: Actor, request_id: UUID) -> AudienceExport:
    found = visible_request(actor, request_id)
    locked = AudienceExport.objects.select_for_update(of=("self",)).select_related("audience")
    return locked.get(key=found.key)


def _own(actor: Actor, row: AudienceExport) -> None:
    if row.asked_by != actor.id:
        raise NotAllowedError(permission=EXPORT)


def _in_state(row: AudienceExport, now: datetime, *states: ExportState) -> None:
    state = state_of(row, now)
    if state not in states:
        raise ExportStateError(state=state.value)


def _said(text: str) -> str:
    said = normal_text(text)
    if not 3 <= len(said) <= 500 or not said.isprintable():
        raise ExportReasonError
    return said


def _audit(
    actor: Actor,
    verb: str,
    row: AudienceExport,
    now: datetime,
    *,
    after: dict[str, object] | None = None,
) -> None:
    record(
        actor=actor,
        action=f"audiences.{verb}",
        subject=encode("aud", row.audience.id),
        after=after or {"request": encode("axr", row.id)},
        now=now,
    )

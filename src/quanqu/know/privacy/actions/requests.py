"""Take requests in, verify who asks, approve, extend, refuse, cancel, set them going."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import decode
from quanqu.know.customers import facade as customers
from quanqu.know.privacy.actions.trail import checked_note, write_act
from quanqu.know.privacy.contracts import (
    CORRECTABLE,
    ERASE,
    MANAGE,
    MOST_PEOPLE,
    CorrectionError,
    DeadlineError,
    FourEyesError,
    LegalBasis,
    NewRequest,
    NotReadyError,
    RequestKind,
    RequestNotFoundError,
    RequestPeopleError,
    RequestRow,
    RequestState,
)
from quanqu.know.privacy.models import Request
from quanqu.know.privacy.queries.policy import present_policy
from quanqu.know.privacy.queries.requests import row_of
from quanqu.know.privacy.queries.rights import inside, require_whole
from quanqu.know.privacy.rules.clock import due_at, extended_due_at
from quanqu.know.privacy.rules.states import after, is_open, may_start, needs_approval

CARRY_OUT_JOB: Final = "privacy.carry_out"
CORRECTION: Final = "privacy.correction"
_LONGEST_VALUE: Final = 500
_DATES: Final = frozenset({"birth_on"})


@transaction.atomic
def create_request(*, actor: Actor, new: NewRequest, now: datetime) -> RequestRow:
    """Take a request in; its clock runs from when the person asked.

    Raises: NotAllowedError, RequestPeopleError, CorrectionError, NotFoundError for a customer.
    """
    require_whole(actor, MANAGE)
    people = _people(new)
    corrections = _corrections(new)
    policy = present_policy()
    received_at = min(new.received_at or now, now)
    sealed = encrypt(json.dumps(corrections), purpose=CORRECTION) if corrections else None
    row = Request.objects.create(
        kind=new.kind.value,
        basis=new.basis.value,
        people=len(people),
        customer_ids=people,
        sealed=sealed,
        corrected=sorted(corrections),
        received_at=received_at,
        due_at=due_at(received_at, new.basis, pipl_days=policy.pipl_days),
        needs_approval=needs_approval(new.kind, needs_second_person=policy.needs_second_person),
        created_at=now,
    )
    write_act(actor=actor, request=row, act="receive", now=now)
    return row_of(row, now)


@transaction.atomic
def verify_request(*, actor: Actor, request_id: str, how: str, now: datetime) -> RequestRow:
    """Note that the person is who they say, how that was seen, and by whom.

    Locks: the request.  Raises: NotAllowedError, RequestNotFoundError, NotReadyError,
    PrivacyNoteError.
    """
    row = _moved(actor, request_id, "verified")
    row.verified_by = actor.id
    row.save(update_fields=["state", "verified_by"])
    note = checked_note(how)
    write_act(actor=actor, request=row, act="verify", now=now, note=note)
    return row_of(row, now)


@transaction.atomic
def approve_request(*, actor: Actor, request_id: str, now: datetime) -> RequestRow:
    """Approve an erasure with a second pair of eyes.

    Locks: the request.  Raises: NotAllowedError, RequestNotFoundError, NotReadyError,
    FourEyesError.
    """
    require_whole(actor, ERASE)
    row = _moved(actor, request_id, "approved")
    if row.verified_by == actor.id:
        raise FourEyesError
    row.save(update_fields=["state"])
    write_act(actor=actor, request=row, act="approve", now=now)
    return row_of(row, now)


@transaction.atomic
def extend_request(*, actor: Actor, request_id: str, reason: str, now: datetime) -> RequestRow:
    """Extend the time by two months, once and before it is over (GDPR Art. 12(3)).

    Locks: the request.  Raises: NotAllowedError, RequestNotFoundError, NotReadyError,
    DeadlineError, PrivacyNoteError.
    """
    require_whole(actor, MANAGE)
    row = locked(request_id)
    if not is_open(RequestState(row.state)):
        raise NotReadyError(state=row.state)
    if LegalBasis(row.basis) is not LegalBasis.GDPR:
        raise DeadlineError
    if row.is_extended or row.due_at < now:
        raise DeadlineError
    row.due_at, row.is_extended = extended_due_at(row.received_at), True
    row.save(update_fields=["due_at", "is_extended"])
    note = checked_note(reason)
    write_act(actor=actor, request=row, act="extend", now=now, note=note)
    return row_of(row, now)


def cancel_request(*, actor: Actor, request_id: str, reason: str, now: datetime) -> RequestRow:
    """Take a request back that is not carried out yet.

    Locks: the request.  Raises: NotAllowedError, RequestNotFoundError, NotReadyError,
    PrivacyNoteError.
    """
    return _close(actor, request_id, "cancelled", "cancel", reason, now)


def refuse_request(*, actor: Actor, request_id: str, reason: str, now: datetime) -> RequestRow:
    """Refuse a request; the reason is what the person is told (GDPR Art. 12(4)).

    Locks: the request.  Raises: NotAllowedError, RequestNotFoundError, NotReadyError,
    PrivacyNoteError.
    """
    return _close(actor, request_id, "refused", "refuse", reason, now)


@transaction.atomic
def start_request(*, actor: Actor, request_id: str, now: datetime) -> RequestRow:
    """Have a verified request carried out by the worker; from here there is no way back.

    Locks: the request.  Raises: NotAllowedError, RequestNotFoundError, NotReadyError.
    """
    require_whole(actor, MANAGE)
    row = locked(request_id)
    if row.kind == RequestKind.ERASURE.value:
        require_whole(actor, ERASE)
    if not may_start(RequestState(row.state), needs_approval=row.needs_approval):
        raise NotReadyError(state=row.state)
    row.state, row.started_at = RequestState.RUNNING.value, now
    row.save(update_fields=["state", "started_at"])
    write_act(actor=actor, request=row, act="start", now=now)
    defer(CARRY_OUT_JOB, request_key=row.key)
    return row_of(row, now)


def locked(request_id: str) -> Request:
    """Return a request's row, locked. Raises: RequestNotFoundError."""
    row = Request.objects.select_for_update().filter(id=inside(request_id)).first()
    if row is None:
        raise RequestNotFoundError(ref=request_id)
    return row


@transaction.atomic
def _close(
    actor: Actor, request_id: str, wish: str, act: str, reason: str, now: datetime
) -> RequestRow:
    row = _moved(actor, request_id, wish)
    row.closed_at, row.closed_reason = now, checked_note(reason)
    row.sealed = None
    row.save(update_fields=["state", "closed_at", "closed_reason", "sealed"])
    write_act(actor=actor, request=row, act=act, now=now, note=row.closed_reason)
    return row_of(row, now)


def _moved(actor: Actor, request_id: str, wish: str) -> Request:
    require_whole(actor, MANAGE)
    row = locked(request_id)
    then = after(RequestState(row.state), wish)
    if then is None or (wish == "approved" and not row.needs_approval):
        raise NotReadyError(state=row.state)
    row.state = then.value
    return row


def _people(new: NewRequest) -> list[UUID]:
    wanted = list(dict.fromkeys(decode("cus", text) for text in new.customer_ids))
    is_one = new.kind is not RequestKind.ERASURE
    most = 1 if is_one else MOST_PEOPLE
    if not 1 <= len(wanted) <= most:
        raise RequestPeopleError(count=len(wanted))
    _require_known(wanted, new.customer_ids)
    return wanted


def _require_known(wanted: Sequence[UUID], texts: Sequence[str]) -> None:
    known = set(customers.gather_people(customer_ids=wanted).customer_ids)
    missing = [text for text in texts if text not in known]
    if missing:
        raise NotFoundError(kind="Customer", ref=missing[0])


def _corrections(new: NewRequest) -> Mapping[str, str]:
    if new.kind is not RequestKind.CORRECTION:
        if new.corrections:
            raise CorrectionError(field=next(iter(new.corrections)))
        return {}
    if not new.corrections:
        raise CorrectionError(field="")
    for field, value in new.corrections.items():
        if field not in CORRECTABLE:
            raise CorrectionError(field=field)
        if not 1 <= len(value.strip()) <= _LONGEST_VALUE or not value.isprintable():
            raise CorrectionError(field=field)
        if field in _DATES:
            _require_date(field, value)
    return {field: value.strip() for field, value in new.corrections.items()}


def _require_date(field: str, value: str) -> None:
    try:
        date.fromisoformat(value.strip())
    except ValueError:
        raise CorrectionError(field=field) from None

"""Carry a request out, whatever it asks; one worker at a time, and again after a crash."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final
from uuid import UUID

import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import decrypt
from quanqu.infra.jobs.facade import defer
from quanqu.infra.personal.facade import suppress
from quanqu.know.consent import facade as consent
from quanqu.know.consent.contracts import Purpose, RestrictionKind
from quanqu.know.customers import facade as customers
from quanqu.know.privacy.actions.erasing import erase_people
from quanqu.know.privacy.actions.journal import read_journal
from quanqu.know.privacy.actions.packages import export_people
from quanqu.know.privacy.actions.requests import CARRY_OUT_JOB, CORRECTION
from quanqu.know.privacy.actions.trail import write_act
from quanqu.know.privacy.contracts import MOST_PEOPLE, LegalBasis, RequestKind, RequestState
from quanqu.know.privacy.models import Request, Restricted
from quanqu.know.privacy.queries.policy import present_policy
from quanqu.know.privacy.queries.rights import reference_of
from quanqu.know.privacy.rules.clock import due_at

_CLASS: Final = 0x70726976  # "priv"
_SOURCE: Final = "privacy.correction"
_DATES: Final = frozenset({"birth_on"})
# a restriction stops everything; an opt-out stops profiling and what is learned from it
_KINDS: Final[Mapping[str, tuple[RestrictionKind, tuple[str, ...] | None]]] = {
    RequestKind.RESTRICTION.value: (RestrictionKind.RESTRICTION, None),
    RequestKind.AUTOMATED_OPT_OUT.value: (
        RestrictionKind.AUTOMATED_DECISIONS,
        (Purpose.PROFILING, Purpose.MODEL_TRAINING, Purpose.PERSONALISATION),
    ),
}


def carry_out(*, request_key: int, now: datetime) -> str:
    """Carry out a running request and return what came of it; one that is done stays so.

    Not to be called within a transaction.  Raises: NotErasedError, LakeWriteError; calling it again
    goes on where it was.
    """
    with _alone(request_key) as is_alone:
        row = Request.objects.filter(key=request_key).first()
        if not is_alone or row is None or row.state != RequestState.RUNNING.value:
            return ""
        kind = RequestKind(row.kind)
        if kind is RequestKind.ERASURE:
            erase_people(row, now=now)
        elif kind is RequestKind.ACCESS:
            export_people(row, now=now)
        elif kind is RequestKind.CORRECTION:
            _correct(row, now)
        else:
            _restrict(row, now)
        return f"{kind.value} of {row.people}"


def take_up_requests(*, now: datetime) -> int:
    """Queue every request that runs and that no job works on: its job was lost or gave up."""
    del now
    keys = Request.objects.filter(state=RequestState.RUNNING.value).values_list("key", flat=True)
    found = list(keys)
    for key in found:
        defer(CARRY_OUT_JOB, once=f"{CARRY_OUT_JOB}:{key}", request_key=key)
    return len(found)


@transaction.atomic
def erase_again(*, now: datetime) -> int:
    """Have everybody erased again whom a restore brought back; return how many customers.

    The suppression list gets back what the journal knows.
    """
    entries = read_journal()
    if not entries:
        return 0
    suppress(kinds=[e[0] for e in entries], hashes=[e[1] for e in entries], now=now)
    found = customers.customers_of_hashes(entries=entries)
    waiting = Request.objects.filter(
        kind=RequestKind.ERASURE.value, state=RequestState.RUNNING.value
    )
    under_way = {one for ids in waiting.values_list("customer_ids", flat=True) for one in ids}
    left = [one for one in found if one not in under_way]
    for at in range(0, len(left), MOST_PEOPLE):
        _start_erasing(left[at : at + MOST_PEOPLE], now)
    return len(left)


def _start_erasing(customer_ids: list[UUID], now: datetime) -> None:
    row = Request.objects.create(
        kind=RequestKind.ERASURE.value,
        basis=LegalBasis.GDPR.value,
        state=RequestState.RUNNING.value,
        people=len(customer_ids),
        customer_ids=customer_ids,
        received_at=now,
        due_at=due_at(now, LegalBasis.GDPR, pipl_days=present_policy().pipl_days),
        created_at=now,
        started_at=now,
    )
    note = "A restore brought back people who had been erased."
    write_act(actor=SYSTEM, request=row, act="restore", now=now, note=note)
    defer(CARRY_OUT_JOB, request_key=row.key)


@transaction.atomic
def _correct(request: Request, now: datetime) -> None:
    """Record the right values: observed now, they outlive what was known before."""
    row = Request.objects.select_for_update().get(key=request.key)
    people = customers.gather_people(customer_ids=row.customer_ids)
    if row.sealed is not None and people.subjects:
        told = json.loads(decrypt(bytes(row.sealed), purpose=CORRECTION))
        columns = {
            field: [date.fromisoformat(value) if field in _DATES else value]
            for field, value in told.items()
        }
        observed = pa.array([now], pa.timestamp("us", "UTC"))
        profiles = pa.table(
            {"subject_key": [people.subjects[0]], "observed_at": observed, **columns}
        )
        customers.record_profiles(profiles=profiles, source=_SOURCE, now=now)
    _done(row, "correct", now)


@transaction.atomic
def _restrict(request: Request, now: datetime) -> None:
    row = Request.objects.select_for_update().get(key=request.key)
    Restricted.objects.bulk_create(
        [Restricted(customer_id=one, kind=row.kind, since=now) for one in row.customer_ids],
        ignore_conflicts=True,
    )
    people = customers.gather_people(customer_ids=row.customer_ids)
    consent.restrict_subjects(
        subject_keys=people.subjects,
        kind=_KINDS[row.kind][0],
        reference=reference_of(row.id),
        now=now,
        purposes=_KINDS[row.kind][1],
    )
    customers.drop_scores(
        subject_keys=people.subjects
    )  # either kind stops being judged by programs
    _done(row, "restrict", now)


def _done(row: Request, act: str, now: datetime) -> None:
    row.state, row.closed_at, row.sealed = RequestState.DONE.value, now, None
    row.save()
    write_act(actor=SYSTEM, request=row, act=act, now=now)


@contextmanager
def _alone(request_key: int) -> Iterator[bool]:
    """Hold a request's lock on this connection, if nobody else does."""
    number = request_key & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, number])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, number])

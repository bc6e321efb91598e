"""Carry an erasure out: suppress, count, erase place by place, look again, report.

Every place is a numbered step.  All are counted before the first is erased, for some rows are found
only through others.  A step of the database commits with its erasing; one of the lake or of files
is noted when it is done and repeated when that was missed.  At the end every place is looked at
again, and erased again where something came meanwhile.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import keyed_hash
from quanqu.infra.personal.contracts import Holding, Subjects, Treatment
from quanqu.infra.personal.facade import personal_holdings
from quanqu.kernel.time import format_time
from quanqu.know.privacy.actions.journal import backups_holding, write_journal
from quanqu.know.privacy.actions.people import take
from quanqu.know.privacy.actions.trail import write_act
from quanqu.know.privacy.contracts import NotErasedError, RequestState
from quanqu.know.privacy.models import Request, RequestStep
from quanqu.know.privacy.queries.requests import steps_of
from quanqu.know.privacy.queries.rights import outside
from quanqu.know.privacy.rules.report import canonical, digest, is_complete, make_report

SIGNING: Final = "privacy.report"
_LOOKS: Final = 5
_ERASED: Final = frozenset({Treatment.DELETED, Treatment.ANONYMISED, Treatment.EXPIRES})
_MUST_BE_GONE: Final = frozenset({Treatment.DELETED, Treatment.ANONYMISED})


def erase_people(request: Request, *, now: datetime) -> None:
    """Erase the people of a running request, or what is left of them, and report it.

    Not to be called within a transaction.  Raises: NotErasedError, LakeWriteError.
    """
    people = take(request, now=now)
    _plan(request, people)
    known = {one.code: one for one in personal_holdings()}
    for step in RequestStep.objects.filter(request=request, finished_at=None).order_by("number"):
        _erase(step, known[step.place], people, now)
    _look_again(request, known, now)
    _finish(request, now)


@transaction.atomic
def _plan(request: Request, people: Subjects) -> None:
    """Note every place with the rows it holds, once, before anything is erased."""
    if RequestStep.objects.filter(request=request).exists():
        return
    RequestStep.objects.bulk_create(
        RequestStep(
            request=request, number=number, place=one.code, rows_before=one.work.count(people)
        )
        for number, one in enumerate(personal_holdings(), start=1)
        if one.work is not None
    )


def _erase(step: RequestStep, holding: Holding, people: Subjects, now: datetime) -> None:
    if holding.work is None:
        return
    if not holding.is_transactional:
        holding.work.erase(people, now=now)
    with transaction.atomic():
        if holding.is_transactional and holding.treatment in _ERASED:
            holding.work.erase(people, now=now)
        RequestStep.objects.filter(pk=step.pk).update(finished_at=now)


def _look_again(request: Request, known: dict[str, Holding], now: datetime) -> None:
    """Count every place again, and erase where something is left, until nothing is."""
    left: list[str] = []
    for _ in range(_LOOKS):
        people = take(request, now=now)
        left = []
        for step in RequestStep.objects.filter(request=request).order_by("number"):
            holding = known[step.place]
            count = holding.work.count(people) if holding.work else 0
            RequestStep.objects.filter(pk=step.pk).update(rows_after=count)
            if count and holding.treatment in _MUST_BE_GONE:
                left.append(step.place)
                _erase(step, holding, people, now)
        if not left:
            return
    raise NotErasedError(places=", ".join(left), looks=_LOOKS)


@transaction.atomic
def _finish(request: Request, now: datetime) -> None:
    """Sign the report, and forget whom it was about."""
    row = Request.objects.select_for_update().get(key=request.key)
    steps = steps_of(row)
    if not is_complete(steps):
        raise NotErasedError(places="some places", looks=_LOOKS)
    report = make_report(
        head={
            "request": outside(row.id),
            "basis": row.basis,
            "people": row.people,
            "received_at": format_time(row.received_at),
            "started_at": format_time(row.started_at or now),
        },
        steps=steps,
        suppressed=row.suppressed_count,
        backups=backups_holding(now=now),
        finished_at=now,
    )
    row.report = signed(report)
    write_journal(row, now=now)
    row.state, row.closed_at = RequestState.DONE.value, now
    row.customer_ids, row.sealed = [], None
    row.save()
    write_act(actor=SYSTEM, request=row, act="erase", now=now)


def signed(report: dict[str, object]) -> dict[str, object]:
    """Return a report with its SHA-256 and its signature under the installation's key."""
    signature = keyed_hash(canonical(report), purpose=SIGNING).hex()
    return {**report, "sha256": digest(report), "signature": signature}


def is_genuine(*, report: dict[str, object]) -> bool:
    """Tell whether a report was signed here and not changed since."""
    again = signed(report)
    return (again["sha256"], again["signature"]) == (
        report.get("sha256"),
        report.get("signature"),
    )

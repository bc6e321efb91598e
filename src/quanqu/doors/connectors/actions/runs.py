"""Import runs: now, later by the worker, and no more."""

from datetime import datetime
from typing import Final

from django.db import transaction

from quanqu.doors.connectors.actions.opening import OPEN, keep_refusal, open_import
from quanqu.doors.connectors.actions.places import PERMISSION
from quanqu.doors.connectors.actions.working import Clock, work_on
from quanqu.doors.connectors.contracts import (
    ImportRequest,
    ImportRow,
    ProgressCallback,
    RunFinishedError,
    UnmappedColumnsError,
    UnreadableFileError,
    UnsupportedFileError,
)
from quanqu.doors.connectors.models import ImportRun
from quanqu.doors.connectors.queries import find_run, run_row
from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.jobs.facade import defer

__all__ = ["cancel_import", "queue_import", "run_import"]

RUN_JOB: Final = "connectors.run_import"
_FOUND_OUT: Final = (UnreadableFileError, UnsupportedFileError, UnmappedColumnsError)


def run_import(
    *,
    actor: Actor,
    request: ImportRequest,
    now: datetime,
    progress: ProgressCallback | None = None,
    clock: Clock | None = None,
) -> ImportRow:
    """Import a file or folder now and return the finished run.

    `clock` tells when it ended; without it that is `now`.  An interrupted run of the same input
    is taken up where it stopped.  A file that breaks off is imported as far as it goes; the run
    then ends as failed, with the file's error.
    Raises: NotAllowedError, UnknownChannelError, BadMappingError, MissingColumnError,
    MissingFileError, UnsupportedFileError, UnreadableFileError (nothing could be read),
    RunBusyError.
    """
    try:
        run = open_import(actor=actor, request=request, now=now)
    except _FOUND_OUT as error:
        keep_refusal(actor=actor, request=request, error=error, now=now)
        raise
    return work_on(run_key=run.key, now=now, progress=progress, clock=clock)


def queue_import(*, actor: Actor, request: ImportRequest, now: datetime) -> ImportRow:
    """Leave an import to the worker and return the waiting run. Raises: as run_import."""
    try:
        with transaction.atomic():
            run = open_import(actor=actor, request=request, now=now)
            defer(RUN_JOB, run_key=run.key)
    except _FOUND_OUT as error:
        keep_refusal(actor=actor, request=request, error=error, now=now)
        raise
    return run_row(run)


def cancel_import(*, actor: Actor, import_id: str, now: datetime) -> ImportRow:
    """Stop an import after the step it is at; what is recorded stays. Raises: RunFinishedError."""
    run = find_run(actor=actor, import_id=import_id, permission=PERMISSION)
    if run.state not in OPEN:
        raise RunFinishedError(run=import_id, state=run.state)
    with transaction.atomic():
        ImportRun.objects.filter(key=run.key).update(is_cancel_requested=True)
        record(actor=actor, action="connectors.cancel_import", subject=import_id, now=now)
    run.refresh_from_db()
    return run_row(run)

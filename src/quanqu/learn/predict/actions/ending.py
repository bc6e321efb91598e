"""End trainings: by what came of them, or because nobody works on them any more."""

from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.jobs.contracts import JobInfo, JobState
from quanqu.infra.jobs.facade import find_jobs
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.learn.predict.contracts import (
    Card,
    TrainingBrokenError,
    TrainingLostError,
    TrainingState,
)
from quanqu.learn.predict.models import Training

JOB: Final = "predict.train"
STEPS: Final = 6
ACTIVE: Final = (TrainingState.QUEUED.value, TrainingState.RUNNING.value)


def end(
    training: Training,
    state: TrainingState,
    now: datetime,
    *,
    error: QuanquError | None = None,
    card: Card | None = None,
) -> str:
    """End a training that nobody else has ended, and say so in the trail."""
    told: dict[str, Any] = {"state": state.value, "finished_at": now, "step": STEPS}
    if card is not None:
        told["card"] = msgspec.to_builtins(card)
    if error is not None:
        told["error"] = error.code
        told["details"] = {name: str(value) for name, value in error.fields.items()}
    with transaction.atomic():
        ended = Training.objects.filter(key=training.key, state__in=ACTIVE).update(**told)
        if ended:
            after = {"state": state.value, "error": told.get("error", "")}
            subject = encode("mdl", training.model.id)
            record(actor=SYSTEM, action="predict.trained", subject=subject, after=after, now=now)
    return state.value if ended else ""


def end_lost(*, now: datetime, model_key: int | None = None) -> int:
    """End as failed the trainings whose job failed for good or is gone; return how many.

    One that waits or runs, also again after its worker was killed, is left alone.
    """
    found = Training.objects.filter(state__in=ACTIVE).select_related("model")
    if model_key is not None:
        found = found.filter(model_id=model_key)
    trainings = list(found)
    jobs = find_jobs(name=JOB, id_name="training_key", ids=[row.key for row in trainings])
    count = 0
    for training in trainings:
        job = jobs.get(training.key)
        if job is None or job.state is JobState.FAILED:
            count += bool(end(training, TrainingState.FAILED, now, error=_reason(job)))
    return count


def _reason(job: JobInfo | None) -> QuanquError:
    if job is not None and job.error:
        return TrainingBrokenError(reason=job.error)
    return TrainingLostError()

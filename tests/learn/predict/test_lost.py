"""Trainings that nobody works on any more end as failed, say why, and can be begun again."""

import asyncio
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.builders.predict import NOW, actor_over, key_of, make_people, save_tagged, train

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.jobs.contracts import JobState
from quanqu.infra.jobs.facade import drop_jobs, find_jobs
from quanqu.infra.jobs.running import perform
from quanqu.learn.predict import facade
from quanqu.learn.predict.contracts import ModelRow, TrainingBusyError, TrainingState
from quanqu.learn.predict.models import Training
from quanqu.project.stalled import ATTEMPTS, put_back_stalled


def _queued() -> ModelRow:
    make_people(500)
    audience = save_tagged()
    return facade.create_model(
        actor=actor_over(), audience_id=audience, basis="legitimate_interests", now=NOW
    )


def _set(**columns: object) -> None:
    """Bring the newest training's job into a state, as the queue's own program does."""
    names = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE procrastinate_jobs SET {names} WHERE id = (SELECT max(id) "
            "FROM procrastinate_jobs WHERE task_name = 'predict.train')",
            list(columns.values()),
        )


def _last(model: ModelRow) -> ModelRow:
    return facade.get_lookalike(actor=SYSTEM, model_id=model.id)


def _try(training_key: int) -> None:
    """Try the job once, as the worker does."""
    row = ProcrastinateJob.objects.filter(task_name="predict.train").latest("id")
    perform(
        row.procrastinate_job,
        lambda: facade.work_training(training_key=training_key, now=NOW),
        is_last=False,
    )


@pytest.mark.django_db
def test_a_training_that_fails_at_every_try_ends_with_the_reason(own_lake: Path) -> None:
    made = _queued()
    broken = mock.patch(
        "quanqu.learn.predict.actions.training.learn", side_effect=ValueError("Ann Lee, 3 Road")
    )

    with broken, pytest.raises(ValueError, match="Ann Lee"):
        _try(key_of(made.last.id))
    assert facade.end_lost(now=NOW) == 0  # another try is due
    _set(status="failed")
    assert _last(made).last.state is TrainingState.RUNNING
    assert facade.end_lost(now=NOW) == 1

    last = _last(made).last
    assert (last.state, last.error) == (TrainingState.FAILED, "predict.training_broken")
    assert (dict(last.details), last.finished_at) == ({"reason": "ValueError"}, NOW)
    assert facade.end_lost(now=NOW) == 0
    assert train(made.audience_id).state is TrainingState.DONE


@pytest.mark.django_db(transaction=True)
def test_a_training_whose_workers_are_all_killed_ends_and_can_be_begun_again(
    own_lake: Path,
) -> None:
    made = _queued()
    Training.objects.update(state="running", step=4)

    async def rescue() -> int:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's
        with app.replace_connector(connector) as working:
            async with working.open_async():
                return await put_back_stalled(working, now=NOW, silent_s=20)

    # killed once: the job waits again, so the training is still under way
    _set(status="doing", worker_id=None, attempts=0)
    assert asyncio.run(rescue()) >= 1
    assert facade.end_lost(now=NOW) == 0
    with pytest.raises(TrainingBusyError):
        facade.train_model(actor=actor_over(), model_id=made.id, basis="consent", now=NOW)

    _set(status="doing", worker_id=None, attempts=ATTEMPTS - 1)
    assert asyncio.run(rescue()) >= 1
    again = facade.train_model(
        actor=actor_over(), model_id=made.id, basis="legitimate_interests", now=NOW
    )

    assert again.last.state is TrainingState.QUEUED
    first = Training.objects.get(key=key_of(made.last.id))
    assert (first.state, first.error) == ("failed", "predict.training_lost")
    assert facade.work_training(training_key=first.key, now=NOW) == ""  # it woke up too late
    facade.work_training(training_key=key_of(again.last.id), now=NOW)
    assert _last(made).last.state is TrainingState.DONE


@pytest.mark.django_db
def test_a_training_whose_job_was_dropped_ends(own_lake: Path) -> None:
    made = _queued()
    key = key_of(made.last.id)
    (job,) = find_jobs(name="predict.train", id_name="training_key", ids=[key]).values()
    assert job.state is JobState.WAITING
    assert find_jobs(name="predict.train", id_name="training_key", ids=[]) == {}
    _set(status="failed")
    drop_jobs(ids=[job.id])

    assert facade.end_lost(now=NOW) == 1

    assert _last(made).last.error == "predict.training_lost"

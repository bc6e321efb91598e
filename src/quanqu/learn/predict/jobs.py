"""Trainings, by the worker."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.learn.predict import facade


@job(name="predict.train", attempts=3)
def train(*, training_key: int, now: datetime) -> str:
    """Work one training off; one that was killed begins again and comes to the same."""
    return facade.work_training(training_key=training_key, now=now)


@periodic(name="predict.end_lost", cron="* * * * *")
def end_lost(*, now: datetime) -> int:
    """End the trainings that nobody works on any more."""
    return facade.end_lost(now=now)


@periodic(name="predict.drop_refused", cron="17 * * * *")
def drop_refused(*, now: datetime) -> int:
    """Drop the scores of whoever refused since they were scored."""
    return facade.drop_refused(now=now)

"""What is kept about jobs beside the queue's own tables."""

from django.db import models


class JobFailure(models.Model):
    """Why a job failed the last time; gone when it succeeds or is dropped.

    `error` is a class and, for refusals, a code: messages may hold personal data.
    """

    job_id = models.BigIntegerField(primary_key=True)
    error = models.TextField()
    failed_at = models.DateTimeField()

    class Meta:
        db_table = "jobs_failure"

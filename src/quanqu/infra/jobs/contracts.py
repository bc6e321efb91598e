"""What operators see of jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from quanqu.kernel.errors import NotFoundError, RefusedError

__all__ = ["JobInfo", "JobNotFailedError", "JobNotFoundError", "JobState"]


class JobState(StrEnum):
    """Where a job is; one that succeeded is gone."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobInfo:
    """One job: what it does to what, how often it was tried, and why it failed the last time.

    `due_at` is when a waiting job is tried next (None: now).
    """

    id: int
    name: str
    state: JobState
    ids: Mapping[str, Any]
    tries: int
    due_at: datetime | None
    failed_at: datetime | None
    error: str


class JobNotFoundError(NotFoundError):
    """No job has this number, or it has succeeded meanwhile."""

    code: ClassVar[str] = "jobs.not_found"
    template: ClassVar[str] = "No job {ref} was found."


class JobNotFailedError(RefusedError):
    """Only what has failed for good is repeated or dropped by hand."""

    code: ClassVar[str] = "jobs.not_failed"
    template: ClassVar[str] = "The job {ref} has not failed: it is {state}."

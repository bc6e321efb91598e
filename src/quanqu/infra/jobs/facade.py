"""What infra.jobs offers."""

from quanqu.infra.jobs.failures import count_failed, drop_jobs, find_jobs, list_jobs, retry_jobs
from quanqu.infra.jobs.tasks import defer, job, oldest_waiting, periodic

__all__ = [
    "count_failed",
    "defer",
    "drop_jobs",
    "find_jobs",
    "job",
    "list_jobs",
    "oldest_waiting",
    "periodic",
    "retry_jobs",
]

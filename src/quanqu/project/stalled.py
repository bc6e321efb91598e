"""Jobs whose worker vanished: put back, or given up when they were tried often enough."""

import asyncio
import logging
from datetime import datetime
from typing import Final

from procrastinate import App
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from quanqu.kernel.time import utc_now

ATTEMPTS: Final = 8  # a job that takes its worker down with it must not do so for ever

log = logging.getLogger(__name__)


async def watch_stalled(working: App, *, every_s: float, silent_s: float) -> None:
    """Look for such jobs until cancelled. Units: `silent_s` seconds without a sign of life."""
    while True:
        try:
            await put_back_stalled(working, now=utc_now(), silent_s=silent_s)
        except ConnectorException as error:  # the database is away; so is the worker, then
            log.warning("stalled jobs could not be looked for: %s", error)
        await asyncio.sleep(every_s)


async def put_back_stalled(working: App, *, now: datetime, silent_s: float) -> int:
    """Put every such job back into its queue and return how many there were."""
    stalled = list(await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_s))
    for job in stalled:
        if job.attempts + 1 >= ATTEMPTS:
            log.error("job given up after %s workers: %s", job.attempts + 1, _named(job))
            await working.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            continue
        try:
            await working.job_manager.retry_job(job, retry_at=now)
        except UniqueViolation:  # the same job waits already: once is enough
            await working.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        log.warning("job put back after its worker vanished: %s", _named(job))
    return len(stalled)


def _named(job: Job) -> str:
    return f"{job.task_name} {job.id}"

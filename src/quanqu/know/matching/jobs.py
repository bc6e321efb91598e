"""The run, by the worker."""

from datetime import datetime

from quanqu.infra.jobs.facade import job
from quanqu.know.matching import facade


@job(name="matching.run", attempts=3)
def run_matching(*, run_key: int, now: datetime) -> None:
    """Work one run off; a run that was killed begins again and comes to the same."""
    facade.work_run(run_key=run_key, now=now)

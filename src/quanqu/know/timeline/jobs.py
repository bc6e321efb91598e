"""Background entries of the timeline."""

from datetime import datetime

from quanqu.infra.jobs.facade import job
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.facade import COMPACT_JOB


@job(name=COMPACT_JOB)
def compact_events(*, now: datetime) -> int:
    """Join the small files that settling leaves behind; return how many went."""
    del now
    return lake.compact("fact_event")

"""Background work of connectors."""

from datetime import datetime

from quanqu.doors.connectors import facade
from quanqu.infra.jobs.facade import job, periodic
from quanqu.kernel.time import utc_now


@job(name="connectors.run_import", attempts=3)
def run_import(*, run_key: int, now: datetime) -> None:
    """Work an uploaded import through; after a crash it goes on where it stopped."""
    facade.work_on(run_key=run_key, now=now, clock=utc_now)


@job(name="connectors.process_delivery")
def process_delivery(*, delivery_key: int, now: datetime) -> str:
    """Import what a shop pushed and return what came of it."""
    return facade.process_delivery(delivery_key=delivery_key, now=now)


@periodic(name="connectors.drop_old_uploads", cron="17 4 * * *")
def drop_old_uploads(*, now: datetime) -> int:
    """Delete uploads nobody imported within a week; return how many."""
    return facade.drop_old_uploads(now=now)

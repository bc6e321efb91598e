"""The job worker. `python -m quanqu.project.worker`.

Jobs of a worker that was killed are put back when its heartbeat is missed.
"""

import asyncio
import logging
import os
import sys
from typing import Final

import django
import psycopg
from django.db import DatabaseError
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from quanqu.infra.process.facade import loading
from quanqu.project.stalled import watch_stalled

_HEARTBEAT_S: Final = 5.0
_STALLED_S: Final = 20.0
_NICE: Final = 5  # answering comes before jobs, jobs before settling

log = logging.getLogger(__name__)


def main() -> None:
    """Run jobs until SIGTERM, which lets running jobs end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanqu.project.settings")
    with loading():
        django.setup()
    os.nice(_NICE)
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]  # the Django connector has it
        try:
            asyncio.run(_work(working))
        except (ConnectorException, DatabaseError, psycopg.OperationalError) as error:
            log.error("the database is away: %s", " ".join(str(error).split()))
            sys.exit(1)


async def _work(working: App) -> None:
    async with working.open_async():
        rescue = asyncio.create_task(
            watch_stalled(working, every_s=_HEARTBEAT_S, silent_s=_STALLED_S)
        )
        try:
            await working.run_worker_async(
                concurrency=int(os.environ.get("QUANQU_WORKER_JOBS", "4")),
                update_heartbeat_interval=_HEARTBEAT_S,
                stalled_worker_timeout=_STALLED_S,
                shutdown_graceful_timeout=15,
                delete_jobs="successful",
            )
        finally:
            rescue.cancel()


if __name__ == "__main__":
    main()

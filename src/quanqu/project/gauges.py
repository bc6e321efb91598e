"""How an installation stands, for Prometheus: every queue, its age, the lake, the disk."""

import shutil
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric

import quanqu
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.home.facade import open_home
from quanqu.infra.http.facade import Reader
from quanqu.infra.jobs.facade import oldest_waiting
from quanqu.infra.lake.facade import (
    fresh_until,
    published_at,
    registered,
    row_count,
    table_version,
)
from quanqu.infra.outbox.facade import count_stuck_events, oldest_undelivered
from quanqu.kernel.time import utc_now
from quanqu.know.timeline.facade import inbox_state

_JOBS: Final = (
    "SELECT state::text, count(j.id) FROM unnest(ARRAY['todo', 'doing', 'failed']) AS state "
    "LEFT JOIN procrastinate_jobs j ON j.status::text = state GROUP BY state"
)
_WORKERS: Final = (
    "SELECT 'alive', count(*) FROM procrastinate_workers "
    "WHERE last_heartbeat > now() - interval '1 minute'"
)
_EVENTS: Final = "fact_event"


def machine() -> Iterable[Metric]:
    """Tell the version, and the room left where the home is."""
    yield InfoMetricFamily("quanqu_build", "What runs.", value={"version": quanqu.__version__})
    free = shutil.disk_usage(open_home().root).free
    yield _gauge("quanqu_disk_free_bytes", "Room left where the home is.", free)


def queues() -> Iterable[Metric]:
    """Tell jobs, workers and the outbox."""
    now = utc_now()
    yield _counted("quanqu_jobs", "Background jobs.", _JOBS)
    yield _counted("quanqu_workers", "Job workers with a sign of life.", _WORKERS)
    yield _gauge(
        "quanqu_job_oldest_seconds", "Age of the oldest job that is due.", oldest_waiting(now=now)
    )
    yield _gauge("quanqu_outbox_stuck", "Events with a handler that fails.", count_stuck_events())
    yield _gauge(
        "quanqu_outbox_oldest_seconds",
        "Age of the oldest event that is not delivered.",
        oldest_undelivered(now=now),
    )


def timeline() -> Iterable[Metric]:
    """Tell what waits in the inbox, and what the lake holds of it."""
    state = inbox_state(actor=SYSTEM, now=utc_now())
    yield _gauge("quanqu_inbox_events", "Events accepted and not yet settled.", state.events)
    yield _gauge("quanqu_inbox_oldest_seconds", "Age of the oldest of them.", state.oldest_s)
    yield _gauge("quanqu_events_settled", "Events in the lake.", row_count(_EVENTS))


def lake() -> Iterable[Metric]:
    """Tell each table's version and age, and how far publishing is behind."""
    now, names = utc_now(), [declared.name for declared in registered()]
    behind = (now - fresh_until(names=names, now=now)).total_seconds()
    yield _gauge("quanqu_lake_lag_seconds", "Age of the oldest change not yet published.", behind)
    yield _labelled(
        "quanqu_lake_version", "Version.", {name: table_version(name) for name in names}
    )
    ages = {name: (now - at).total_seconds() for name, at in published_at().items()}
    yield _labelled("quanqu_lake_published_seconds", "Time since it was last published.", ages)


READERS: Final[tuple[Reader, ...]] = (machine, queues, timeline, lake)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)


def _counted(name: str, text: str, query: str) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=["state"])
    with connection.cursor() as cursor:
        cursor.execute(query)
        for state, count in cursor.fetchall():
            gauge.add_metric([state], count)
    return gauge


def _labelled(name: str, text: str, values: Mapping[str, float]) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=["table"])
    for table, value in values.items():
        gauge.add_metric([table], value)
    return gauge

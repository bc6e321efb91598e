"""Figures of this installation for Prometheus: requests counted here, all else read at scrape.

With several web processes each writes its own files in $PROMETHEUS_MULTIPROC_DIR, and whichever
is scraped adds them up.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from quanqu.kernel.errors import QuanquError

# Decided when prometheus_client is imported, like its own choice of where counters live.
_IS_SHARED: Final = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
_REQUESTS: Final = Counter(
    "quanqu_http_requests", "Requests answered.", ["method", "route", "status"]
)
_SECONDS: Final = Histogram(
    "quanqu_http_request_seconds", "Time to answer.", ["method", "route"], buckets=_BUCKETS
)

Reader = Callable[[], Iterable[Metric]]

_log = structlog.get_logger("quanqu.http")
_READERS: Final[list[Reader]] = []


def observe(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request; `route` is the pattern of the address, so its kinds are few."""
    known = method if method in _METHODS else "other"
    _REQUESTS.labels(known, route, str(status)).inc()
    _SECONDS.labels(known, route).observe(seconds)


def exposition() -> bytes:
    """Return every figure in Prometheus' text format."""
    registry = CollectorRegistry()
    if _IS_SHARED:
        multiprocess.MultiProcessCollector(registry)
    else:
        registry = REGISTRY
    state = CollectorRegistry()
    state.register(_State())
    return generate_latest(registry) + generate_latest(state)


def add_reader(reader: Reader) -> None:
    """Declare figures that are read when they are asked for: a queue's length, an age."""
    _READERS.append(reader)


class _State(Collector):
    """Reads how things stand, when asked."""

    def collect(self) -> Iterator[Metric]:
        """Yield every figure that can be read; `quanqu_database_up` tells why others are not."""
        is_up = True
        for reader in _READERS:
            try:
                yield from list(reader())
            except (DatabaseError, InterfaceError):
                is_up = False
            except (QuanquError, OSError) as error:  # such as an object store that is away
                _log.warning("figures could not be read", reason=str(error))
        yield GaugeMetricFamily("quanqu_database_up", "1 while the database answers.", is_up)

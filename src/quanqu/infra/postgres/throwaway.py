"""A cluster for tests: empty, unflushed, gone afterwards."""

import shutil
import tempfile
from pathlib import Path

from quanqu.infra.postgres.cluster import Cluster
from quanqu.infra.postgres.contracts import Endpoint
from quanqu.infra.postgres.placement import place_private
from quanqu.infra.postgres.rules import throwaway_settings


class Throwaway:
    """A server in a temporary folder, a child of this process."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Plan a server that will answer at the endpoint; nothing is started yet."""
        self._endpoint = endpoint
        self._folder: Path | None = None
        self._cluster: Cluster | None = None

    @property
    def is_running(self) -> bool:
        """Tell whether the server was started and is there."""
        return self._cluster is not None and self._cluster.is_running

    def start(self) -> None:
        """Start it once. Raises: PostgresStartError."""
        if self._cluster is not None:
            return
        self._folder = Path(tempfile.mkdtemp(prefix="quanqu-postgres-"))
        log = self._folder.with_suffix(".log")
        self._cluster = Cluster(
            place_private(self._folder), password=self._endpoint.password, log=log
        )
        self._cluster.create()
        self._cluster.start(throwaway_settings(port=self._endpoint.port))
        self._cluster.ensure_database(
            user=self._endpoint.user,
            password=self._endpoint.password,
            database=self._endpoint.database,
        )

    def stop(self) -> None:
        """Stop it and delete its files; safe to call when it never ran."""
        if self._cluster is not None:
            self._cluster.stop()
            self._cluster.log.unlink(missing_ok=True)
            self._cluster = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

"""A Spark Connect server (Spark or Sail): the same expressions over the same Delta tables."""

import socket
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

import ibis
import pyarrow as pa
from ibis.backends.sql.datatypes import PySparkType

from quanqu.infra.lake.contracts import EngineUnavailableError
from quanqu.infra.lake.engines.question import Question
from quanqu.infra.lake.registry import publication, revision
from quanqu.infra.lake.tables import Snapshot, current

_DEFAULT_PORT: Final = 15002
_KNOCK_S: Final = 3


class SparkEngine:
    """Runs expressions on the server at `address` (sc://host:port), one session a thread.

    The server must see the lake under the same address as this program does.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._here = threading.local()

    dialect = "pyspark"

    def answer(self, question: Question) -> pa.Table:
        """Return the rows of a question. Raises: EngineUnavailableError.

        A server ends sessions that were quiet for long, and forgets all of them when it starts
        again: what fails in a session of before is asked once more in a new one.
        """
        failures = import_module("pyspark.errors.exceptions.connect").SparkConnectGrpcException
        was_held = getattr(self._here, "session", None) is not None
        try:
            return self._ask(question)
        except failures:
            self._here.session = None
            if not was_held:
                raise
        return self._ask(question)

    def _ask(self, question: Question) -> pa.Table:
        session = self._session()
        self._bind(session, question.tables)
        for name, rows in question.carried.items():
            session.createDataFrame(rows).createOrReplaceTempView(name)
        return session.sql(question.sql).toArrow()

    def _session(self) -> Any:
        session = getattr(self._here, "session", None)
        if session is None:
            session = self._here.session = self._connect()
            self._here.bound = {}
        return session

    def _connect(self) -> Any:
        self._knock()
        session = import_module("pyspark.sql").SparkSession.builder.remote(self._address).create()
        # or its end would wait ten minutes to release the answers of a server that is gone
        session.client.disable_reattachable_execute()
        session.conf.set("spark.sql.session.timeZone", "UTC")
        return session

    def _knock(self) -> None:
        """Fail at once when nobody listens: the client itself would try for ten minutes."""
        parts = urlsplit(self._address)
        where = (parts.hostname or "", parts.port or _DEFAULT_PORT)
        try:
            socket.create_connection(where, timeout=_KNOCK_S).close()
        except OSError as error:
            raise EngineUnavailableError(engine=self._address) from error

    def _bind(self, session: Any, names: Sequence[str]) -> None:
        bound: dict[str, tuple[str, int]] = self._here.bound
        for name in names:
            snapshot = current(name)
            known = (snapshot.key, revision())
            if bound.get(name) != known:
                stored = session.read.format("delta").option("versionAsOf", snapshot.version)
                rows = stored.load(snapshot.uri).selectExpr(*_columns(snapshot))
                rows.createOrReplaceTempView(name)
                bound[name] = known


def _columns(snapshot: Snapshot) -> list[str]:
    """Return the declared columns as Spark reads them; those not stored yet are null."""
    return [
        f"`{field.name}`"
        if field.name in snapshot.columns
        else f"CAST(NULL AS {PySparkType.to_string(ibis.dtype(field.type))}) AS `{field.name}`"
        for field in publication(snapshot.name).schema
    ]

"""DuckDB in the process: one database, one connection a thread, views over the current files."""

import os
import threading
from collections.abc import Sequence
from typing import Final

import duckdb
import ibis
import pyarrow as pa
from deltalake import DeltaTable
from ibis.backends.sql.datatypes import DuckDBType

from quanqu.infra.lake.engines.question import Question
from quanqu.infra.lake.location import is_remote, spill_folder, storage_options
from quanqu.infra.lake.registry import publication, revision
from quanqu.infra.lake.tables import Snapshot, current

_SHARE_OF_MEMORY: Final = 0.4


class DuckEngine:
    """Runs expressions over the Parquet files of the newest snapshots."""

    def __init__(self) -> None:
        self._root: duckdb.DuckDBPyConnection | None = None
        self._guard = threading.Lock()
        self._here = threading.local()

    dialect: str = ibis.duckdb.name  # loads the backend now and not in the first request

    def answer(self, question: Question) -> pa.Table:
        """Return the rows of a question."""
        connection = self._connection()
        try:
            for name, rows in question.carried.items():
                connection.register(name, rows)
            return self._query(connection, question)
        finally:
            for name in question.carried:
                connection.unregister(name)

    def _query(self, connection: duckdb.DuckDBPyConnection, question: Question) -> pa.Table:
        self._bind(connection, question.tables)
        try:
            return connection.sql(question.sql).to_arrow_table()
        except duckdb.IOException:  # a file went between looking and reading: look again, once
            self._here.bound.clear()
            self._bind(connection, question.tables)
            return connection.sql(question.sql).to_arrow_table()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        mine: duckdb.DuckDBPyConnection | None = getattr(self._here, "connection", None)
        if mine is None:
            with self._guard:
                self._root = self._root or start_engine()
                mine = self._here.connection = self._root.cursor()
            mine.execute("SET TimeZone = 'UTC'")
            self._here.bound = {}
        return mine

    def _bind(self, connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
        bound: dict[str, tuple[str, int]] = self._here.bound
        for name in names:
            snapshot = current(name)
            known = (snapshot.key, revision())
            if bound.get(name) != known:
                _make_view(connection, snapshot)
                bound[name] = known


def start_engine() -> duckdb.DuckDBPyConnection:
    """Return a database in memory that spills into the home and loads no extension."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _SHARE_OF_MEMORY
    root = duckdb.connect(
        config={
            "memory_limit": f"{int(memory) >> 20}MiB",
            "temp_directory": str(spill_folder()),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    root.execute("SET GLOBAL parquet_metadata_cache = true")
    return root


def _make_view(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    schema = publication(snapshot.name).schema
    source = _source(connection, snapshot)
    columns = ", ".join(
        _quoted(field.name)
        if field.name in snapshot.columns and source is not None
        else f"CAST(NULL AS {_sql_type(field.type)}) AS {_quoted(field.name)}"
        for field in schema
    )
    rows = "(SELECT 1) WHERE false" if source is None else source
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {_quoted(snapshot.name)} AS SELECT {columns} FROM {rows}"  # noqa: S608 - names are declared by rooms, paths are quoted
    )


def _source(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> str | None:
    if not snapshot.files:
        return None
    if is_remote(snapshot.uri):
        stored = DeltaTable(
            snapshot.uri, version=snapshot.version, storage_options=storage_options()
        )
        name = f"files of {snapshot.name}"
        connection.register(name, stored.to_pyarrow_dataset())
        return _quoted(name)
    files = ", ".join(_text(path.removeprefix("file://")) for path in snapshot.files)
    declared = publication(snapshot.name)
    partition = declared.partition_by
    # Only a table that is appended to can hold files with fewer columns than others.
    by_name = "true" if declared.read is None else "false"
    hive = (
        f", hive_partitioning = true, hive_types = {{{_text(partition)}: VARCHAR}}"
        if partition
        else ", hive_partitioning = false"
    )
    return f"read_parquet([{files}], union_by_name = {by_name}{hive})"


def _sql_type(kind: pa.DataType) -> str:
    return str(DuckDBType.to_string(ibis.dtype(kind)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

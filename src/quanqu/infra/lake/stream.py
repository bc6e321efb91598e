"""Rows read on this thread, written by Delta's: the writer pulls from a thread of its own."""

import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from quanqu.infra.lake.tables import WRITER

_WAIT_S: Final = 0.2
_BATCH_ROWS: Final = 131_072


class _AbandonedError(Exception):
    """Reading failed; the writer must not commit."""


def overwrite(
    handle: DeltaTable, tables: Iterable[pa.Table], schema: pa.Schema, **options: Any
) -> int:
    """Replace rows by those of the tables in one commit and return how many were written.

    The tables are drawn one after the other on the calling thread (database connections belong to
    a thread) while the one before is written, so at most two are in memory.
    """
    parts: queue.Queue[pa.Table | Exception | None] = queue.Queue(maxsize=1)

    def batches() -> Iterator[pa.RecordBatch]:
        while (part := parts.get()) is not None:
            if isinstance(part, Exception):
                raise part
            yield from part.to_batches(max_chunksize=_BATCH_ROWS)

    def write() -> None:
        reader = pa.RecordBatchReader.from_batches(schema, batches())
        write_deltalake(handle, reader, mode="overwrite", writer_properties=WRITER, **options)

    count = 0
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="lake-writer") as pool:
        written = pool.submit(write)
        try:
            for table in tables:
                count += table.num_rows
                _offer(parts, table, written)
            _offer(parts, None, written)
        except BaseException:
            _offer(parts, _AbandonedError(), written)
            raise
        written.result()
    return count


def _offer(
    parts: "queue.Queue[pa.Table | Exception | None]",
    part: pa.Table | Exception | None,
    written: "Future[None]",
) -> None:
    while not written.done():
        try:
            parts.put(part, timeout=_WAIT_S)
        except queue.Full:
            continue
        return

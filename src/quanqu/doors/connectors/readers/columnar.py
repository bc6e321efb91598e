"""Parquet as batches with its own types."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quanqu.doors.connectors.contracts import (
    Limits,
    MalformedFileError,
    TruncatedFileError,
    UnreadableFileError,
)
from quanqu.doors.connectors.readers.batches import ROW, Reading, check_batch, check_columns
from quanqu.doors.connectors.readers.guard import is_gzip, raw_blocks

__all__ = ["read_parquet", "unpacked"]

_BATCH_ROWS: Final = 65_536
_MAGIC: Final = b"PAR1"


def read_parquet(path: Path, limits: Limits) -> Reading:
    """Read a Parquet file; `.gz` of one is unpacked first. Raises: UnreadableFileError."""
    plain = unpacked(path, limits)
    try:
        _check_ends(plain, path)
        file = pq.ParquetFile(plain)
    except TruncatedFileError:
        plain.close()
        raise
    except (pa.ArrowInvalid, OSError) as error:
        plain.close()
        raise _malformed(path, 0, error) from None
    names = [field.name for field in file.schema_arrow]
    check_columns(path.name, names, limits)
    reading = Reading(iter(()), "parquet")
    reading.batches = _batches(path, file, plain, reading, limits)
    return reading


def unpacked(path: Path, limits: Limits) -> IO[bytes]:
    """Open the file itself or, for gzip, an unpacked copy that goes when it is closed."""
    if not is_gzip(path):
        return path.open("rb")
    target = tempfile.TemporaryFile(prefix="quanqu-")  # noqa: SIM115 - the reader closes it
    for block in raw_blocks(path, limits):
        target.write(block)
    target.seek(0)
    return target


def _check_ends(plain: IO[bytes], path: Path) -> None:
    begins = plain.read(4) == _MAGIC
    size = plain.seek(0, 2)
    plain.seek(-min(4, size), 2)
    ends = plain.read(4) == _MAGIC
    plain.seek(0)
    if begins and not ends:
        raise TruncatedFileError(file=path.name, row=0)


def _batches(
    path: Path, file: pq.ParquetFile, opened: IO[bytes], reading: Reading, limits: Limits
) -> Iterator[pa.RecordBatch]:
    next_row = 1
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            check_batch(path.name, batch, next_row, limits)
            rows = pa.array(np.arange(next_row, next_row + batch.num_rows, dtype=np.int64))
            next_row += batch.num_rows
            names = [ROW, *batch.schema.names]
            yield pa.RecordBatch.from_arrays([rows, *batch.columns], names=names)
    except UnreadableFileError as error:
        reading.failure = error
    except (pa.ArrowInvalid, OSError) as error:
        reading.failure = _malformed(path, next_row - 1, error)
    finally:
        file.close()
        opened.close()


def _malformed(path: Path, row: int, error: Exception) -> MalformedFileError:
    problem = str(error).splitlines()[0]
    return MalformedFileError(file=path.name, format="Parquet", row=row, problem=problem)

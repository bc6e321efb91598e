"""JSON and NDJSON as documents, numbers kept as the text they were written in."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa

from quanqu.doors.connectors.contracts import (
    EmptyFileError,
    Limits,
    MalformedFileError,
    Reason,
    TruncatedFileError,
    UnreadableFileError,
    WrongEncodingError,
)
from quanqu.doors.connectors.readers.batches import ROW, BadRow, Reading, check_columns
from quanqu.doors.connectors.readers.encoding import UTF_8, detect_encoding
from quanqu.doors.connectors.readers.guard import GuardedText, encoding_name, read_all
from quanqu.doors.connectors.rules.flatten import find

__all__ = [
    "Documents",
    "decode",
    "documents_as_table",
    "flat_record",
    "read_json",
    "read_ndjson",
    "scalar_text",
]

_BATCH: Final = 2_000
_SAMPLE: Final = 4 << 20
_DEEPEST: Final = 6
_decoder: Final = msgspec.json.Decoder(float_hook=str)


class Documents:
    """The documents of a file with their numbers; `failure` and `bad_rows` once used up."""

    def __init__(self, items: Iterator[tuple[int, Any]], file: str, form: str) -> None:
        self.items, self.file, self.format = items, file, form
        self.failure: UnreadableFileError | None = None
        self.bad_rows: list[BadRow] = []
        self.encoding = "utf-8"


def decode(raw: bytes | str) -> Any:
    """Decode JSON; numbers with a fraction stay text. Raises: msgspec.DecodeError."""
    try:
        return _decoder.decode(raw)
    except RecursionError:
        raise msgspec.DecodeError("nested too deeply") from None


def read_json(path: Path, limits: Limits) -> Documents:
    """Read one JSON document; the items of a top-level list are documents of their own."""
    raw = _as_utf8(path, read_all(path, limits))
    if not raw.strip():
        raise EmptyFileError(file=path.name, row=0)
    try:
        content = decode(raw)
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            raise TruncatedFileError(file=path.name, row=0) from None
        raise MalformedFileError(file=path.name, format="JSON", row=0, problem=error) from None
    items = content if isinstance(content, list) else [content]
    return Documents(iter(enumerate(items, 1)), path.name, "json")


def _as_utf8(path: Path, raw: bytes) -> bytes:
    encoding = detect_encoding(raw[:_SAMPLE])
    if encoding == UTF_8:
        return raw
    try:
        return raw.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise WrongEncodingError(
            file=path.name, encoding=encoding_name(encoding), row=row, byte=error.start
        ) from None


def read_ndjson(path: Path, limits: Limits) -> Documents:
    """Read one JSON document a line; a line that is no JSON becomes a bad row."""
    documents = Documents(iter(()), path.name, "ndjson")
    documents.items = _lines(path, limits, documents)
    return documents


def _lines(path: Path, limits: Limits, documents: Documents) -> Iterator[tuple[int, Any]]:
    stream = GuardedText(path, limits)
    documents.encoding = stream.encoding
    number = 0
    for number, line in enumerate(io.BufferedReader(stream, 1 << 20), 1):
        if not line.strip():
            continue
        try:
            content = decode(line)
        except msgspec.DecodeError:
            if not line.endswith(b"\n"):
                documents.failure = TruncatedFileError(file=path.name, row=number - 1)
                return
            text = line.decode(errors="replace")[:2_000]
            documents.bad_rows.append(BadRow(number, Reason.NOT_AN_OBJECT, text))
            continue
        yield number, content
    documents.failure = stream.failure


def flat_record(record: dict[str, Any], before: str = "", depth: int = 1) -> dict[str, Any]:
    """Return a record with nested objects taken apart into `outer.inner`; lists stay whole."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and depth < _DEEPEST:
            found |= flat_record(value, f"{before}{name}.", depth + 1)
        else:
            found[f"{before}{name}"] = value
    return found


def scalar_text(value: Any) -> str | None:
    """Write a JSON value as text: numbers as they were, true and false, structures as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return msgspec.json.encode(value).decode()


def documents_as_table(documents: Documents, limits: Limits, records: str | None = None) -> Reading:
    """Read objects as a table: one column per key of any of them, nested ones as `outer.inner`.

    `records`: a JMESPath to the objects within each document; they are counted on.
    """
    reading = Reading(iter(()), documents.format, documents.encoding)
    items = documents.items if records is None else _within(documents.items, records)
    reading.batches = _flat_batches(documents, items, reading, limits)
    return reading


def _within(items: Iterator[tuple[int, Any]], records: str) -> Iterator[tuple[int, Any]]:
    found = (record for _, document in items for record in find(records, document) or [] if record)
    return enumerate(found, 1)


def _flat_batches(
    documents: Documents, items: Iterator[tuple[int, Any]], reading: Reading, limits: Limits
) -> Iterator[pa.RecordBatch]:
    names: dict[str, None] = {}
    kept: list[tuple[int, dict[str, Any]]] = []
    for number, item in items:
        if not isinstance(item, dict):
            text = (scalar_text(item) or "")[:2_000]
            reading.bad_rows.append(BadRow(number, Reason.NOT_AN_OBJECT, text))
            continue
        flat = flat_record(item)
        names.update(dict.fromkeys(flat))
        kept.append((number, flat))
        if len(kept) == _BATCH:
            check_columns(documents.file, list(names), limits)
            yield _flat_batch(kept, list(names))
            kept = []
    if kept:
        check_columns(documents.file, list(names), limits)
        yield _flat_batch(kept, list(names))
    reading.bad_rows.extend(documents.bad_rows)
    reading.failure = documents.failure


def _flat_batch(kept: list[tuple[int, dict[str, Any]]], names: list[str]) -> pa.RecordBatch:
    rows = pa.array([number for number, _ in kept], pa.int64())
    columns = [
        pa.array([scalar_text(item.get(name)) for _, item in kept], pa.string()) for name in names
    ]
    return pa.RecordBatch.from_arrays([rows, *columns], names=[ROW, *names])

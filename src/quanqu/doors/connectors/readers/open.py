"""Chooses the reader of a file by its first bytes and, where they leave it open, by its name."""

from pathlib import Path
from typing import Any, Final, NoReturn

import msgspec

from quanqu.doors.connectors.contracts import (
    LIMITS,
    Limits,
    UnreadableFileError,
    UnsupportedFileError,
)
from quanqu.doors.connectors.contracts.mapping import Layout
from quanqu.doors.connectors.readers.batches import Reading
from quanqu.doors.connectors.readers.columnar import read_parquet
from quanqu.doors.connectors.readers.delimited import read_delimited
from quanqu.doors.connectors.readers.documents import (
    Documents,
    documents_as_table,
    read_json,
    read_ndjson,
)
from quanqu.doors.connectors.readers.guard import raw_blocks
from quanqu.kernel.later import Later

__all__ = ["KNOWN", "file_format", "known_by_name", "open_documents", "open_table", "sheets_of"]

_excel: Final = Later("quanqu.doors.connectors.readers.excel")

KNOWN: Final = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".tab": "tsv", ".dat": "csv", ".data": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet",
    ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
}  # fmt: skip
_EITHER: Final = ".xls"  # the old format, or anything else that a shop's back office calls so
_OLD: Final = "Save it as .xlsx first. "
_PACKED: Final = "Unpack it first. "
_ADVICE: Final = {
    ".zip": _PACKED, ".rar": _PACKED, ".7z": _PACKED, ".tar": _PACKED, ".tgz": _PACKED,
    ".ods": _OLD, ".xlsb": _OLD, ".html": _OLD, ".htm": _OLD,
}  # fmt: skip
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_PLAIN: Final = Layout()
_HEAD: Final = 64 << 10


def known_by_name(path: Path) -> str:
    """Name the format by the ending, `.gz` aside. Raises: UnsupportedFileError."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    if suffixes and suffixes[-1] == _EITHER:
        return "xls"
    last = suffixes[-1] if suffixes else ""
    if last in _ADVICE:
        _refuse(path, _ADVICE[last])
    return (KNOWN.get(last) if suffixes else "csv") or _refuse(path)


def file_format(path: Path, limits: Limits = LIMITS) -> str:
    """Name the format of a file: a workbook named .csv is a workbook, lines of JSON are lines.

    Raises: UnsupportedFileError (also for the Excel format of before 2007 and for archives).
    """
    known = known_by_name(path)
    head = _head(path, limits)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        is_book = known in ("xlsx", "xls") or b"xl/" in head or b"[Content" in head
        return "xlsx" if is_book else _refuse(path, _PACKED)
    if head.startswith(_OLD_EXCEL) or (known == "xls" and head.lstrip().startswith(b"<")):
        return _refuse(path, _OLD)
    if known == "json" and _is_lines(head):
        return "ndjson"
    return "csv" if known == "xls" else known


def sheets_of(path: Path, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Return the visible sheets of a workbook that hold rows; none for any other file."""
    return _excel.list_sheets(path, limits) if file_format(path, limits) == "xlsx" else ()


def open_table(path: Path, limits: Limits = LIMITS, layout: Layout | None = None) -> Reading:
    """Open any known file as a table. Raises: UnreadableFileError, UnsupportedFileError."""
    asked = layout or _PLAIN
    match file_format(path, limits):
        case "csv":
            return read_delimited(path, limits, asked)
        case "tsv":
            return read_delimited(path, limits, _tabbed(asked))
        case "xlsx":
            return _excel.read_excel(path, limits, asked)
        case "parquet":
            return read_parquet(path, limits)
        case _:
            return documents_as_table(open_documents(path, limits), limits, asked.records)


def open_documents(path: Path, limits: Limits = LIMITS) -> Documents:
    """Open a JSON or NDJSON file as documents. Raises: UnreadableFileError."""
    form = file_format(path, limits)
    if form == "json":
        return read_json(path, limits)
    if form == "ndjson":
        return read_ndjson(path, limits)
    raise UnsupportedFileError(file=path.name, advice="", known=".json, .ndjson, .jsonl")


def _tabbed(layout: Layout) -> Layout:
    return layout if layout.delimiter else msgspec.structs.replace(layout, delimiter="\t")


def _head(path: Path, limits: Limits) -> bytes:
    try:
        return next(raw_blocks(path, limits), b"")[:_HEAD]
    except UnreadableFileError:
        return b""


def _refuse(path: Path, advice: str = "") -> NoReturn:
    raise UnsupportedFileError(file=path.name, advice=advice, known=", ".join(sorted(KNOWN)))


def _is_lines(head: bytes) -> bool:
    """Tell whether the first line is a JSON object and another begins after it."""
    first, _, rest = head.lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.lstrip().startswith(b"{"):
        return False
    try:
        found: Any = msgspec.json.decode(first)
    except msgspec.DecodeError:
        return False
    return isinstance(found, dict)

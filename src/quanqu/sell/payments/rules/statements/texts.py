"""Open a file as text: its compression, its encoding, its rows."""

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from quanqu.sell.payments.contracts.errors import StatementUnreadableError
from quanqu.sell.payments.contracts.settlement import StatementReason
from quanqu.sell.payments.rules.statements.lines import RowError

__all__ = ["LARGEST_BYTES", "csv_rows", "opened", "text_lines"]

LARGEST_BYTES: Final = 300_000_000
"""The largest file, also after it is decompressed."""
_BLOCK: Final = 1 << 16
_LONGEST_LINE: Final = 1_000_000
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def opened(file: BinaryIO) -> BinaryIO:
    """Return the file from its beginning, decompressed where it is gzip."""
    file.seek(0)
    is_gzip = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_gzip else file


def text_lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text: by its byte order mark, else UTF-8, else GB 18030.

    GB 18030 holds GBK, in which Alipay writes.  Raises: StatementUnreadableError.
    """
    decoder = codecs.getincrementaldecoder(_encoding(opened(file)))(errors="replace")
    source, rest = opened(file), ""
    while block := source.read(_BLOCK):
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        if len(rest) > _LONGEST_LINE:
            raise StatementUnreadableError(problem=f"a line is longer than {_LONGEST_LINE}")
        for line in lines:
            yield f"{line}\n"
    if rest := rest + decoder.decode(b"", True):
        yield rest


def csv_rows(file: BinaryIO, delimiter: str = ",") -> Iterator[tuple[int, list[str] | RowError]]:
    """Yield the rows of a CSV with their line numbers; empty rows are left out."""
    reader = csv.reader(text_lines(file), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, RowError(StatementReason.COLUMNS, str(error))
            continue
        if "\x00" in "".join(row):
            yield reader.line_num, RowError(StatementReason.TEXT)
        elif row and any(cell.strip() for cell in row):
            yield reader.line_num, row


def _encoding(file: BinaryIO) -> str:
    strict = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    first = b""
    for block in _blocks(file):
        first = first or block
        _decode(strict, block)
    marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
    if marked is not None:
        return marked
    _decode(strict, b"", is_final=True)
    if not strict:
        raise StatementUnreadableError(problem="it is neither UTF-8, UTF-16 nor GB 18030")
    return next(iter(strict))


def _decode(
    strict: dict[str, codecs.IncrementalDecoder], block: bytes, *, is_final: bool = False
) -> None:
    """Drop the encodings that this block is not of."""
    for name in list(strict):
        try:
            strict[name].decode(block, is_final)
        except UnicodeDecodeError:
            del strict[name]


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    size = 0
    try:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > LARGEST_BYTES:
                raise StatementUnreadableError(problem=f"it is larger than {LARGEST_BYTES} bytes")
            yield block
    except (OSError, EOFError, zlib.error):
        raise StatementUnreadableError(problem="its compression is damaged") from None

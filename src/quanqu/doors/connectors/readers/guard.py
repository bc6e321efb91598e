"""The bounded way into a file: unpacks gzip, checks encoding and line length, hands out UTF-8."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from quanqu.doors.connectors.contracts import (
    ExpansionLimitError,
    Limits,
    LineTooLongError,
    TruncatedFileError,
    UnreadableFileError,
    WrongEncodingError,
)
from quanqu.doors.connectors.readers.encoding import detect_encoding

__all__ = [
    "GuardedText",
    "encoding_name",
    "is_gzip",
    "raw_blocks",
    "read_all",
    "sniff_encoding",
]

_BLOCK: Final = 1 << 20
_LEAST_GZIP: Final = 18
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ENCODING_NAMES: Final = {
    "utf-8-sig": "UTF-8", "utf-8": "UTF-8", "latin-1": "Latin-1", "cp1252": "Windows-1252",
    "cp1251": "Windows-1251", "cp1250": "Windows-1250", "cp950": "Big5", "cp932": "Shift JIS",
    "cp949": "EUC-KR",
}  # fmt: skip
_SPACES: Final = re.compile(rb"[ \t]+")
_MARGINS: Final = re.compile(rb"(?m)^\t|\t(?=\r?$)")


def is_gzip(path: Path) -> bool:
    """Tell whether the file is gzip by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP_MAGIC


def raw_blocks(path: Path, limits: Limits) -> Iterator[bytes]:
    """Yield the file's bytes, unpacked. Raises: ExpansionLimitError, TruncatedFileError."""
    size, seen = path.stat().st_size, 0
    bound = min(limits.expanded, max(limits.free_expansion, size * limits.expansion_ratio))
    packed = is_gzip(path)
    if packed and _told_size(path) > bound and _unpacks_beyond(path, bound):
        raise ExpansionLimitError(file=path.name, limit=bound, size=size, row=0)
    with path.open("rb") as raw:
        file = gzip.GzipFile(fileobj=raw) if packed else raw
        while True:
            try:
                block = file.read1(_BLOCK)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                raise TruncatedFileError(file=path.name, row=0) from None
            if not block:
                return
            seen += len(block)
            if packed and seen > bound:
                raise ExpansionLimitError(file=path.name, limit=bound, size=size, row=0)
            yield block


def _told_size(path: Path) -> int:
    """Return the unpacked size that a gzip file tells in its last bytes (RFC 1952, modulo 2^32)."""
    with path.open("rb") as file:
        if file.seek(0, io.SEEK_END) < _LEAST_GZIP:
            return 0
        file.seek(-4, io.SEEK_END)
        return int.from_bytes(file.read(4), "little")


def _unpacks_beyond(path: Path, bound: int) -> bool:
    """Tell whether a gzip file really unpacks to more; one that was cut tells any size."""
    seen = 0
    with gzip.open(path) as file:
        try:
            while block := file.read1(_BLOCK):
                seen += len(block)
                if seen > bound:
                    return True
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return False
    return False


def read_all(path: Path, limits: Limits) -> bytes:
    """Return the whole content, unpacked, within the limit of one document."""
    parts, seen = [], 0
    for block in raw_blocks(path, limits):
        seen += len(block)
        if seen > limits.document:
            size = path.stat().st_size
            raise ExpansionLimitError(file=path.name, limit=limits.document, size=size, row=0)
        parts.append(block)
    return b"".join(parts)


def encoding_name(encoding: str) -> str:
    """Return an encoding's name as people know it."""
    return _ENCODING_NAMES.get(encoding, encoding.upper())


def sniff_encoding(path: Path, limits: Limits) -> str:
    """Return the encoding by the start of the file and the first blocks that are not ASCII."""
    sample = b""
    try:
        for block in raw_blocks(path, limits):
            if not sample or not block.isascii():
                sample += block
            if len(sample) >= 4 * _BLOCK or (sample and not block.isascii()):
                break
    except UnreadableFileError:
        pass  # whatever breaks later, the encoding is told by what came before
    return detect_encoding(sample)


class GuardedText(io.RawIOBase):
    """A readable stream of UTF-8 that ends cleanly after the last good line before a break.

    `failure` then holds the named error, and `ends_with_newline` tells how the file closes.
    Lines that end in a carriage return alone count as lines; `squeeze` makes every run of blanks
    one tab, for tables set with spaces.
    """

    def __init__(
        self, path: Path, limits: Limits, encoding: str | None = None, *, squeeze: bool = False
    ) -> None:
        super().__init__()
        self.encoding = encoding or sniff_encoding(path, limits)
        self._squeeze, self._returns = squeeze, False
        self.failure: UnreadableFileError | None = None
        self.ends_with_newline = True
        self._path, self._limits = path, limits
        self._blocks = self._guarded()
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Return True: this is a source."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io's stub wants WriteableBuffer
        """Fill the buffer with what is ready. Returns 0 at the end."""
        if not self._ready:
            self._ready = memoryview(next(self._blocks, b""))
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _guarded(self) -> Iterator[bytes]:
        pending, seen_bytes, rows, odd = b"", 0, 0, False
        decoder = codecs.getincrementaldecoder(self.encoding)()
        source = raw_blocks(self._path, self._limits)
        while self.failure is None:
            block, raw_size = self._next_block(source, decoder, seen_bytes, rows)
            seen_bytes += raw_size
            pending += block
            if not raw_size and self.failure is None:
                break
            cut = pending.rfind(b"\n") + 1
            if len(pending) - cut > self._limits.line and self.failure is None:
                self.failure = LineTooLongError(
                    file=self._path.name, limit=self._limits.line, row=rows + pending.count(b"\n")
                )
            good, pending = pending[:cut], pending[cut:]
            rows += good.count(b"\n")
            if self.failure is not None:
                good = _even_quotes(good, odd)
            odd ^= bool(good.count(b'"') & 1)
            if good:
                yield self._shaped(good)
        if self.failure is None and pending:
            yield from self._last_line(pending, odd, rows)

    def _next_block(
        self,
        source: Iterator[bytes],
        decoder: codecs.IncrementalDecoder,
        seen: int,
        rows: int,
    ) -> tuple[bytes, int]:
        """Return the next block as UTF-8 and its raw size; a break sets `failure`."""
        try:
            raw = next(source, b"")
        except UnreadableFileError as error:
            self.failure = type(error)(**{**error.fields, "row": rows})
            return b"", 0
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            good = raw[: max(error.start, 0)].decode(self.encoding, errors="ignore")
            name = encoding_name(self.encoding)
            self.failure = WrongEncodingError(
                file=self._path.name, encoding=name, byte=seen + error.start,
                row=rows + good.count("\n") + 1,
            )  # fmt: skip
            return good.encode(), len(raw)
        if not seen:
            self._returns = "\r" in text and "\n" not in text
        if self._returns:
            text = text.replace("\r", "\n")
        return text.encode(), len(raw)

    def _shaped(self, lines: bytes) -> bytes:
        return _MARGINS.sub(b"", _SPACES.sub(b"\t", lines)) if self._squeeze else lines

    def _last_line(self, pending: bytes, odd: bool, rows: int) -> Iterator[bytes]:
        self.ends_with_newline = False
        if odd ^ bool(pending.count(b'"') & 1):
            self.failure = TruncatedFileError(file=self._path.name, row=rows)
            return
        yield self._shaped(pending)


def _even_quotes(good: bytes, odd: bool) -> bytes:
    """Cut back to a line end outside quotes, so that what stays is whole rows."""
    while good and (bool(good.count(b'"') & 1) ^ odd):
        good = good[: good.rfind(b"\n", 0, len(good) - 1) + 1]
    return good

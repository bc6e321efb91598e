"""What an input holds: its files, their fingerprint, the feeds made of them, what was refused."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from quanqu.doors.connectors.contracts import MissingFileError, UnreadableFileError
from quanqu.doors.connectors.feeds import Feed

__all__ = ["Input", "Refused", "files_of", "fingerprint"]

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Refused:
    """A row, document or file that no mapping takes; `words` are the channel's own, if any."""

    file: str
    row: int
    reason: str
    text: str
    words: Mapping[str, str] = field(default_factory=dict)
    counts: bool = True


@dataclass(slots=True)
class Input:
    """An input ready to be imported chunk by chunk."""

    feeds: list[Feed] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    failures: list[UnreadableFileError] = field(default_factory=list)
    origins: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows of the input that count: those of the feeds and those refused before."""
        return sum(feed.rows for feed in self.feeds) + sum(r.counts for r in self.refused)

    def origin(self, number: int) -> tuple[str, int]:
        """Return the file and the number within it of a document."""
        starts = [start for start, _ in self.origins]
        start, file = self.origins[bisect_right(starts, number) - 1]
        return file, number - start + 1


def files_of(path: Path) -> list[Path]:
    """Return the file itself or a folder's files by name. Raises: MissingFileError."""
    if path.is_dir():
        return sorted(item for item in path.iterdir() if item.is_file())
    if not path.is_file():
        raise MissingFileError(path=path.name, channel="", wanted="a file that exists")
    return [path]


def fingerprint(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file, or of the names and contents of a folder, and its bytes."""
    whole, size = hashlib.sha256(), 0
    for file in files_of(path):
        one = hashlib.sha256()
        for block in _blocks(file):
            one.update(block)
            size += len(block)
        if not path.is_dir():
            return one.hexdigest(), size
        whole.update(f"{file.name}\0{one.hexdigest()}\n".encode())
    return whole.hexdigest(), size


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield block

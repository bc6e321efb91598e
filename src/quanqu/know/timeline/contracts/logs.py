"""Reading access logs: what is asked and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LogProgress", "LogReading", "LogRequest"]


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Which file to read into which source; an empty format is the combined one.

    With `dry_run` everything is read and counted and nothing is written.
    """

    source_code: str
    path: Path
    log_format: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class LogReading:
    """What one reading of a file came to; `begun_at` bytes had been read before.

    lines = events + assets + rejected.
    """

    file: str
    begun_at: int
    lines: int
    events: int
    assets: int
    rejected: int
    rejects_file: str


LogProgress = Callable[[int], None]
"""Told the number of lines read so far."""

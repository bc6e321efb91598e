"""Taking events out as Parquet files with a manifest."""

from collections.abc import Callable
from dataclasses import dataclass

from quanqu.kernel.time import Period

__all__ = ["EXPORT_SCHEMA", "ExportProgress", "ExportRequest", "ExportResult"]

EXPORT_SCHEMA = 1
"""The version of the exported columns: raised when one goes or changes its type."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Which events, and where to: a folder, or the URL of an object store.

    The period is of UTC days on which they happened; empty tuples mean any.
    """

    target: str
    period: Period
    sources: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export came to; `kept` files were there from before and had the right digest."""

    files: int
    kept: int
    rows: int
    manifest: str


ExportProgress = Callable[[int, int], None]
"""Told days done and days in all."""

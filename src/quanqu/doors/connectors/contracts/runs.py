"""Import runs: what was asked, how far it is, what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from quanqu.doors.connectors.contracts.hints import Hints

__all__ = [
    "ORDER_TOTALS",
    "REFUND_TOTALS",
    "ConnectionInfo",
    "Counts",
    "DeliveryInfo",
    "ImportRequest",
    "ImportRow",
    "Progress",
    "ProgressCallback",
    "RejectRow",
    "RunState",
    "UploadInfo",
]


ORDER_TOTALS: Final = "order_totals_minor"
REFUND_TOTALS: Final = "refund_totals_minor"


class RunState(StrEnum):
    """Where a run is in its life; an interrupted run is `running` until somebody resumes it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import: a file or folder of a channel, into a place of a company.

    `place_code` and `company_code` empty: the channel's own. `mapping_path`, `mapping_name` or
    `mapping_contents` (as data) replace the channel's mapping; a channel that guesses makes one of
    the file with the `hints`. `restart` forgets an interrupted run of the same input.
    """

    channel: str
    path: Path
    place_code: str = ""
    company_code: str = ""
    mapping_path: Path | None = None
    mapping_name: str = ""
    mapping_contents: tuple[Mapping[str, Any], ...] = ()
    hints: Hints = field(default_factory=Hints)
    dry_run: bool = False
    restart: bool = False
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of the input, and canonical rows by entity and what became of them.

    Under ORDER_TOTALS and REFUND_TOTALS `entities` has what was recorded in minor units by
    currency, so that it can be compared with a sum over the file.
    """

    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    entities: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import run as lists and details show it."""

    id: str
    state: RunState
    channel: str
    file_name: str
    sha256: str
    size_bytes: int
    mapping: str
    mapping_version: int
    place_code: str
    company_code: str
    is_dry_run: bool
    counts: Counts
    rows_total: int
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    error: str
    has_rejects: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Units: rows of the input; `total` 0 means not known yet."""

    phase: str
    done: int
    total: int
    accepted: int = 0
    rejected: int = 0


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A rejected row: where it stood, why, and what it held."""

    table: str
    row: int
    reason: str
    field: str
    message: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """A shop that pushes to us; `address` is the path its webhooks go to."""

    code: str
    channel: str
    place_code: str
    address: str


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """What a shop pushed and what came of it; `outcome` is empty while it waits."""

    key: int
    topic: str
    resource: str
    outcome: str
    received_at: datetime
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class UploadInfo:
    """A file kept for an import: pass `token` on to inspect, preview and start."""

    token: str
    file_name: str
    size_bytes: int

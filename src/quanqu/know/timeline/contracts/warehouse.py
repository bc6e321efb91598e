"""A table of somebody's data warehouse as a source: where it is, what to ask, how to read a row."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["WarehouseDraft", "WarehouseInfo", "WarehousePull", "WarehouseRead"]


@dataclass(frozen=True, slots=True)
class WarehouseRead:
    """What to ask and how a row becomes an event.

    `query` is one SELECT.  `id_column` tells rows apart and `cursor_column` grows: rows are read
    once, in the order of both.  `event` is the name of every event, or `event_column` has it.
    Columns that are used for nothing else become properties.
    """

    query: str
    id_column: str
    cursor_column: str
    time_column: str
    event: str = ""
    event_column: str = ""
    user_column: str = ""
    anonymous_column: str = ""


@dataclass(frozen=True, slots=True)
class WarehouseDraft:
    """A warehouse to read from: a connection string (`postgresql://…`) and what to read."""

    url: str
    read: WarehouseRead


@dataclass(frozen=True, slots=True)
class WarehouseInfo:
    """A warehouse as shown: its address without user and password, and how far it was read."""

    source_id: str
    address: str
    read: WarehouseRead
    rows: int
    read_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class WarehousePull:
    """What one reading came to: rows, events accepted, and rows that were no events."""

    rows: int
    accepted: int
    rejected: int

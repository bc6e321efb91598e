"""A chunk in the making: its slices, and the first problem of each of its rows."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.doors.connectors.contracts import Mapping, Reason
from quanqu.doors.connectors.rules.columns import REASON_OF, flat
from quanqu.doors.connectors.rules.fields import Source

__all__ = ["Chunk", "Defaults", "Mask", "Problems", "Slice"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one source table in group order, with those already known to be wrong."""

    table: pa.Table
    groups: npt.NDArray[np.int64]
    wrong: Dict[Reason, Mask] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where the mapping says nothing: currency, time zone."""

    currency: str
    zone: str


class Problems:
    """The first problem of each row of one table."""

    def __init__(self, length: int) -> None:
        self.reason = np.zeros(length, dtype=np.int32)
        self.field = np.zeros(length, dtype=np.int32)

    def mark(self, at: Mask, reason: int, name: int) -> None:
        """Note a problem where there is none yet."""
        new = at & (self.reason == 0)
        self.reason[new] = reason
        self.field[new] = name

    @property
    def fine(self) -> Mask:
        """The rows nothing is wrong with."""
        return self.reason == 0


class Chunk:
    """The working state of one chunk."""

    def __init__(self, mapping: Mapping, slices: Dict[str, Slice], defaults: Defaults) -> None:
        self.mapping, self.slices, self.defaults = mapping, slices, defaults
        self.problems = {name: Problems(s.table.num_rows) for name, s in slices.items()}
        self.matched = {name: np.zeros(s.table.num_rows, bool) for name, s in slices.items()}
        self.reasons: list[str] = ["", *(r.value for r in REASON_OF if r)]
        self.names: list[str] = [""]
        self._columns: dict[tuple[str, str], pa.Array] = {}

    def code(self, reason: str) -> int:
        """Return the number of a reason, the mapping's own included."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason)

    def name(self, name: str) -> int:
        """Return the number of a field's name."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def source(self, table: str) -> Source:
        """Return what fields of a table read from."""
        length = self.slices[table].table.num_rows
        zone = self.mapping.zone or self.defaults.zone
        nulls = None if self.mapping.nulls is None else tuple(self.mapping.nulls)
        blank = Source(
            lambda name: self.column(table, name), length, zone, np.zeros(0, np.int8), nulls
        )
        return blank.in_currencies(pa.array([self.currency] * length, pa.string()))

    @property
    def currency(self) -> str:
        """The currency of rows that tell none."""
        return self.mapping.currency or self.defaults.currency

    def column(self, table: str, name: str) -> pa.Array:
        """Return a source column as one array; one that is absent is all null."""
        key = (table, name)
        if key not in self._columns:
            rows = self.slices[table].table
            known = name in rows.column_names
            column = flat(rows[name]) if known else pa.nulls(rows.num_rows, pa.string())
            self._columns[key] = column
        return self._columns[key]

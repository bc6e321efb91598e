"""Collect, for each row of a table, the first reason not to record it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from quanqu.sell.orders.contracts import RejectCode, RejectedRecord
from quanqu.sell.orders.rules.frames import Flags

_CODES = tuple(RejectCode)
Detail = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Rejects:
    """Reasons by row; 0 is none."""

    found: np.ndarray[tuple[int], np.dtype[np.int16]]
    details: dict[int, str]

    @classmethod
    def of(cls, length: int) -> "Rejects":
        """Start with no row rejected."""
        return cls(np.zeros(length, dtype=np.int16), {})

    @property
    def good(self) -> Flags:
        """Where a row has no reason against it."""
        return np.asarray(self.found == 0)

    def add(self, where: Flags, code: RejectCode, detail: Detail | None = None) -> None:
        """Reject rows for a reason unless an earlier one stands."""
        fresh = where & self.good
        self.found[fresh] = _CODES.index(code) + 1
        if detail is not None:
            self.details.update({int(row): detail(int(row)) for row in np.flatnonzero(fresh)})

    def records(self, entity: str, external_ids: list[str | None]) -> Iterator[RejectedRecord]:
        """Yield the rejected rows in order."""
        for row in np.flatnonzero(self.found):
            at = int(row)
            code = _CODES[self.found[at] - 1]
            yield RejectedRecord(entity, at, external_ids[at] or "", code, self.details.get(at, ""))

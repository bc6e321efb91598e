"""When an alert opens and when it closes: two lines apart, so that nothing flaps between them.

Source: docs/rules/replenishment.md#alerts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.sell.replenishment.contracts import AlertKind

__all__ = ["Watched", "alerts_of"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ENOUGH_RATE: Final = 0.1
"""Out of stock is over with this part of the reorder point, one unit at least."""
_SPARE_DAYS: Final = 1
"""Running out is over when goods last this much longer than until more comes."""
_EASED_RATE: Final = 0.9
"""Overstock is over at this part of the limit."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Items at places as columns. Shapes: arrays of one length.

    Units: `free` sale units there and promised to nobody; `coming` on the way; `daily` sale units a
    day; `until` days until more comes; `limit` the most days of cover.
    """

    free: Ints
    coming: Ints
    daily: Floats
    until: Ints
    limit: Ints
    reorder: Ints

    @property
    def cover(self) -> Floats:
        """How many days what is free lasts; infinite without demand."""
        return self._days(self.free)

    @property
    def far_cover(self) -> Floats:
        """How many days what is free and on the way lasts; infinite without demand."""
        return self._days(self.free + self.coming)

    def _days(self, units: Ints) -> Floats:
        lasting = np.full(len(units), np.inf)
        np.divide(np.maximum(units, 0), self.daily, out=lasting, where=self.daily > 0)
        return lasting


def alerts_of(watched: Watched, were_open: Mapping[AlertKind, Bools]) -> dict[AlertKind, Bools]:
    """Return which alerts are open now, given which were.

    Out: opens with nothing free; closes with a tenth of the reorder point, one unit at least.
    Running out: opens when what is free lasts less long than until more comes; closes when it lasts
    a day longer, and where nothing is free (that is out).  Overstock: opens when what is free and
    on the way lasts longer than the limit, and something is free; closes at nine tenths of
    it, and at the reorder point: what is to be ordered is not too much.
    Without demand nothing runs out; what has no demand and is there lasts for ever.
    """
    is_any = watched.free > 0
    is_ample = watched.free + watched.coming > watched.reorder
    enough = np.maximum(np.ceil(watched.reorder * _ENOUGH_RATE), 1)
    out = np.where(were_open[AlertKind.OUT], watched.free < enough, ~is_any)
    running = np.where(
        were_open[AlertKind.RUNNING_OUT],
        watched.cover < watched.until + _SPARE_DAYS,
        watched.cover < watched.until,
    )
    over = np.where(
        were_open[AlertKind.OVERSTOCK],
        watched.far_cover > watched.limit * _EASED_RATE,
        watched.far_cover > watched.limit,
    )
    return {
        AlertKind.OUT: out,
        AlertKind.RUNNING_OUT: running & is_any,
        AlertKind.OVERSTOCK: over & is_any & is_ample,
    }

"""What can be promised of items at places, as columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Ages", "Availability", "Available", "OwnedUnits", "Positions"]


@dataclass(frozen=True, slots=True)
class Available:
    """Levels of which something can be promised, one row an item and place.

    Shapes: three arrays of one length.  Units: `units` sale units, above 0.
    """

    place_keys: npt.NDArray[np.int64]
    variant_keys: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Availability:
    """What can be promised of each item at each place.

    Shapes: `units[item, place]`, in the order of the keys.  Units: sale units, not negative.
    `days`: of that shape, from which day it is there, where that was asked for; today where it is
    on hand, not a time where nothing can be promised or nobody knows when.
    """

    variant_keys: tuple[int, ...]
    place_keys: tuple[int, ...]
    units: npt.NDArray[np.int64]
    days: npt.NDArray[np.datetime64] | None = None


@dataclass(frozen=True, slots=True)
class Ages:
    """How long ago goods of an item last came to a place, one row an item and place.

    Shapes: three arrays of one length.  Units: `days` whole days, not negative.
    """

    place_keys: npt.NDArray[np.int64]
    variant_keys: npt.NDArray[np.int64]
    days: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Positions:
    """Balances of items at places, one row an item and place.

    Shapes: arrays of one length.  Units: sale units; `planned_in` and `planned_out` are what
    transfers that are still drafts will bring and take.
    """

    on_hand: npt.NDArray[np.int64]
    held: npt.NDArray[np.int64]
    allocated: npt.NDArray[np.int64]
    safety: npt.NDArray[np.int64]
    in_transit: npt.NDArray[np.int64]
    incoming: npt.NDArray[np.int64]
    planned_in: npt.NDArray[np.int64]
    planned_out: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OwnedUnits:
    """What an owner has of an item over all its places. Units: sale units.

    `units`: on hand, on quality hold and in transit to them; `damaged` beside.
    """

    owner_key: int
    variant_key: int
    units: int
    damaged: int

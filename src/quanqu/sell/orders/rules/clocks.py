"""Hours as the clock of a place shows them."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["local_hours"]

_UNKNOWN: Final = "UTC"


def local_hours(
    moments: pa.ChunkedArray, places: pa.ChunkedArray, zones: Mapping[int, str]
) -> pa.Array:
    """Return the hour, 0 to 23, that clocks at its place show for each moment.

    Shapes: `moments` are UTC timestamps, `places` their keys, both of one length; `zones` are IANA
    names by place key.
    """
    hours = np.zeros(len(moments), dtype=np.int32)
    of = np.array([zones.get(key, _UNKNOWN) for key in places.to_pylist()], dtype=object)
    for zone in sorted(set(of.tolist())):
        here = of == zone
        local = moments.filter(pa.array(here)).cast(pa.timestamp("us", zone))
        hours[here] = pc.hour(local).to_numpy()
    return pa.array(hours, pa.int32())

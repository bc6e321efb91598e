"""How much of items left places by sale, as a column."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.sell.inventory.rules.admission import At

__all__ = ["sold_units"]

_SOLD: Final = """
SELECT coalesce(s.units, 0)::bigint
FROM unnest(%s::int[], %s::bigint[]) WITH ORDINALITY AS a(place, item, number)
LEFT JOIN (
    SELECT place_key, variant_key, -sum(quantity) AS units FROM inventory_movement
    WHERE kind = 'sale' AND state = 'on_hand' AND at >= %s AND at < %s
    GROUP BY 1, 2
) s ON s.place_key = a.place AND s.variant_key = a.item
ORDER BY a.number
"""


def sold_units(*, ats: Sequence[At], since: datetime, until: datetime) -> npt.NDArray[np.int64]:
    """Return how much of items left places by sale within a span, for a room above that checks who
    may see.

    Shapes: as long as `ats`, in its order.  Units: sale units; what came back is not taken off.
    """
    places, items = [place for place, _ in ats], [item for _, item in ats]
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, [number_array(places), number_array(items), since, until])
        return np.array(cursor.fetchall(), np.int64).reshape(len(ats))

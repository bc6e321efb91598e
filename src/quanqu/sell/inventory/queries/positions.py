"""What is there, promised and on its way of items at places, as columns."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.sell.inventory.contracts import Positions
from quanqu.sell.inventory.rules.admission import At

__all__ = ["stock_positions"]

_POSITIONS: Final = """
WITH asked AS (
    SELECT * FROM unnest(%s::int[], %s::bigint[]) WITH ORDINALITY AS t(place, item, number)
), planned AS (
    SELECT h.from_place_key, h.to_place_key, i.variant_key, i.quantity
    FROM inventory_transfer h JOIN inventory_transfer_line i ON i.transfer_key = h.key
    WHERE h.state = 'draft'
), coming AS (
    SELECT to_place_key AS place, variant_key AS item, sum(quantity) AS units
    FROM planned GROUP BY 1, 2
), going AS (
    SELECT from_place_key AS place, variant_key AS item, sum(quantity) AS units
    FROM planned GROUP BY 1, 2
)
SELECT coalesce(l.on_hand, 0), coalesce(l.held, 0), coalesce(l.allocated, 0),
       coalesce(l.safety, 0), coalesce(l.in_transit, 0), coalesce(l.incoming, 0),
       coalesce(c.units, 0)::bigint, coalesce(g.units, 0)::bigint
FROM asked a
LEFT JOIN inventory_level l ON l.place_key = a.place AND l.variant_key = a.item
LEFT JOIN coming c ON c.place = a.place AND c.item = a.item
LEFT JOIN going g ON g.place = a.place AND g.item = a.item
ORDER BY a.number
"""


def stock_positions(*, ats: Sequence[At]) -> Positions:
    """Return the balances of items at places, and what draft transfers plan, for a room above that
    checks who may see.

    Shapes: arrays as long as `ats`, in its order; nothing where an item never was.  One statement.
    """
    places, items = [place for place, _ in ats], [item for _, item in ats]
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS, [number_array(places), number_array(items)])
        rows = np.array(cursor.fetchall(), np.int64).reshape(len(ats), 8)
    return Positions(*rows.T)

"""What lies at places of items, summed up for whoever owns the places."""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.sell.inventory.contracts import OwnedUnits

__all__ = ["owned_units"]

_OWNED: Final = """
SELECT t.owner, l.variant_key, sum(l.on_hand + l.quality_hold + l.in_transit)::bigint,
       sum(l.damaged)::bigint
FROM unnest(%s::int[], %s::int[]) AS t(place, owner)
JOIN inventory_level l ON l.place_key = t.place
WHERE l.on_hand + l.quality_hold + l.in_transit + l.damaged > 0
GROUP BY 1, 2 ORDER BY 1, 2
"""


def owned_units(*, owners: Mapping[int, int]) -> tuple[OwnedUnits, ...]:
    """Return what there is of each item by owner (place key: owner's key); no rights are checked.

    Shapes: one entry for each owner and item there is anything of.  One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWNED, [number_array(list(owners)), number_array(list(owners.values()))])
        return tuple(OwnedUnits(*row) for row in cursor.fetchall())

"""Which claims wait for goods that are not there: those beyond what is on hand."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.sell.inventory.contracts import WaitingLine

__all__ = ["waiting_lines"]

_WAITING: Final = """
WITH claim AS (
    SELECT h.request_id, h.line_no, h.owner, h.place_key, h.variant_key, h.quantity, h.held_at,
           sum(h.quantity) OVER (PARTITION BY h.place_key, h.variant_key
               ORDER BY h.state = 'held', h.held_at, h.request_id, h.line_no) AS claimed,
           l.on_hand
    FROM inventory_level l
    JOIN inventory_hold h ON h.place_key = l.place_key AND h.variant_key = l.variant_key
    WHERE l.held + l.allocated > l.on_hand AND l.place_key = ANY(%s){some}
      AND h.state IN ('held', 'allocated')
)
SELECT request_id, line_no, owner, place_key, variant_key,
       least(quantity, claimed - on_hand)::bigint, held_at
FROM claim WHERE claimed > on_hand ORDER BY place_key, variant_key, claimed
"""


_ALL: Final = _WAITING.format(some="")
_SOME: Final = _WAITING.format(some=" AND l.variant_key = ANY(%s)")


def waiting_lines(
    *, place_keys: Collection[int], variant_keys: Collection[int] | None = None
) -> tuple[WaitingLine, ...]:
    """Return the lines of holds at places that wait for goods, of all items or some, in the order
    in which they are served, for a room above that checks who may see.

    What is on hand goes to allocations first, then to holds, in the order in which they were made;
    `units` is what of a line is beyond it.
    """
    with connection.cursor() as cursor:
        if variant_keys is None:
            cursor.execute(_ALL, [number_array(place_keys)])
        else:
            cursor.execute(_SOME, [number_array(place_keys), number_array(variant_keys)])
        return tuple(WaitingLine(*row) for row in cursor.fetchall())

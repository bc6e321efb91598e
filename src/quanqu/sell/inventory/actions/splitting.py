"""Split holds by place, so that each place's goods can go their own way."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

__all__ = ["split_holds"]

_SPLIT = """
UPDATE inventory_hold h SET request_id = t.fresh
FROM unnest(%s::uuid[], %s::int[], %s::uuid[]) AS t(request, place, fresh)
WHERE h.request_id = t.request AND h.place_key = t.place
"""


def split_holds(*, parts: Collection[tuple[UUID, int, UUID]]) -> None:
    """Give what a hold has at a place an id of its own: (hold, place, the new id).

    Nothing else changes: owner, lines and times stay.  To be called in the transaction that placed
    the holds, before anybody else knows of them.
    """
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(_SPLIT, list(map(list, zip(*parts, strict=True))))

"""What can be promised of many items at many places, in one statement."""

from collections.abc import Collection
from typing import Final

import numpy as np
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.contracts import Available
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["available_at"]

_FREE: Final = (
    "SELECT string_agg(int8send(place_key), ''), string_agg(int8send(variant_key), ''), "
    "string_agg(int8send(free), '') FROM (SELECT place_key::bigint, variant_key, on_hand - safety "
    "+ backorder_limit - held - allocated AS free FROM inventory_level "
    "WHERE variant_key = ANY(%s) AND (%s OR place_key = ANY(%s))) l WHERE free > 0"
)
_NETWORK_ORDER: Final = np.dtype(">i8")


def available_at(
    *, actor: Actor, variant_keys: Collection[int], place_keys: Collection[int] | None = None
) -> Available:
    """Return what can be promised of items at places the actor may see (None: all of these).

    Rows come in no order; what is not in them is not there.  Numbers cross as bytes: 40,000 rows
    take a tenth of the time that rows of Python numbers do.  Raises: NotAllowedError.
    """
    actor.require(VIEW)
    scope = actor.scope(VIEW).narrow(place_keys)
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [list(variant_keys), scope.everything, list(scope.places)])
        columns = [
            np.frombuffer(part or b"", _NETWORK_ORDER).astype(np.int64)
            for part in cursor.fetchone()
        ]
    return Available(*columns)

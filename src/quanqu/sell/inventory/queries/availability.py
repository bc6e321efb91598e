"""What can be promised of many items at many places, in one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.contracts import Ages, Available
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["available_at", "stock_ages"]

_FREE: Final = (
    "SELECT string_agg(int8send(place_key), ''), string_agg(int8send(variant_key), ''), "
    "string_agg(int8send(free), '') FROM (SELECT place_key::bigint, variant_key, on_hand - safety "
    "+ backorder_limit - held - allocated AS free FROM inventory_level "
    "WHERE variant_key = ANY(%s) AND (%s OR place_key = ANY(%s))) l WHERE free > 0"
)
_AGES: Final = (
    "SELECT string_agg(int8send(place_key), ''), string_agg(int8send(variant_key), ''), "
    "string_agg(int8send(days), '') FROM (SELECT place_key::bigint, variant_key, "
    "greatest(extract(day FROM %s - max(at)), 0)::bigint AS days FROM inventory_movement "
    "WHERE variant_key = ANY(%s) AND (%s OR place_key = ANY(%s)) AND state = 'on_hand' "
    "AND quantity > 0 AND kind IN ('receipt', 'transfer_in', 'return') GROUP BY 1, 2) m"
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
    return Available(*_columns(_FREE, [list(variant_keys), scope.everything, list(scope.places)]))


def stock_ages(
    *,
    actor: Actor,
    variant_keys: Collection[int],
    place_keys: Collection[int] | None = None,
    now: datetime,
) -> Ages:
    """Return for how many days no goods of items came to places the actor may see.

    Goods come by receipt, transfer or return.  Raises: NotAllowedError.
    """
    actor.require(VIEW)
    scope = actor.scope(VIEW).narrow(place_keys)
    asked: list[Any] = [now, list(variant_keys), scope.everything, list(scope.places)]
    return Ages(*_columns(_AGES, asked))


def _columns(query: str, parameters: list[Any]) -> list[npt.NDArray[np.int64]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [
            np.frombuffer(part or b"", _NETWORK_ORDER).astype(np.int64)
            for part in cursor.fetchone()
        ]

"""End carts that nobody touches, and tell which were left lying."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.carts.contracts import CartsAbandoned, CartState
from quanqu.sell.carts.rules.carts import ABANDONED_AFTER

__all__ = ["expire_carts", "tell_abandoned"]

_AT_ONCE: Final = 1_000
_EXPIRED: Final = """
UPDATE carts_cart SET state = 'expired', share_code = '' WHERE key IN (
    SELECT key FROM carts_cart WHERE state = %s AND ends_at <= %s
    ORDER BY key LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_LYING: Final = """
UPDATE carts_cart SET told_at = %s WHERE key IN (
    SELECT c.key FROM carts_cart c WHERE c.state = %s AND c.told_at IS NULL AND c.touched_at <= %s
        AND EXISTS (SELECT FROM carts_line l WHERE l.cart_key = c.key AND NOT l.is_saved)
    ORDER BY c.key LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, place_key, coalesce(subject_key, 0)
"""


def expire_carts(*, now: datetime) -> int:
    """End the carts whose time is over, and return how many. Locks: carts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EXPIRED, [CartState.OPEN.value, now, _AT_ONCE])
        return cursor.rowcount


def tell_abandoned(*, now: datetime) -> int:
    """Tell which carts were left lying, each once until it is touched again; return how many.

    Locks: carts.  Emits: CartsAbandoned.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LYING, [now, CartState.OPEN.value, now - ABANDONED_AFTER, _AT_ONCE])
            rows = cursor.fetchall()
        if rows:
            places = places_by_key(keys={place for _, place, _ in rows})
            emit(
                CartsAbandoned(
                    [(encode("crt", cart), places[place].id, key) for cart, place, key in rows]
                ),
                now=now,
            )
    return len(rows)

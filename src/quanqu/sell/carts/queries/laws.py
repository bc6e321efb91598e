"""What breaks the laws of carts."""

from collections.abc import Sequence
from typing import Final

from quanqu.kernel.ids import encode
from quanqu.sell.carts.contracts import CartState
from quanqu.sell.carts.models import Cart
from quanqu.sell.carts.rules.carts import order_id_of
from quanqu.sell.checkout.facade import live_orders_by_id

__all__ = ["carts_unlike_their_orders"]

_AT_ONCE: Final = 2_000


def carts_unlike_their_orders() -> Sequence[str]:
    """Carts that are placed and have no order of theirs, and carts that still change and have
    one."""
    broken: list[str] = []
    after = 0
    while rows := list(Cart.objects.filter(key__gt=after).order_by("key")[:_AT_ONCE]):
        after = rows[-1].key
        there = live_orders_by_id(order_ids=[order_id_of(row.id) for row in rows])
        for row in rows:
            has_order = order_id_of(row.id) in there
            if row.state == CartState.PLACED and (not has_order or row.order_id not in there):
                broken.append(f"{encode('crt', row.id)} is placed and has no order")
            if row.state not in (CartState.PLACED, CartState.PLACING) and has_order:
                broken.append(f"{encode('crt', row.id)} is {row.state} and has an order")
    return broken

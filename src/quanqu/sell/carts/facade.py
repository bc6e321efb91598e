"""What sell.carts offers."""

from quanqu.sell.carts.actions.changing import merge_carts, open_cart, set_lines, share_cart
from quanqu.sell.carts.actions.ending import expire_carts, tell_abandoned
from quanqu.sell.carts.actions.placing import finish_placing, place_cart
from quanqu.sell.carts.queries.carts import (
    count_carts,
    find_shared_cart,
    get_cart,
    list_abandoned,
    list_carts,
)
from quanqu.sell.carts.queries.slots import cart_slots

__all__ = [
    "cart_slots",
    "count_carts",
    "expire_carts",
    "find_shared_cart",
    "finish_placing",
    "get_cart",
    "list_abandoned",
    "list_carts",
    "merge_carts",
    "open_cart",
    "place_cart",
    "set_lines",
    "share_cart",
    "tell_abandoned",
]

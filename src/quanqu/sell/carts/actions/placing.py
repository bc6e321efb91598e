"""Make an order of a cart, exactly once, whatever happens between."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.carts.actions.changing import lock_cart
from quanqu.sell.carts.contracts import CartPlaced, CartState, CartStateError, PlacingDraft
from quanqu.sell.carts.models import Cart
from quanqu.sell.carts.queries.carts import lines_in
from quanqu.sell.carts.rules.carts import STUCK_AFTER, order_id_of, order_of
from quanqu.sell.checkout.contracts import LiveOrder, OrderDraft, OrderReusedError
from quanqu.sell.checkout.facade import live_orders_by_id, place_order

__all__ = ["finish_placing", "place_cart"]


def place_cart(*, actor: Actor, cart_id: UUID, draft: PlacingDraft, now: datetime) -> LiveOrder:
    """Make an order of a cart: its goods are promised and its money is asked for, or it stays open.

    The order has an id that follows from the cart's, so that two devices, a retry and a worker that
    died between make one order.  While it is placed the cart does not change.  A cart that is an
    order already is answered by it.  Not to be called within a transaction: the order is placed in
    one of its own.  Locks: the cart, before and after.  Emits: CartPlaced.
    Raises: NotAllowedError, CartNotFoundError, CartStateError, what `place_order` raises.
    """
    order_id = order_id_of(cart_id)
    with transaction.atomic():
        row = lock_cart(cart_id, actor)
        known = live_orders_by_id(order_ids=[order_id]).get(order_id)
        if known is not None:
            _note_placed(row, now)
            return known
        wanted = _wanted(row, draft)
        row.state, row.touched_at = CartState.PLACING.value, now
        row.save(update_fields=["state", "touched_at"])
    try:
        placed = place_order(actor=actor, draft=wanted, now=now)
    except OrderReusedError:  # another device was faster, and asked for it in another way
        placed = live_orders_by_id(order_ids=[order_id])[order_id]
    except QuanquError:
        _reopen(cart_id)
        raise
    with transaction.atomic():
        _note_placed(Cart.objects.select_for_update().get(id=cart_id), now)
    return placed


def finish_placing(*, now: datetime) -> int:
    """End what a worker that died left: carts that became an order are placed, others are open
    again.  Return how many.  Again, it changes nothing.  Locks: each cart."""
    stuck = Cart.objects.filter(
        state=CartState.PLACING.value, touched_at__lt=now - STUCK_AFTER
    ).values_list("id", flat=True)[:500]
    ids = list(stuck)
    there = live_orders_by_id(order_ids=[order_id_of(one) for one in ids])
    for cart_id in ids:
        if order_id_of(cart_id) in there:
            with transaction.atomic():
                _note_placed(Cart.objects.select_for_update().get(id=cart_id), now)
        else:
            _reopen(cart_id)
    return len(ids)


def _wanted(row: Cart, draft: PlacingDraft) -> OrderDraft:
    ref = encode("crt", row.id)
    if row.state not in (CartState.OPEN, CartState.PLACING):
        problem = "it cannot be ordered"
        raise CartStateError(ref=ref, state=row.state, problem=problem)
    wanted = order_of(
        row.id,
        lines_in(row.key),
        draft,
        place_key=row.place_key,
        currency=row.currency,
        subject_key=row.subject_key,
    )
    if not wanted.lines:
        problem = "there is nothing in it to order"
        raise CartStateError(ref=ref, state=row.state, problem=problem)
    return wanted


def _note_placed(row: Cart, now: datetime) -> None:
    """Let a locked cart be the order it became; again, it changes nothing."""
    if row.state == CartState.PLACED:
        return
    row.state, row.order_id, row.touched_at = CartState.PLACED.value, order_id_of(row.id), now
    row.share_code = ""
    row.save(update_fields=["state", "order_id", "touched_at", "share_code"])
    emit(CartPlaced(encode("crt", row.id), encode("ord", order_id_of(row.id))), now=now)


def _reopen(cart_id: UUID) -> None:
    """Let a cart whose order was refused be changed again, unless it became one meanwhile."""
    with transaction.atomic():
        row = Cart.objects.select_for_update().get(id=cart_id)
        if row.state == CartState.PLACING:
            row.state = CartState.OPEN.value
            row.save(update_fields=["state"])

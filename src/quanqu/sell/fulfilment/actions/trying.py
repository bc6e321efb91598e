"""Sell at the desk what somebody reserved and tried."""

from datetime import datetime
from uuid import UUID

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import LiveOrder, ReservedPurchase
from quanqu.sell.checkout.facade import buy_reserved, live_orders_by_id
from quanqu.sell.fulfilment.actions.allowed import WORK
from quanqu.sell.fulfilment.contracts import ReservationNotFoundError

__all__ = ["buy_at_desk", "reserved_currency"]


def buy_at_desk(*, actor: Actor, purchase: ReservedPurchase, now: datetime) -> LiveOrder:
    """Sell what is bought of a reservation, by whoever works where it is tried.

    Raises: NotAllowedError, ReservationNotFoundError, what `checkout.buy_reserved` raises.
    """
    _at_desk(actor, purchase.order_id)
    return buy_reserved(actor=SYSTEM, purchase=purchase, now=now, by=actor.id)


def reserved_currency(*, actor: Actor, order_id: UUID) -> str:
    """Return the currency in which whoever works at a desk is paid for a reservation.

    Raises: NotAllowedError, ReservationNotFoundError.
    """
    return _at_desk(actor, order_id).currency


def _at_desk(actor: Actor, order_id: UUID) -> LiveOrder:
    actor.require(WORK)
    scope = actor.scope(WORK)
    found = live_orders_by_id(order_ids=[order_id]).get(order_id)
    if found is None or not (scope.everything or found.pickup_place_key in scope.places):
        raise ReservationNotFoundError(ref=encode("ord", order_id))
    return found

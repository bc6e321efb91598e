"""Goods that are kept at stores for somebody who comes to try them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    LiveOrderNotFoundError,
    LiveState,
    ReservationView,
)
from quanqu.sell.checkout.models import Order, ReserveRule
from quanqu.sell.checkout.queries.orders import contact_of, contacts_of, lines_of, view_of
from quanqu.sell.checkout.rules.reservations import RESERVE_HOURS

__all__ = ["find_reservation", "pickup_code_of", "reservations_at", "reserve_hours"]

_MANAGE: Final = "orders.manage"
_MOST: Final = 500


def reservations_at(*, place_key: int) -> list[ReservationView]:
    """Return what is kept at a store to be tried, the first to end first, at most 500; for a room
    above that checks who may see."""
    rows = Order.objects.filter(
        pickup_place_key=place_key, is_reservation=True, state=LiveState.AWAITING_PAYMENT.value
    )
    return _viewed(list(rows.order_by("pay_until", "key")[:_MOST]))


def find_reservation(*, order_id: UUID) -> ReservationView | None:
    """Return an order somebody reserved to try, wherever it stands, for a room above that checks
    who may see; None for what is no reservation, or was bought."""
    rows = Order.objects.filter(id=order_id, is_reservation=True)
    return next(iter(_viewed(list(rows))), None)


def pickup_code_of(*, actor: Actor, order_id: UUID) -> str:
    """Return the code by which a buyer collects an order or tries what they reserved, for whoever
    tells it to the buyer; empty for an order that needs none.

    Raises: NotAllowedError, LiveOrderNotFoundError.
    """
    actor.require(_MANAGE)
    scope = actor.scope(_MANAGE)
    row = Order.objects.filter(id=order_id).first()
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise LiveOrderNotFoundError(ref=encode("ord", order_id))
    return contact_of(row.key).get("pickup_code", "")


def reserve_hours(*, place_key: int) -> int:
    """Return for how many hours a store keeps what is to be tried, whoever asks."""
    rule = ReserveRule.objects.filter(place_key=place_key).first()
    return rule.hours if rule else RESERVE_HOURS


def _viewed(rows: Sequence[Order]) -> list[ReservationView]:
    keys = [row.key for row in rows]
    lines, contacts = lines_of(keys), contacts_of(keys)
    return [
        ReservationView(view_of(row), tuple(lines[row.key]), contacts[row.key].get("name", ""))
        for row in rows
    ]

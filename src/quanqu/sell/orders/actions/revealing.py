"""Show a delivery address in clear, and note who saw it."""

from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode
from quanqu.sell.orders.contracts import DeliveryAddress, OrderNotFoundError
from quanqu.sell.orders.queries import orders_in_scope, sealed_address


@transaction.atomic
def reveal_address(*, actor: Actor, order_id: str, now: datetime) -> DeliveryAddress:
    """Return an order's delivery address in clear; the reading is audited.

    Raises: NotAllowedError without customers.reveal at the order's place; OrderNotFoundError
    also where the order has no address.
    """
    actor.require("customers.reveal")
    row = orders_in_scope(actor).filter(id=decode("ord", order_id)).first()
    scope = actor.scope("customers.reveal")
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise OrderNotFoundError(ref=order_id)
    address = sealed_address(row.key)
    if address is None:
        raise OrderNotFoundError(ref=order_id)
    record(actor=actor, action="orders.reveal_address", subject=order_id, now=now)
    return address

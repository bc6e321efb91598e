"""Note what goes back to the buyer of an order whose goods came back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.locking import lock_order
from quanqu.sell.checkout.contracts import LiveState, OrderStepError

__all__ = ["note_returned"]

_HAD_BY_THE_BUYER = frozenset({LiveState.SHIPPED, LiveState.DELIVERED, LiveState.COMPLETED})


def note_returned(*, order_id: UUID, amount_minor: int, now: datetime) -> None:
    """Note that an amount goes back for goods that came back, before it does.

    For the room of returns, in its own transaction; it checks who may.  Locks: the order, which
    that room therefore locks before levels and payments.
    Raises: LiveOrderNotFoundError; OrderStepError where the buyer does not have the goods, or for
    more than was paid.
    """
    with transaction.atomic():
        row = lock_order(order_id)
        total = row.returned_minor + amount_minor
        if LiveState(row.state) not in _HAD_BY_THE_BUYER or total > row.total_minor:
            raise OrderStepError(ref=encode("ord", row.id), state=row.state, step="return")
        row.returned_minor = total
        row.version, row.changed_at = row.version + 1, now
        row.save(update_fields=["returned_minor", "version", "changed_at"])

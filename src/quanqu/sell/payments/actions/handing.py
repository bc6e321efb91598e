"""Hand the payments of one thing over to another: two orders that become one, and two again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.payments.actions.allowed import MANAGE, may_at
from quanqu.sell.payments.contracts import PaymentNotFoundError, PaymentStateError
from quanqu.sell.payments.models import Payment

__all__ = ["move_payments"]


@transaction.atomic
def move_payments(
    *,
    actor: Actor,
    reference: str,
    to: str,
    now: datetime,
    payment_ids: Collection[UUID] | None = None,
) -> list[UUID]:
    """Let payments be for something else from now on, and return which; nothing of them changes.

    `payment_ids`: these of the reference, else all of it.  For a room above that has locked both
    and checked that they are of one company and currency.  Locks: the payments by key.
    Raises: NotAllowedError, PaymentNotFoundError; PaymentStateError while one is just moving.
    """
    actor.require(MANAGE)
    rows = list(Payment.objects.select_for_update().filter(reference=reference).order_by("key"))
    if payment_ids is not None:
        wanted = set(payment_ids)
        rows = [row for row in rows if row.id in wanted]
        if missing := wanted - {row.id for row in rows}:
            raise PaymentNotFoundError(ref=encode("pay", min(missing)))
    for row in rows:
        if not may_at(actor, MANAGE, row.place_key):
            raise PaymentNotFoundError(ref=encode("pay", row.id))
        if row.capturing_minor or row.voiding_minor or row.refunding_minor:
            raise PaymentStateError(
                ref=encode("pay", row.id), state=row.state, amount=row.amount_minor,
                wanted="moved", left=0,
            )  # fmt: skip
        record(
            actor=actor, action="payments.payment_moved", subject=encode("pay", row.id), now=now,
            before={"reference": reference}, after={"reference": to},
        )  # fmt: skip
    Payment.objects.filter(key__in=[row.key for row in rows]).update(reference=to, changed_at=now)
    return [row.id for row in rows]

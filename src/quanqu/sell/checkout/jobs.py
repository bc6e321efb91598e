"""What live orders hear and do by themselves."""

from datetime import datetime
from uuid import UUID

from quanqu.infra.jobs.facade import periodic
from quanqu.infra.outbox.facade import on
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.sell.checkout.facade import answer_cut, end_window, record_live_orders, settle_payment
from quanqu.sell.inventory.contracts import HoldsCut, HoldsExpired
from quanqu.sell.payments.contracts import PaymentAuthorised, PaymentPaid, PaymentRefunded

__all__ = ["record"]


@periodic(name="checkout.record_orders", cron="* * * * * *")
def record(*, now: datetime) -> int:
    """Hand what changed to sell.orders; what is left over when there is much follows at once."""
    count = 0
    while done := record_live_orders(now=now):
        count += done
    return count


@on(PaymentPaid)
def confirm_paid(event: PaymentPaid, *, now: datetime) -> None:
    """Confirm the order that was paid."""
    settle_payment(reference=event.reference, now=now)


@on(PaymentAuthorised)
def confirm_promised(event: PaymentAuthorised, *, now: datetime) -> None:
    """Confirm the order whose money is promised."""
    settle_payment(reference=event.reference, now=now)


@on(PaymentRefunded)
def note_refund(event: PaymentRefunded, *, now: datetime) -> None:
    """Record what went back."""
    settle_payment(reference=event.reference, now=now)


@on(HoldsExpired)
def end_windows(event: HoldsExpired, *, now: datetime) -> None:
    """End the orders whose goods are no longer held."""
    for _, owner in event.holds:
        try:
            order_id = decode("ord", owner)
        except MalformedIdError:
            continue
        end_window(order_id=order_id, now=now)


@on(HoldsCut)
def find_other_places(event: HoldsCut, *, now: datetime) -> None:
    """Ship from elsewhere what turned out not to be there."""
    for request_id, owner in event.holds:
        try:
            order_id = decode("ord", owner)
        except MalformedIdError:
            continue
        answer_cut(request_id=UUID(request_id), owner=order_id, now=now)

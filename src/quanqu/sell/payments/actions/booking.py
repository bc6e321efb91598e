"""Write down what happened to a payment: its figures, its ledger and what is told, together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.outbox.facade import emit_many
from quanqu.kernel.ids import encode
from quanqu.sell.payments.actions.allowed import may_at
from quanqu.sell.payments.actions.telling import told_of
from quanqu.sell.payments.contracts import EntryKind, PaymentNotFoundError, PaymentState, Tender
from quanqu.sell.payments.models import Entry, Payment
from quanqu.sell.payments.queries.payments import view_of
from quanqu.sell.payments.registry import tender_of
from quanqu.sell.payments.rules.standing import Standing

__all__ = ["Booked", "keep", "lock_payment", "standing_of", "tender_for", "write_entries"]


@dataclass(frozen=True, slots=True)
class Booked:
    """What is to be written to the ledger. Units: minor units of the payment's currency.

    `is_outside`: it did not go through the provider's account, whose statements do not tell it.
    """

    kind: EntryKind
    amount: int
    operation_id: UUID
    actor: str
    provider_id: str = ""
    reason: str = ""
    is_outside: bool = False


def lock_payment(actor: Actor, permission: str, payment_id: UUID) -> Payment:
    """Lock a payment at a place of the actor's. Raises: NotAllowedError, PaymentNotFoundError."""
    actor.require(permission)
    row = Payment.objects.select_for_update().filter(id=payment_id).first()
    if row is None or not may_at(actor, permission, row.place_key):
        raise PaymentNotFoundError(ref=encode("pay", payment_id))
    return row


def tender_for(row: Payment) -> Tender:
    """Return what the tender of a payment can do for it, as the provider told of the means."""
    tender = tender_of(row.tender)
    if tender.may_capture_again and row.takes_parts:
        return replace(tender, can_capture_again=True)
    return tender


def standing_of(row: Payment) -> Standing:
    """Return the figures of a row."""
    return Standing(
        amount=row.amount_minor,
        state=PaymentState(row.state),
        authorised=row.authorised_minor,
        captured=row.captured_minor,
        voided=row.voided_minor,
        refunded=row.refunded_minor,
        capturing=row.capturing_minor,
        voiding=row.voiding_minor,
        refunding=row.refunding_minor,
    )


def keep(row: Payment, standing: Standing, *, now: datetime) -> None:
    """Write the figures of a locked payment."""
    row.state = standing.state.value
    row.authorised_minor, row.captured_minor = standing.authorised, standing.captured
    row.voided_minor, row.refunded_minor = standing.voided, standing.refunded
    row.capturing_minor, row.voiding_minor = standing.capturing, standing.voiding
    row.refunding_minor = standing.refunding
    row.changed_at = now
    row.save()


def write_entries(row: Payment, entries: Sequence[Booked], *, now: datetime) -> None:
    """Add lines to the ledger of a locked payment whose figures are written, and tell of them.

    Emits: PaymentAuthorised, PaymentPaid, PaymentVoided, PaymentRefunded, PaymentFailed.
    """
    made = Entry.objects.bulk_create(
        Entry(
            payment=row,
            account_key=None if one.is_outside else row.account_key,
            operation_id=one.operation_id,
            kind=one.kind.value,
            amount_minor=one.amount,
            currency=row.currency,
            provider_id=one.provider_id,
            at=now,
            actor=one.actor,
            reason=one.reason,
        )
        for one in entries
    )
    view = view_of(row)
    told = [told_of(view, EntryKind(entry.kind), entry.amount_minor, entry.key) for entry in made]
    emit_many([event for event in told if event is not None], now=now)

"""Which event tells of what was booked."""

from quanqu.infra.outbox.contracts import Event
from quanqu.kernel.ids import encode
from quanqu.sell.payments.contracts import (
    CaptureMode,
    EntryKind,
    PaymentAuthorised,
    PaymentFailed,
    PaymentPaid,
    PaymentRefunded,
    PaymentState,
    PaymentView,
    PaymentVoided,
)

__all__ = ["told_of", "told_of_start"]


def told_of_start(view: PaymentView, capture_key: int | None) -> Event | None:
    """Return what is told of a payment that was answered as it was started."""
    if view.state is PaymentState.CAPTURED and capture_key is not None:
        return told_of(view, EntryKind.CAPTURE, view.captured_minor, capture_key)
    if view.state is PaymentState.AUTHORISED:
        return told_of(view, EntryKind.AUTHORISATION, view.authorised_minor, 0)
    if view.state is PaymentState.FAILED:
        return told_of(view, EntryKind.FAILURE, 0, 0)
    return None


def told_of(view: PaymentView, kind: EntryKind, amount: int, entry_key: int) -> Event | None:
    """Return what is told of an entry; nothing of an authorisation that comes with its capture."""
    payment, reference = encode("pay", view.id), view.reference
    if kind is EntryKind.FAILURE:
        return PaymentFailed(payment, reference, view.reason)
    if kind is EntryKind.AUTHORISATION:
        if view.capture is CaptureMode.AT_ONCE:
            return None
        return PaymentAuthorised(payment, reference, amount, view.currency)
    if kind is EntryKind.CAPTURE:
        return PaymentPaid(payment, reference, amount, view.currency, entry_key)
    if kind is EntryKind.VOID:
        return PaymentVoided(payment, reference, amount, view.currency, entry_key)
    return PaymentRefunded(payment, reference, amount, view.currency, entry_key)

"""Take promised money, give a promise up, give money back: each once for its request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import CurrencyMismatchError
from quanqu.sell.payments.actions.allowed import MANAGE, REFUND
from quanqu.sell.payments.actions.booking import (
    Booked,
    keep,
    lock_payment,
    standing_of,
    tender_for,
    write_entries,
)
from quanqu.sell.payments.actions.carrying import carry_soon
from quanqu.sell.payments.contracts import (
    Booking,
    Channel,
    EntryKind,
    OperationState,
    PaymentReusedError,
    PaymentStateError,
    PaymentView,
    Tender,
    TenderCannotError,
)
from quanqu.sell.payments.models import Operation, Payment
from quanqu.sell.payments.queries.payments import view_of
from quanqu.sell.payments.registry import in_house
from quanqu.sell.payments.rules.requests import check_amount
from quanqu.sell.payments.rules.standing import (
    Problem,
    Standing,
    ask,
    book,
    left_for,
    let_go,
    what_follows,
)

__all__ = ["capture_payment", "refund_payment", "void_payment"]

_WANTED: Final = {
    EntryKind.CAPTURE: "captured",
    EntryKind.VOID: "voided",
    EntryKind.REFUND: "refunded",
}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of which payment, under which id; no amount: all that is left.

    `currency`: the one the amount is meant in, where the caller says it.  `is_last`: what a
    capture leaves is given up with it.
    """

    kind: EntryKind
    payment_id: UUID
    request_id: UUID
    amount: int | None
    note: str = ""
    currency: str = ""
    is_last: bool = False


def capture_payment(
    *,
    actor: Actor,
    payment_id: UUID,
    request_id: UUID,
    now: datetime,
    amount_minor: int | None = None,
    currency: str = "",
    is_last: bool = False,
) -> PaymentView:
    """Take promised money, all that is left or a part; the same request id again: once.

    `is_last`: no other capture follows, what this one leaves is given up with it; so it is anyway
    where the payment can be captured only once (`PaymentView.can_capture_again`).  Several parts
    are asked of a provider one after the other.
    Locks: the payment.  Emits: PaymentPaid, PaymentVoided for what the last capture leaves.
    Raises: NotAllowedError, PaymentNotFoundError, PaymentAmountError, PaymentStateError,
    PaymentReusedError, CurrencyMismatchError, what the room of a tender of this house raises.
    """
    wish = _Wish(
        EntryKind.CAPTURE, payment_id, request_id, amount_minor, currency=currency, is_last=is_last
    )
    return _fulfil(actor, MANAGE, wish, now)


def void_payment(*, actor: Actor, payment_id: UUID, request_id: UUID, now: datetime) -> PaymentView:
    """Give up all that is promised and not taken; the same request id again: once.

    Locks: the payment.  Emits: PaymentVoided.  Raises: as `capture_payment`, TenderCannotError.
    """
    return _fulfil(actor, MANAGE, _Wish(EntryKind.VOID, payment_id, request_id, None), now)


def refund_payment(
    *,
    actor: Actor,
    payment_id: UUID,
    request_id: UUID,
    now: datetime,
    amount_minor: int | None = None,
    currency: str = "",
    reason: str = "",
) -> PaymentView:
    """Give money back, all that can be or a part; the same request id again: once.

    Locks: the payment.  Emits: PaymentRefunded.  Raises: as `capture_payment`, TenderCannotError.
    """
    wish = _Wish(EntryKind.REFUND, payment_id, request_id, amount_minor, reason, currency)
    return _fulfil(actor, REFUND, wish, now)


def _fulfil(actor: Actor, permission: str, wish: _Wish, now: datetime) -> PaymentView:
    if wish.amount is not None:
        check_amount(wish.amount)
    with transaction.atomic():
        row = lock_payment(actor, permission, wish.payment_id)
        if wish.currency and wish.currency != row.currency:
            raise CurrencyMismatchError(left=wish.currency, right=row.currency)
        tender = tender_for(row)
        _require_able(tender, wish.kind)
        asked = _asked(row, tender, wish)
        amount = left_for(standing_of(row), wish.kind) if wish.amount is None else wish.amount
        operation, is_new = Operation.objects.get_or_create(
            id=wish.request_id,
            defaults={
                "payment": row,
                "kind": wish.kind.value,
                "amount_minor": amount,
                "state": OperationState.DONE.value,
                "actor": actor.id,
                "note": wish.note,
                "is_last": wish.is_last,
                "asked_at": now,
                "settled_at": now,
            },
        )
        if not is_new:
            _require_same(operation, row, wish)
            return view_of(row)
        if asked is None:
            left = left_for(standing_of(row), wish.kind)
            raise PaymentStateError(
                ref=encode("pay", row.id),
                state=row.state,
                amount=amount,
                wanted=_WANTED[wish.kind],
                left=left,
            )
        if tender.channel is not Channel.PROVIDER:
            _book_at_once(row, tender, operation, asked, now)
            return view_of(row)
        operation.state, operation.settled_at = OperationState.READY.value, None
        operation.due_at = now
        operation.save()
        keep(row, asked, now=now)
    carry_soon(wish.request_id, now=now)
    row.refresh_from_db()
    return view_of(row)


def _require_able(tender: Tender, kind: EntryKind) -> None:
    is_able = {EntryKind.VOID: tender.can_void, EntryKind.REFUND: tender.can_refund}
    if not is_able.get(kind, True):
        raise TenderCannotError(tender=tender.code, wanted=_WANTED[kind])


def _asked(row: Payment, tender: Tender, wish: _Wish) -> Standing | None:
    standing = standing_of(row)
    amount = left_for(standing, wish.kind) if wish.amount is None else wish.amount
    if wish.kind is EntryKind.CAPTURE and standing.capturing and _is_closing(row):
        return None
    return ask(standing, wish.kind, amount, tender)


def _is_closing(row: Payment) -> bool:
    """Tell whether a capture is on its way after which nothing is left."""
    last_ones = Operation.objects.filter(payment=row, kind=EntryKind.CAPTURE.value, is_last=True)
    return last_ones.exclude(state__in=[OperationState.DONE, OperationState.REFUSED]).exists()


def _require_same(operation: Operation, row: Payment, wish: _Wish) -> None:
    """Refuse an id that was used before for something else. Raises: PaymentReusedError."""
    was = (operation.payment_id, operation.kind)
    amount = wish.amount in (None, operation.amount_minor)
    is_other = wish.is_last and not operation.is_last
    if was != (row.key, wish.kind.value) or not amount or is_other:
        raise PaymentReusedError(ref=wish.request_id, what=wish.kind.value)


def _book_at_once(
    row: Payment, tender: Tender, operation: Operation, asked: Standing, now: datetime
) -> None:
    """Book what nobody outside has to be asked for."""
    kind, amount = EntryKind(operation.kind), operation.amount_minor
    if tender.channel is Channel.IN_HOUSE:
        booking = Booking(
            row.id, operation.id, row.reference, row.company_key, kind, amount, row.currency,
            row.token,
        )  # fmt: skip
        in_house(tender.code).book(booking=booking, now=now)
    standing = _booked(let_go(asked, kind, amount), kind, amount)
    entries = [Booked(kind, amount, operation.id, operation.actor, reason=operation.note)]
    if rest := what_follows(standing, kind, tender, is_last=operation.is_last):
        standing = _booked(standing, EntryKind.VOID, rest)
        entries.append(Booked(EntryKind.VOID, rest, operation.id, operation.actor))
    keep(row, standing, now=now)
    write_entries(row, entries, now=now)


def _booked(standing: Standing, kind: EntryKind, amount: int) -> Standing:
    found = book(standing, kind, amount)
    if isinstance(found, Problem):
        raise AssertionError(f"{kind} of {amount} was allowed and cannot be booked: {found}")
    return found

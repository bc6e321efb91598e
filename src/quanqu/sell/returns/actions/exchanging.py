"""Take something instead: a return's worth pays a new live order, and the difference moves."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.money import Money
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.checkout.contracts import (
    Delivery,
    LineDraft,
    LiveOrder,
    OrderDraft,
    Step,
    TenderDraft,
)
from quanqu.sell.checkout.facade import get_live_order, move_order, place_order
from quanqu.sell.payments.contracts import Booking, Tender, TenderKind
from quanqu.sell.payments.contracts import Channel as TenderChannel
from quanqu.sell.payments.contracts import EntryKind as MoneyKind
from quanqu.sell.returns.actions.paying import pay_out_credit
from quanqu.sell.returns.actions.writing import lock_return
from quanqu.sell.returns.contracts import (
    CreditError,
    EntryKind,
    ExchangeDraft,
    ReturnRow,
    ReturnState,
    ReturnStepError,
    TenderChoiceError,
)
from quanqu.sell.returns.models import Entry, Return

__all__ = ["RETURN_CREDIT", "ReturnCredit", "exchange_return"]

RETURN_CREDIT = Tender(
    "return_credit", TenderKind.STORED_VALUE, TenderChannel.IN_HOUSE, can_refund=True
)
"""The worth of a settled return, as a way to pay: its token is the return's id."""


def exchange_return(
    *, actor: Actor, return_id: UUID, draft: ExchangeDraft, now: datetime
) -> tuple[ReturnRow, LiveOrder]:
    """Place an order at the return's place, paid with its credit, and hand the goods over.

    A dearer one is paid by `draft.tender`; what a cheaper one leaves goes back as money.  A return
    is exchanged once: again, the order that was placed is answered, and what was left undone is
    done.  Not to be called within a transaction: the order is placed in one of its own.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError, TenderChoiceError, what
    `place_order` and `pay_out_credit` raise.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        if row.state != ReturnState.SETTLED:
            ref = encode("ret", return_id)
            raise ReturnStepError(ref=ref, state=row.state, step="exchange")
    order_id = _exchange_id(return_id)
    if row.exchange_order_id is None:
        place_order(actor=actor, draft=_order(row, order_id, draft), now=now)
    live = get_live_order(actor=actor, order_id=order_id).order
    if live.state == "confirmed":
        live = move_order(actor=actor, order_id=order_id, step=Step.HAND_OVER, now=now)
    back = pay_out_credit(actor=actor, return_id=return_id, now=now, tender=draft.back_tender)
    return back, live


class ReturnCredit:
    """Keeps the credit of returns: books what orders are paid with it, and what they give back."""

    def book(self, *, booking: Booking, now: datetime) -> None:
        """Book a capture or a refund of a payment by return credit, once for each operation.

        Locks: the return.  Raises: CreditError.
        """
        if booking.kind not in (MoneyKind.CAPTURE, MoneyKind.REFUND):
            return
        is_use = booking.kind is MoneyKind.CAPTURE
        row = _locked(booking)
        sign = 1 if is_use else -1
        left = row.credit_minor - row.credit_used_minor if row else 0
        if row is None or (is_use and booking.amount_minor > left):
            raise _no_credit(booking)
        kind = EntryKind.CREDIT_USED if is_use else EntryKind.CREDIT_BACK
        if Entry.objects.filter(operation_id=booking.operation_id, kind=kind.value).exists():
            return
        Entry.objects.create(
            return_key=row.key, at=now, kind=kind.value, amount_minor=booking.amount_minor,
            tender=RETURN_CREDIT.code, payment_id=booking.payment_id,
            operation_id=booking.operation_id, actor="system",
        )  # fmt: skip
        row.credit_used_minor += sign * booking.amount_minor
        if booking.reference == encode("ord", _exchange_id(row.id)):
            row.exchange_order_id = _exchange_id(row.id)
        row.changed_at = now
        row.save(update_fields=["credit_used_minor", "exchange_order_id", "changed_at"])


def _exchange_id(return_id: UUID) -> UUID:
    return uuid5(return_id, "exchange")


def _order(row: Return, order_id: UUID, draft: ExchangeDraft) -> OrderDraft:
    """Return the order that takes the place of what came back, with how it is paid."""
    offers = offers_at(
        place_key=row.place_key,
        company_key=row.company_key,
        variant_keys={line.variant_key for line in draft.lines},
    )
    total = 0
    for line in draft.lines:
        offer = offers.get(line.variant_key)
        asked = offer.price_minor if offer and offer.currency == row.currency else None
        price = asked if line.unit_price_minor is None else line.unit_price_minor
        total += (price or 0) * line.quantity  # what has no price, placing refuses by name
    credit = row.credit_minor - row.credit_used_minor
    token = encode("ret", row.id)
    tenders = []
    if credit and total:
        tenders.append(TenderDraft(RETURN_CREDIT.code, min(credit, total), token=token))
    if total > credit:
        if not draft.tender or draft.tender == RETURN_CREDIT.code:
            more = Money(total - credit, row.currency)
            raise TenderChoiceError(how=f"and {more.amount} {row.currency} more are to be paid")
        tenders.append(TenderDraft(draft.tender, None, token=draft.token))
    return OrderDraft(
        id=order_id,
        place_key=row.place_key,
        currency=row.currency,
        lines=tuple(
            LineDraft(line.variant_key, line.quantity, row.place_key, line.unit_price_minor)
            for line in draft.lines
        ),
        tenders=tuple(tenders),
        delivery=Delivery.CARRY_OUT,
        subject_key=row.subject_key,
    )


def _locked(booking: Booking) -> Return | None:
    """Lock the return a payment's token names; None where it has no credit for this payment."""
    try:
        return_id = decode("ret", booking.token)
    except MalformedIdError:
        return None
    row = Return.objects.select_for_update().filter(id=return_id).first()
    if row is None or (row.company_key, row.currency) != (booking.company_key, booking.currency):
        return None
    return row


def _no_credit(booking: Booking) -> CreditError:
    told = Money(booking.amount_minor, booking.currency)
    return CreditError(ref=booking.token, amount=told.amount, currency=booking.currency)

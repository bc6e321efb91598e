"""Decide what becomes of a refund that a provider refused: once, whoever asks."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.sell.payments.actions.allowed import MANAGE, REFUND, may_at
from quanqu.sell.payments.actions.booking import Booked, keep, standing_of, write_entries
from quanqu.sell.payments.actions.changing import refund_payment
from quanqu.sell.payments.contracts import (
    BY_HAND,
    EntryKind,
    OperationState,
    PaymentFieldError,
    PaymentNotFoundError,
    PaymentStateError,
    RefundDecidedError,
    RefundDecision,
    RefundNotFoundError,
    RefundWay,
)
from quanqu.sell.payments.models import Operation, Payment, RefundDecisionRow
from quanqu.sell.payments.queries.deciding import decision_of
from quanqu.sell.payments.rules.standing import Problem, book

__all__ = ["decide_refund"]

_LONGEST: Final = 500


def decide_refund(
    *,
    actor: Actor,
    operation_id: UUID,
    way: RefundWay,
    now: datetime,
    reason: str = "",
    tender: str = "",
    payment_id: UUID | None = None,
) -> RefundDecision:
    """Decide a refused refund; the same decision again changes nothing.

    Asking again needs `payments.refund`; every other way `payments.manage` and a reason.
    `payment_id`: the other payment of the same order.  `tender`: one of BY_HAND.
    Locks: payments by key.  Emits: PaymentRefunded.
    Raises: NotAllowedError, RefundNotFoundError, RefundDecidedError, PaymentFieldError,
    PaymentNotFoundError, what `refund_payment` raises.
    """
    right = REFUND if way is RefundWay.RETRY else MANAGE
    actor.require(right)
    why = reason.strip()[:_LONGEST]
    if way is not RefundWay.RETRY and not why:
        raise PaymentFieldError(field="reason", problem="say why")
    if (way is RefundWay.BY_HAND) != bool(tender) or (tender and tender not in BY_HAND):
        raise PaymentFieldError(field="tender", problem="told for money by hand only")
    with transaction.atomic():
        asked, payment, other = _locked(actor, right, operation_id, way, payment_id)
        row = RefundDecisionRow.objects.filter(operation_id=operation_id).first()
        if row is not None:
            return _same(row, payment, way, tender, other)
        row = RefundDecisionRow.objects.create(
            operation_id=operation_id,
            payment=payment,
            way=way.value,
            tender=tender,
            other_id=other.id if other else None,
            follow_id=None if way is RefundWay.NONE else uuid5(operation_id, way.value),
            amount_minor=asked.amount_minor,
            reason=why,
            at=now,
            actor=actor.id,
        )
        record(
            actor=actor, action="payments.refund_decided", subject=encode("pay", payment.id),
            now=now, after={"way": way.value, "reason": why, "amount_minor": asked.amount_minor},
        )  # fmt: skip
        if way is RefundWay.BY_HAND:
            _pay_by_hand(row, payment, now)
        elif row.follow_id is not None:
            refund_payment(
                actor=SYSTEM,  # the right was checked above, at the refused payment's place
                payment_id=other.id if other else payment.id,
                request_id=row.follow_id,
                amount_minor=asked.amount_minor,
                currency=payment.currency,
                reason=asked.note,
                now=now,
            )
        return decision_of(row, payment)


def _locked(
    actor: Actor, right: str, operation_id: UUID, way: RefundWay, payment_id: UUID | None
) -> tuple[Operation, Payment, Payment | None]:
    """Lock the payments a decision touches. Raises: RefundNotFoundError, PaymentNotFoundError."""
    ref = encode("rfd", operation_id)
    asked = Operation.objects.filter(
        id=operation_id, kind=EntryKind.REFUND.value, state=OperationState.REFUSED.value
    ).first()
    if asked is None:
        raise RefundNotFoundError(ref=ref)
    wanted = [asked.payment_id]
    if way is RefundWay.PAYMENT and payment_id is not None:
        wanted += Payment.objects.filter(id=payment_id).values_list("key", flat=True)
    rows = {
        one.key: one
        for one in Payment.objects.select_for_update().filter(key__in=wanted).order_by("key")
    }
    payment = rows[asked.payment_id]
    if not may_at(actor, right, payment.place_key):
        raise RefundNotFoundError(ref=ref)
    if way is not RefundWay.PAYMENT:
        return asked, payment, None
    other = next((one for one in rows.values() if one.id == payment_id), None)
    is_same_order = other is not None and (other.reference, other.company_key, other.currency) == (
        payment.reference, payment.company_key, payment.currency,
    )  # fmt: skip
    if other is None or other.key == payment.key or not is_same_order:
        raise PaymentNotFoundError(ref="" if payment_id is None else encode("pay", payment_id))
    return asked, payment, other


def _same(
    row: RefundDecisionRow,
    payment: Payment,
    way: RefundWay,
    tender: str,
    other: Payment | None,
) -> RefundDecision:
    """Return what was decided before. Raises: RefundDecidedError for another decision."""
    told = (way.value, tender, other.id if other else None)
    if (row.way, row.tender, row.other_id) != told:
        raise RefundDecidedError(ref=encode("rfd", row.operation_id), way=row.way)
    return decision_of(row, payment)


def _pay_by_hand(row: RefundDecisionRow, payment: Payment, now: datetime) -> None:
    """Book what is paid otherwise: it went back, and not by the provider's account.

    Raises: PaymentStateError where less is left to go back.
    """
    standing = standing_of(payment)
    found = book(standing, EntryKind.REFUND, row.amount_minor)
    if isinstance(found, Problem) or row.amount_minor > standing.refundable:
        raise PaymentStateError(
            ref=encode("pay", payment.id), state=payment.state, amount=row.amount_minor,
            wanted="refunded", left=standing.refundable,
        )  # fmt: skip
    operation = Operation.objects.create(
        id=uuid5(row.operation_id, row.way),
        payment=payment,
        kind=EntryKind.REFUND.value,
        amount_minor=row.amount_minor,
        state=OperationState.DONE.value,
        actor=row.actor,
        note=f"{row.tender}: {row.reason}"[:_LONGEST],
        asked_at=now,
        settled_at=now,
    )
    keep(payment, found, now=now)
    entry = Booked(
        EntryKind.REFUND, row.amount_minor, operation.id, row.actor, reason=row.tender,
        is_outside=True,
    )  # fmt: skip
    write_entries(payment, [entry], now=now)

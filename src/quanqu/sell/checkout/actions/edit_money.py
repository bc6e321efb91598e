"""The money of an order that was changed: what is due, what goes back, what is not taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.checkout.actions.locking import lock_order
from quanqu.sell.checkout.contracts import (
    LiveLine,
    LiveOrder,
    LiveState,
    OrderDueError,
    PaymentRefusedError,
    TenderDraft,
)
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import view_of
from quanqu.sell.checkout.rules.edits import balance_of
from quanqu.sell.checkout.rules.totals import shares_of
from quanqu.sell.payments.contracts import Channel, PaymentRequest, PaymentView
from quanqu.sell.payments.facade import (
    get_payments,
    get_tender,
    refund_payment,
    refund_plan,
    start_payments,
)

__all__ = [
    "balance_money",
    "pay_difference",
    "payments_of",
    "save_prices",
    "secured_of",
    "start_for",
]

_OVER: Final = frozenset({LiveState.AWAITING_PAYMENT, LiveState.CANCELLED})


def pay_difference(
    *, actor: Actor, order_id: UUID, pay_id: UUID, tenders: Sequence[TenderDraft], now: datetime
) -> LiveOrder:
    """Pay what an edit added to an order and nobody has paid yet.

    `pay_id`: asked again under it, the first payments count.  Money that takes a while ends what is
    due when it comes.  Locks: the order, then payments.
    Raises: NotAllowedError, LiveOrderNotFoundError, OrderDueError where nothing is due,
    TenderSumError, PaymentRefusedError, what `start_payments` raises.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        mine = {uuid5(pay_id, f"payment {number}") for number in range(len(tenders))}
        if mine & {one.id for one in payments_of(row)}:
            return view_of(row)
        if not row.due_minor:
            due = Money(0, row.currency).amount
            problem = "nothing is owed"
            raise OrderDueError(
                ref=encode("ord", row.id), due=due, currency=row.currency, problem=problem
            )
        start_for(row, pay_id, tenders, row.due_minor, now)
        balance_money(row, pay_id, now)
        row.version, row.changed_at = row.version + 1, now
        row.save(update_fields=["version", "changed_at", "due_minor", "over_minor"])
        return view_of(row)


def save_prices(row: Order, before: Sequence[LiveLine], wanted: Sequence[LiveLine]) -> None:
    """Write the prices of lines that were there and cost something else now."""
    was = {one.line_no: one.unit_price_minor for one in before}
    changed = [one for one in wanted if was.get(one.line_no, one.unit_price_minor)
               != one.unit_price_minor]  # fmt: skip
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE checkout_line l SET unit_price_minor = t.p, "
                "amount_minor = l.quantity * t.p FROM unnest(%s::int[], %s::bigint[]) AS t(n, p) "
                "WHERE l.order_key = %s AND l.line_no = t.n",
                [[one.line_no for one in changed], [one.unit_price_minor for one in changed],
                 row.key],
            )  # fmt: skip


def start_for(
    row: Order,
    name: UUID,
    tenders: Sequence[TenderDraft],
    amount_minor: int,
    now: datetime,
    *,
    place_key: int | None = None,
) -> None:
    """Ask for a part of the money of a locked order, which is taken at its place or at another.

    Raises: TenderSumError; PaymentRefusedError where an answer given at once is no.
    """
    shares = shares_of(tenders, amount_minor, row.currency)
    requests = [
        PaymentRequest(
            id=uuid5(name, f"payment {number}"),
            company_key=row.company_key,
            place_key=row.place_key if place_key is None else place_key,
            reference=encode("ord", row.id),
            tender=one.tender,
            amount_minor=share,
            currency=row.currency,
            token=one.token,
            payer=one.payer,
            account=one.account,
            return_url=one.return_url,
            is_told=get_tender(code=one.tender).channel is Channel.PROVIDER,
        )
        for number, (one, share) in enumerate(zip(tenders, shares, strict=True))
    ]
    for view in start_payments(actor=SYSTEM, requests=requests, now=now):
        is_asked = get_tender(code=view.tender).channel is Channel.PROVIDER
        if not is_asked and not view.is_secured:
            raise PaymentRefusedError(tender=view.tender, reason=view.reason)


def balance_money(row: Order, name: UUID, now: datetime) -> None:
    """Set what is due of a locked order and what is promised beyond it; what was taken beyond it
    goes back, split over its payments.  The caller saves the order."""
    if LiveState(row.state) in _OVER:
        return
    payments = payments_of(row)
    found = balance_of(
        wanted=row.total_minor - row.returned_minor,
        secured=secured_of(payments),
        refundable=sum(max(one.refundable_minor, 0) for one in payments),
    )
    row.due_minor, row.over_minor = found.due, found.over
    if not found.back:
        return
    reference = encode("ord", row.id)
    plan = refund_plan(actor=SYSTEM, reference=reference, amount_minor=found.back)
    for part in plan:
        refund_payment(
            actor=SYSTEM,
            payment_id=part.payment_id,
            request_id=uuid5(name, f"back {part.payment_id}"),
            amount_minor=part.amount_minor,
            now=now,
            reason="the order was changed",
        )


def secured_of(payments: Sequence[PaymentView]) -> int:
    """What is promised or taken, and neither given up nor given back."""
    return sum(
        one.authorised_minor
        - one.voided_minor
        - one.voiding_minor
        - one.refunded_minor
        - one.refunding_minor
        for one in payments
    )


def payments_of(row: Order) -> list[PaymentView]:
    """Return the payments of an order."""
    reference = encode("ord", row.id)
    return get_payments(actor=SYSTEM, references=[reference])[reference]

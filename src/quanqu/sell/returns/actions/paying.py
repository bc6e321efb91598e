"""Give the money of a return back: to its payments, by hand, or as a document of its channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import pyarrow as pa
from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.checkout.facade import note_returned
from quanqu.sell.orders.contracts import (
    REFUND_LINES_SCHEMA,
    REFUNDS_SCHEMA,
    LineKind,
    OrderBatch,
    RefundKind,
)
from quanqu.sell.orders.facade import get_order, record_orders
from quanqu.sell.payments.facade import refund_payment
from quanqu.sell.returns.actions.writing import lock_return, lock_sale
from quanqu.sell.returns.contracts import (
    MANUAL_TENDERS,
    EntryKind,
    RefundRefusedError,
    ReturnRow,
    Sale,
    TenderChoiceError,
)
from quanqu.sell.returns.models import Entry, Return, ReturnLine
from quanqu.sell.returns.models import Sale as SaleRow
from quanqu.sell.returns.queries.policies import policy_numbered
from quanqu.sell.returns.queries.returns import lines_of, row_of
from quanqu.sell.returns.queries.sales import payments_of
from quanqu.sell.returns.queries.signals import card_hash
from quanqu.sell.returns.rules.splitting import split

__all__ = ["give_back", "pay_out_credit", "record_refund", "require_tender"]


def pay_out_credit(*, actor: Actor, return_id: UUID, now: datetime, tender: str = "") -> ReturnRow:
    """Give back as money what an exchange left of a return's credit. Again, it changes nothing.

    Locks: the return, the order's row, payments.
    Raises: NotAllowedError, ReturnNotFoundError, TenderChoiceError, RefundRefusedError, what
    `refund_payment` raises.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        left = row.credit_minor - row.credit_used_minor
        if left:
            if not row.is_live:
                _require_manual(tender)
            elif tender:
                raise TenderChoiceError(how="to the tenders it came from")
            sale_row, sale = lock_sale(row.order_id)
            if row.is_live:
                note_returned(order_id=row.order_id, amount_minor=left, now=now)
            entries = give_back(
                row, sale_row, sale, left, EntryKind.CREDIT_PAID, tender, actor, now
            )
            Entry.objects.bulk_create(entries)
            row.credit_used_minor += left
            row.changed_at = now
            row.save(update_fields=["credit_used_minor", "changed_at"])
        return row_of(row, sum(line.quantity for line in lines_of(row.key)))


def require_tender(row: Return, tender: str, *, to_credit: bool) -> None:
    """Refuse a way of giving back that is missing or cannot be. Raises: TenderChoiceError."""
    if row.is_live or to_credit:
        if tender:
            how = "to the tenders it came from" if row.is_live else "as credit"
            raise TenderChoiceError(how=how)
    elif row.refund_minor:
        _require_manual(tender)


def give_back(
    row: Return,
    sale_row: SaleRow,
    sale: Sale,
    amount: int,
    kind: EntryKind,
    tender: str,
    actor: Actor,
    now: datetime,
) -> list[Entry]:
    """Give an amount back and return the ledger's lines of it; the order's row is locked.

    Raises: RefundRefusedError, what `refund_payment` raises.
    """
    if not amount:
        return []
    if not row.is_live:
        return [
            Entry(
                return_key=row.key, at=now, kind=kind.value, amount_minor=amount, tender=tender,
                operation_id=uuid5(row.id, f"{kind} by hand"), actor=actor.id,
            )
        ]  # fmt: skip
    policy = policy_numbered(row.company_key, row.policy_number)
    parts = split(amount, sale.tenders, rule=policy.split, order=policy.tender_order)
    if parts is None:
        raise _refused(row, amount, "its payments have less to give back")
    cards = {one.id: card_hash(one) for one in payments_of(row.order_id)}
    entries = []
    for payment_id, code, share in parts:
        name = uuid5(row.id, f"{kind} {row.credit_used_minor} {payment_id}")
        refund_payment(
            actor=SYSTEM,
            payment_id=payment_id,
            request_id=name,
            now=now,
            amount_minor=share,
            currency=row.currency,
            reason="return",
        )
        entries.append(
            Entry(
                return_key=row.key, at=now, kind=kind.value, amount_minor=share, tender=code,
                payment_id=payment_id, operation_id=name, card_hash=cards.get(payment_id),
                actor=actor.id,
            )
        )  # fmt: skip
    sale_row.asked_minor += amount
    sale_row.save(update_fields=["asked_minor"])
    return entries


def record_refund(
    row: Return,
    sale: Sale,
    lines: Sequence[ReturnLine],
    taken: Mapping[int, int],
    now: datetime,
) -> None:
    """Record what goes back of an order of another channel beside what its channel told.

    Raises: RefundRefusedError where the order cannot bear it.
    """
    name = encode("ret", row.id)
    order = get_order(actor=SYSTEM, order_id=encode("ord", sale.order_id)).order
    head = {
        "external_id": name,
        "place_key": sale.place_key,
        "company_key": sale.company_key,
        "order_external_id": order.external_id,
        "subject_key": row.subject_key,
        "refunded_at": now,
        "business_date": row.business_date,
        "currency": row.currency,
        "kind": RefundKind.RETURN.value,
        "amount_minor": row.refund_minor,
        "reason": lines[0].reason,
    }
    told = [
        {
            "refund_external_id": name,
            "place_key": sale.place_key,
            "line_no": line.line_no,
            "sku": line.sku,
            "variant_key": line.variant_key,
            "name": line.name,
            "kind": LineKind.GOODS.value,
            "quantity": taken[line.line_no],
            "amount_minor": line.goods_minor - line.fee_minor,
        }
        for line in lines
        if taken[line.line_no]
    ]
    batch = OrderBatch(
        refunds=pa.Table.from_pylist([head], schema=REFUNDS_SCHEMA),
        refund_lines=pa.Table.from_pylist(told, schema=REFUND_LINES_SCHEMA),
    )
    outcome = record_orders(batch=batch, source="returns", now=now)
    if outcome.rejected:
        raise _refused(row, row.refund_minor, outcome.rejected[0].code.value)


def _require_manual(tender: str) -> None:
    if tender not in MANUAL_TENDERS:
        raise TenderChoiceError(how=f"by one of {', '.join(MANUAL_TENDERS)}")


def _refused(row: Return, amount: int, reason: str) -> RefundRefusedError:
    told = Money(amount, row.currency)
    return RefundRefusedError(
        ref=row.order_number, amount=told.amount, currency=row.currency, reason=reason
    )

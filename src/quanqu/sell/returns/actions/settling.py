"""Settle returns: stock, money and ledger move in one transaction, or nothing does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.facade import note_returned
from quanqu.sell.inventory.contracts import Movement, Posting
from quanqu.sell.inventory.facade import post_movements
from quanqu.sell.returns.actions.paying import give_back, record_refund, require_tender
from quanqu.sell.returns.actions.pricing import reprice
from quanqu.sell.returns.actions.writing import (
    Mark,
    claim,
    lock_return,
    lock_sale,
    save_step,
    step_to,
)
from quanqu.sell.returns.contracts import (
    EntryKind,
    Grade,
    ReturnRow,
    ReturnSettled,
    ReturnState,
    ReturnStep,
    SettledLine,
)
from quanqu.sell.returns.models import Entry, Return, ReturnLine
from quanqu.sell.returns.queries.returns import lines_of, row_of
from quanqu.sell.returns.rules.grading import MOVES

__all__ = ["settle_return"]

SOURCE = "returns"


def settle_return(
    *,
    actor: Actor,
    return_id: UUID,
    now: datetime,
    tender: str = "",
    to_credit: bool = False,
    detail: str = "",
) -> ReturnRow:
    """Settle a return: its goods go where their grades say, its money goes back, once.

    Money of an order that was placed here goes back to the tenders it came from, in the order of
    the policy; providers are asked after the transaction.  For another order `tender` says how it
    is given back (MANUAL_TENDERS).  `to_credit`: nothing goes back yet, the worth pays an exchange.
    Again, it changes nothing.
    Locks: the return, the order's row, levels by (place, item), payments.  Emits: ReturnSettled.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError, TenderChoiceError,
    RefundRefusedError, what `post_movements` and `refund_payment` raise.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        lines = lines_of(row.key)
        if row.state == ReturnState.SETTLED:
            return row_of(row, sum(line.quantity for line in lines))
        state = step_to(row, ReturnStep.SETTLE)
        sale_row, sale = lock_sale(row.order_id)
        taken = {
            line.line_no: line.quantity if row.keeps_goods else line.accepted for line in lines
        }
        reprice(row, sale, lines, taken)
        require_tender(row, tender, to_credit=to_credit)
        if row.is_live and row.refund_minor and not to_credit:
            note_returned(order_id=row.order_id, amount_minor=row.refund_minor, now=now)
        entries = _stock(row, lines, actor, now)
        claim(sale_row.key, _not_taken(row, lines, taken), settled=taken)
        sale_row.refunded_minor += row.refund_minor
        sale_row.shipping_refunded_minor += row.shipping_minor
        sale_row.save(update_fields=["refunded_minor", "shipping_refunded_minor"])
        if to_credit:
            row.credit_minor = row.refund_minor
            entries += _credit(row, actor, now)
        else:
            entries += give_back(
                row, sale_row, sale, row.refund_minor, EntryKind.REFUND, tender, actor, now
            )
        if not row.is_live and tender != "channel":
            record_refund(row, sale, lines, taken, now)
        Entry.objects.bulk_create(entries)
        row.settled_at = now
        save_step(
            row, ReturnStep.SETTLE, state, Mark(actor.id, now, detail),
            fields=("settled_at", "credit_minor", "goods_minor", "fee_minor", "label_minor",
                    "shipping_minor", "refund_minor"),
        )  # fmt: skip
        emit(_told(row, lines, taken), now=now)
        return row_of(row, sum(line.quantity for line in lines))


def _not_taken(
    row: Return, lines: Sequence[ReturnLine], taken: Mapping[int, int]
) -> dict[int, int]:
    """Return by line how many of the units received were not taken back, below zero."""
    if row.keeps_goods:
        return {}
    received = {line.line_no: line.received or 0 for line in lines}
    return {no: taken[no] - count for no, count in received.items() if count > taken[no]}


def _stock(row: Return, lines: Sequence[ReturnLine], actor: Actor, now: datetime) -> list[Entry]:
    """Post what the grades say of goods the catalogue knows; return the ledger's lines of it."""
    if row.keeps_goods:
        return []
    movements, entries = [], []
    for line in lines:
        for word, count in line.grades.items():
            for kind, state, sign in MOVES[Grade(word)]:
                entries.append(
                    Entry(
                        return_key=row.key, at=now, kind=EntryKind.GOODS.value,
                        line_no=line.line_no, variant_key=line.variant_key, state=state.value,
                        quantity=sign * count, actor=actor.id,
                    )
                )  # fmt: skip
                if line.variant_key is not None:
                    movements.append(
                        Movement(row.place_key, line.variant_key, kind, state, sign * count)
                    )
    if movements:
        ref = encode("ret", row.id)
        posting = Posting(tuple(movements), now, SOURCE, reason="return", ref=ref, once=ref)
        post_movements(actor=SYSTEM, posting=posting, now=now)
    return entries


def _credit(row: Return, actor: Actor, now: datetime) -> list[Entry]:
    if not row.credit_minor:
        return []
    return [
        Entry(
            return_key=row.key, at=now, kind=EntryKind.CREDIT.value,
            amount_minor=row.credit_minor, actor=actor.id,
        )
    ]  # fmt: skip


def _told(row: Return, lines: Sequence[ReturnLine], taken: Mapping[int, int]) -> ReturnSettled:
    return ReturnSettled(
        return_id=encode("ret", row.id),
        order_id=encode("ord", row.order_id),
        company_key=row.company_key,
        place_key=row.place_key,
        subject_key=row.subject_key,
        currency=row.currency,
        amount_minor=row.refund_minor,
        lines=[
            SettledLine(
                line.line_no, line.variant_key, taken[line.line_no], line.goods_minor, line.reason
            )
            for line in lines
            if taken[line.line_no]
        ],
    )

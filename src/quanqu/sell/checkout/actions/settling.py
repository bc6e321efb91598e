"""Money and goods meet: payments that come, payment windows that end."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.sell.checkout.actions.edit_money import balance_money, payments_of, secured_of
from quanqu.sell.checkout.actions.locking import (
    Mark,
    give_goods_free,
    lock_order,
    parts_of,
    save_step,
)
from quanqu.sell.checkout.actions.moving import give_money_back
from quanqu.sell.checkout.actions.resourcing import add_parts, source_again
from quanqu.sell.checkout.contracts import (
    CancelReason,
    LiveOrderNotFoundError,
    LiveState,
    Step,
)
from quanqu.sell.checkout.models import Order
from quanqu.sell.checkout.queries.orders import lines_of
from quanqu.sell.checkout.queries.places import buyer_of, channel_of
from quanqu.sell.checkout.rules.parts import OPEN, parts_by_place
from quanqu.sell.inventory.contracts import HoldLine, HoldRequest, HoldSettledError
from quanqu.sell.inventory.facade import allocate_hold, swap_holds
from quanqu.sell.slots.facade import retake_slot

__all__ = ["end_window", "settle_payment", "tell_money_moved"]

_BY: str = SYSTEM.id


def settle_payment(*, reference: str, now: datetime) -> None:
    """Confirm the order a payment is for, once its whole amount is promised or paid.

    Money that comes after its goods were given free gets them again where they still are; else it
    goes back.  So does a part of the money, and money for an order that was cancelled for another
    reason.  Money for what an edit added ends what is due; what is beyond the total goes back.
    Again, it changes nothing.  Locks: the order, then levels.  Emits: LiveOrdersMoved.
    """
    with transaction.atomic():
        row = _locked(reference)
        if row is None:
            return
        secured = secured_of(payments_of(row))
        if row.state == LiveState.AWAITING_PAYMENT and _is_paid(row, secured):
            _confirm(row, now)
        elif row.state == LiveState.CANCELLED and secured > 0:
            is_late = row.cancel_reason == CancelReason.PAYMENT_WINDOW
            if is_late and secured >= row.total_minor and _again(row, now):
                row.cancel_reason = ""
                save_step(row, Step.PAY, LiveState.CONFIRMED, Mark(_BY, now, "late"))
            else:
                give_money_back(row, now, "came late")
        elif row.due_minor or secured > row.total_minor - row.returned_minor + row.over_minor:
            balance_money(row, uuid5(row.id, f"balance {row.version}"), now)
            row.save(update_fields=["due_minor", "over_minor"])
        tell_money_moved(row, now)


def end_window(*, order_id: UUID, now: datetime) -> None:
    """End an order whose goods are no longer held for it, unless its money has come meanwhile; a
    reservation to try ends as not collected."""
    with transaction.atomic():
        try:
            row = lock_order(order_id)
        except LiveOrderNotFoundError:
            return  # the hold of somebody else
        if row.state != LiveState.AWAITING_PAYMENT:
            return
        if _is_paid(row, secured_of(payments_of(row))):
            _confirm(row, now)
            return
        give_goods_free(row, parts_of(row), now)
        ended, detail = CancelReason.PAYMENT_WINDOW, ""
        if row.is_reservation:
            ended, detail = CancelReason.NOT_COLLECTED, "nobody came to try it"
        row.cancel_reason = ended.value
        save_step(row, Step.CANCEL, LiveState.CANCELLED, Mark(_BY, now, detail))
        give_money_back(row, now, "payment window")


def tell_money_moved(row: Order, now: datetime) -> None:
    """Note that what was paid of a locked order has changed, so that it is recorded again."""
    row.version, row.changed_at = row.version + 1, now
    row.save(update_fields=["version", "changed_at"])


def _is_paid(row: Order, secured: int) -> bool:
    """Tell whether the money of an order is there; nothing that is to be tried is bought so."""
    return secured >= row.total_minor and (secured > 0 or not row.is_reservation)


def _confirm(row: Order, now: datetime) -> None:
    """Let a locked order go on; a reservation that somebody paid is an order to collect."""
    row.is_reservation = False
    try:
        with transaction.atomic():
            for part in sorted(parts_of(row), key=lambda one: one.place_key):
                if part.state in OPEN:
                    allocate_hold(actor=SYSTEM, request_id=part.hold_id, now=now)
        is_there = True
    except HoldSettledError:
        is_there = _hold_again(row, now)
    if is_there:
        save_step(row, Step.PAY, LiveState.CONFIRMED, Mark(_BY, now))
        return
    give_goods_free(row, parts_of(row), now)
    row.cancel_reason = CancelReason.OUT_OF_STOCK.value
    save_step(row, Step.CANCEL, LiveState.CANCELLED, Mark(_BY, now))
    give_money_back(row, now, "out of stock")


def _again(row: Order, now: datetime) -> bool:
    """Take the goods and the slot of an order again, both or neither; tell whether it has them."""
    try:
        with transaction.atomic():
            if not _hold_again(row, now) or not retake_slot(order_id=row.id, now=now):
                raise _GoneError
    except _GoneError:
        return False
    return True


class _GoneError(Exception):
    """Takes back what was taken again of an order that cannot have all of it."""


def _hold_again(row: Order, now: datetime) -> bool:
    """Allocate the goods of an order anew, where they were or, of an order that was sourced, at
    other places; tell whether they are still there."""
    parts, lines = parts_of(row), lines_of([row.key])[row.key]
    give_goods_free(row, parts, now)
    named = f"again {len(parts)}"
    fresh = parts_by_place(uuid5(row.id, named), [one.from_place_key for one in lines])
    requests = [
        HoldRequest(
            part.hold_id,
            encode("ord", row.id),
            tuple(
                HoldLine(part.place_key, one.variant_key, one.quantity)
                for one in lines
                if one.from_place_key == part.place_key
            ),
            None,
            channel=channel_of(row.place_key),
            buyer=buyer_of(row.subject_key),
        )
        for part in fresh
    ]
    answers = swap_holds(actor=SYSTEM, release=(), requests=requests, now=now)
    if all(one.is_granted for one in answers):
        add_parts(row, [
            (part.place_key, part.hold_id,
             [one.line_no for one in lines if one.from_place_key == part.place_key])
            for part in fresh
        ], now)  # fmt: skip
        return True
    return source_again(row, lines, named, now)


def _locked(reference: str) -> Order | None:
    """Lock the order a payment is for; None where it is for something else."""
    try:
        return lock_order(decode("ord", reference))
    except (MalformedIdError, LiveOrderNotFoundError):
        return None

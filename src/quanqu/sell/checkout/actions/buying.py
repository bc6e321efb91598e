"""Buy what was reserved and tried: cut, paid and handed over in one act, or given free."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.checkout.actions.allowed import MANAGE, may_at
from quanqu.sell.checkout.actions.edit_goods import hold_edited
from quanqu.sell.checkout.actions.edit_money import save_prices, start_for
from quanqu.sell.checkout.actions.editing import priced_lines
from quanqu.sell.checkout.actions.holding_up import require_not_held_up
from quanqu.sell.checkout.actions.keeping import Change, keep_change, told_of
from quanqu.sell.checkout.actions.locking import Mark, lock_order, parts_of, save_step, set_part
from quanqu.sell.checkout.actions.moving import cancel_locked, check_code, take_promised_money
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveLine,
    LiveOrder,
    LiveOrderNotFoundError,
    LiveState,
    OrderReusedError,
    PartState,
    PaymentRefusedError,
    ReservationError,
    ReservedPurchase,
    Step,
    TenderDraft,
    TenderSumError,
)
from quanqu.sell.checkout.models import Edit, Order, Part
from quanqu.sell.checkout.queries.orders import lines_of, view_of
from quanqu.sell.checkout.rules.parts import OPEN
from quanqu.sell.checkout.rules.reservations import bought_of
from quanqu.sell.checkout.rules.states import follow
from quanqu.sell.inventory.contracts import HoldSettledError, HoldState
from quanqu.sell.inventory.facade import allocate_hold, consume_hold, holds_by_id
from quanqu.sell.payments.contracts import Channel
from quanqu.sell.payments.facade import get_tender

__all__ = ["buy_reserved"]

_OVER = "it has ended"


def buy_reserved(
    *, actor: Actor, purchase: ReservedPurchase, now: datetime, by: str = ""
) -> LiveOrder:
    """Sell what somebody buys of the goods they reserved and tried, and give the rest free.

    In one transaction the lines are cut to what is bought and priced, the money is taken at the
    store, and the goods leave; where nothing is bought the order is cancelled.  Money that is not
    there at once is refused, and nothing happened.  Asked again under the same id, the first answer
    counts.  `by`: who does it at the desk, where a room above has checked that they may.
    Locks: the order, then levels, then payments.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, ReservationError where it has ended or was
    bought, PickupCodeError, OrderHeldUpError, TenderSumError, PaymentRefusedError,
    OrderReusedError, what `start_payments` and `consume_hold` raise.
    """
    with transaction.atomic():
        row = _locked(actor, purchase.order_id)
        if _is_known(row, purchase):
            return view_of(row)
        _require_open(row, now)
        check_code(row, purchase.pickup_code)
        require_not_held_up(row)
        lines = lines_of([row.key])[row.key]
        bought = bought_of(lines, purchase.quantities, ref=encode("ord", row.id))
        change = Change(purchase.id, _print(purchase), told_of(row, lines))
        if bought:
            _sell(row, lines, bought, purchase, change, Mark(by or actor.id, now, _told(bought)))
        else:
            _give_up(row, purchase, change, Mark(by or actor.id, now, "nothing was bought"))
        return view_of(row)


def _locked(actor: Actor, order_id: UUID) -> Order:
    """Lock a reservation for whoever manages orders where it was placed or where it is tried."""
    actor.require(MANAGE)
    row = lock_order(order_id)
    places = {row.place_key, row.pickup_place_key or row.place_key}
    if not any(may_at(actor, MANAGE, place) for place in places):
        raise LiveOrderNotFoundError(ref=encode("ord", order_id))
    return row


def _is_known(row: Order, purchase: ReservedPurchase) -> bool:
    known = Edit.objects.filter(id=purchase.id).first()
    if known is None:
        return False
    if (known.order_key, bytes(known.fingerprint)) != (row.key, _print(purchase)):
        raise OrderReusedError(ref=str(purchase.id))
    return True


def _print(purchase: ReservedPurchase) -> bytes:
    units = sorted((line, count) for line, count in purchase.quantities.items() if count)
    money = [(one.tender, one.amount_minor) for one in purchase.tenders]
    return hashlib.sha256(repr(("reserved", units, money)).encode()).digest()


def _require_open(row: Order, now: datetime) -> None:
    """Refuse a reservation that was bought, given up or has ended. Raises: ReservationError."""
    ref = encode("ord", row.id)
    if not row.is_reservation:
        raise ReservationError(ref=ref, problem="it is no reservation, or was bought")
    is_over = row.pay_until is None or row.pay_until <= now
    if row.state != LiveState.AWAITING_PAYMENT or is_over:
        raise ReservationError(ref=ref, problem=_OVER)


def _sell(
    row: Order,
    lines: Sequence[LiveLine],
    bought: Sequence[LiveLine],
    purchase: ReservedPurchase,
    change: Change,
    mark: Mark,
) -> None:
    """Cut a locked reservation to what is bought, take the money, let the goods leave."""
    ref, now = encode("ord", row.id), mark.now
    _require_at_once(purchase.tenders)
    wanted = priced_lines(row, bought)
    _allocate(row, lines, wanted, purchase.id, now)
    save_prices(row, lines, wanted)
    row.goods_minor = row.total_minor = sum(one.amount_minor for one in wanted)
    row.is_reservation = False
    keep_change(row, change, Step.EDIT, mark)
    start_for(
        row, purchase.id, purchase.tenders, row.total_minor, now, place_key=row.pickup_place_key
    )
    paid = follow(LiveState(row.state), Step.PAY, Delivery.CARRY_OUT, ref=ref)
    save_step(row, Step.PAY, paid, mark)
    for part in _open(row):
        consume_hold(actor=SYSTEM, request_id=part.hold_id, now=now, ref=ref)
        set_part(part, PartState.GONE, now)
    # what was tried is taken along at once: nobody picks it and it waits on no shelf
    gone = follow(paid, Step.HAND_OVER, Delivery.CARRY_OUT, ref=ref)
    save_step(row, Step.HAND_OVER, gone, mark)
    take_promised_money(row, now)


def _allocate(
    row: Order,
    lines: Sequence[LiveLine],
    wanted: Sequence[LiveLine],
    purchase_id: UUID,
    now: datetime,
) -> None:
    """Let the goods of a locked reservation be those that are bought. Raises: ReservationError."""
    ref, parts = encode("ord", row.id), _open(row)
    holds = holds_by_id(request_ids=[one.hold_id for one in parts])
    if any(holds[one.hold_id].state is not HoldState.HELD for one in parts):
        raise ReservationError(ref=ref, problem=_OVER)
    try:
        if _units(wanted) != _units(lines):
            hold_edited(row, parts_of(row), lines, wanted, edit_id=purchase_id, now=now)
        else:
            for part in parts:
                allocate_hold(actor=SYSTEM, request_id=part.hold_id, now=now)
    except HoldSettledError as error:
        raise ReservationError(ref=ref, problem=_OVER) from error


def _give_up(row: Order, purchase: ReservedPurchase, change: Change, mark: Mark) -> None:
    """End a locked reservation of which nothing is bought: its goods are free again."""
    if purchase.tenders:
        known = sum(one.amount_minor or 0 for one in purchase.tenders)
        raise TenderSumError(
            paid=Money(known, row.currency).amount,
            total=Money(0, row.currency).amount,
            currency=row.currency,
        )
    keep_change(row, change, Step.EDIT, mark)
    cancel_locked(row, CancelReason.BUYER, mark)


def _require_at_once(tenders: Sequence[TenderDraft]) -> None:
    """Refuse money that a provider answers for later. Raises: PaymentRefusedError."""
    for one in tenders:
        if get_tender(code=one.tender).channel is Channel.PROVIDER:
            raise PaymentRefusedError(tender=one.tender, reason="it is not there at once")


def _open(row: Order) -> list[Part]:
    return [one for one in parts_of(row) if one.state in OPEN]


def _units(lines: Sequence[LiveLine]) -> list[tuple[int, int]]:
    return sorted((one.line_no, one.quantity) for one in lines)


def _told(bought: Sequence[LiveLine]) -> str:
    """Return what was bought as a step tells it."""
    text = ", ".join(f"{one.quantity} × {one.sku}" for one in bought)
    return f"bought {text}"[:300]

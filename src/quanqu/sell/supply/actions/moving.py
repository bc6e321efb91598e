"""Move a purchase order on: submit, approve or reject, send, close, cancel."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.inventory.contracts import Posting
from quanqu.sell.inventory.facade import post_movements
from quanqu.sell.supply.actions.allowed import APPROVE, MANAGE, lock_order
from quanqu.sell.supply.actions.drafting import write_history
from quanqu.sell.supply.contracts import (
    OrderAct,
    OrderMinimumError,
    OrderMoveError,
    PurchaseLineError,
    PurchaseState,
    SecondPersonError,
    SupplierFieldError,
)
from quanqu.sell.supply.models import PurchaseOrder
from quanqu.sell.supply.queries.suppliers import rules_of
from quanqu.sell.supply.rules.machine import follow, needs_second_person
from quanqu.sell.supply.rules.receiving import incoming

__all__ = [
    "approve_order",
    "cancel_order",
    "close_order",
    "reject_order",
    "send_order",
    "submit_order",
]


def submit_order(*, actor: Actor, order_id: str, now: datetime) -> None:
    """Hand a draft in; within the company's limit it is approved at once.

    Once more, it changes nothing.  Raises: PurchaseOrderNotFoundError, NotAllowedError,
    OrderMoveError, OrderMinimumError; PurchaseLineError without lines.
    """
    with transaction.atomic():
        order = lock_order(actor, MANAGE, order_id)
        if order.state in {PurchaseState.SUBMITTED, PurchaseState.APPROVED}:
            return
        _step(order, OrderAct.SUBMIT)
        if not order.lines.exists():
            raise PurchaseLineError(line=1, reason="an order has at least one line")
        if order.total_minor < order.supplier.minimum_minor:
            raise OrderMinimumError(
                total=_amount(order.total_minor, order.currency),
                supplier=order.supplier.name,
                minimum=_amount(order.supplier.minimum_minor, order.currency),
            )
        order.submitted_by = actor.id
        _save(order, actor, OrderAct.SUBMIT, now)
        if not _is_above_limit(order):
            _step(order, OrderAct.APPROVE)
            _save(order, actor, OrderAct.APPROVE, now)


def approve_order(*, actor: Actor, order_id: str, now: datetime) -> None:
    """Approve a submitted order; above the company's limit, somebody else than who submitted it.

    Raises: PurchaseOrderNotFoundError, NotAllowedError, OrderMoveError, SecondPersonError.
    """
    with transaction.atomic():
        order = lock_order(actor, APPROVE, order_id)
        _step(order, OrderAct.APPROVE)
        if _is_above_limit(order) and actor.id == order.submitted_by:
            raise SecondPersonError
        _save(order, actor, OrderAct.APPROVE, now)


def reject_order(*, actor: Actor, order_id: str, reason: str, now: datetime) -> None:
    """Give a submitted order back to be changed, with the reason.

    Raises: PurchaseOrderNotFoundError, NotAllowedError, OrderMoveError; SupplierFieldError
    without a reason.
    """
    _check_reason(reason)
    with transaction.atomic():
        order = lock_order(actor, APPROVE, order_id)
        _step(order, OrderAct.REJECT)
        order.submitted_by = ""
        order.version += 1
        _save(order, actor, OrderAct.REJECT, now, reason=reason.strip())


def send_order(*, actor: Actor, order_id: str, now: datetime) -> None:
    """Note that an approved order went to the supplier: what is ordered is incoming now.

    Without a day it is expected after the supplier's lead time.  Once more, it changes nothing.
    Raises: PurchaseOrderNotFoundError, OrderMoveError; NotAllowedError, also without stock.manage
    at the place.
    """
    with transaction.atomic():
        order = lock_order(actor, MANAGE, order_id)
        if order.state == PurchaseState.SENT:
            return
        _step(order, OrderAct.SEND)
        order.sent_at = now
        if order.expected_on is None:
            order.expected_on = now.date() + timedelta(days=order.supplier.lead_time_days)
        order.lines.update(waiting=F("ordered"))
        _post_waiting(actor, order, now, sign=1, reason="ordered")
        _save(order, actor, OrderAct.SEND, now)


def close_order(*, actor: Actor, order_id: str, reason: str = "", now: datetime) -> None:
    """End an order of which goods came; what did not come is no longer incoming.

    Once more, it changes nothing.  Raises: PurchaseOrderNotFoundError, NotAllowedError,
    OrderMoveError.
    """
    _end(actor, order_id, OrderAct.CLOSE, reason, now)


def cancel_order(*, actor: Actor, order_id: str, reason: str, now: datetime) -> None:
    """Cancel an order of which nothing came; it is no longer incoming.

    Once more, it changes nothing.  Raises: PurchaseOrderNotFoundError, NotAllowedError,
    OrderMoveError (what came partly is closed); SupplierFieldError without a reason.
    """
    _check_reason(reason)
    _end(actor, order_id, OrderAct.CANCEL, reason, now)


def _end(actor: Actor, order_id: str, act: OrderAct, reason: str, now: datetime) -> None:
    ended = PurchaseState.CLOSED if act is OrderAct.CLOSE else PurchaseState.CANCELLED
    with transaction.atomic():
        order = lock_order(actor, MANAGE, order_id)
        if order.state == ended:
            return
        _step(order, act)
        _post_waiting(actor, order, now, sign=-1, reason=ended.value)
        order.lines.update(waiting=0)
        _save(order, actor, act, now, reason=reason.strip()[:500])


def _post_waiting(
    actor: Actor, order: PurchaseOrder, now: datetime, *, sign: int, reason: str
) -> None:
    waiting = order.lines.filter(waiting__gt=0).values_list("variant_key", "waiting")
    movements = incoming({variant: sign * units for variant, units in waiting}, order.place_key)
    if movements:
        posting = Posting(movements, now, "supply", reason=reason, ref=encode("pur", order.id))
        post_movements(actor=actor, posting=posting, now=now)


def _step(order: PurchaseOrder, act: OrderAct) -> None:
    state = PurchaseState(order.state)
    to = follow(state, act)
    if to is None:
        raise OrderMoveError(ref=order.number, state=state.value)
    order.state = to.value


def _save(
    order: PurchaseOrder, actor: Actor, act: OrderAct, now: datetime, *, reason: str = ""
) -> None:
    order.updated_at = now
    order.save()
    write_history(order, actor, act, now, reason=reason)


def _is_above_limit(order: PurchaseOrder) -> bool:
    return needs_second_person(
        Money(order.total_minor, order.currency), rules_of(order.company_key)
    )


def _check_reason(reason: str) -> None:
    if not 3 <= len(reason.strip()) <= 500 or "\0" in reason:
        raise SupplierFieldError(field="reason", reason="say why in 3 to 500 characters")


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount} {currency}"

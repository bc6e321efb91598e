"""The state machine of a purchase order. Source: docs/rules/supply.md#states."""

from collections.abc import Mapping
from typing import Final

from quanqu.kernel.money import Money
from quanqu.sell.supply.contracts import BuyingRules, OrderAct, PurchaseState

__all__ = ["MOVES", "follow", "needs_second_person", "state_after_receipt"]

_S = PurchaseState
MOVES: Final[Mapping[OrderAct, Mapping[PurchaseState, PurchaseState]]] = {
    OrderAct.CHANGE: {
        _S.DRAFT: _S.DRAFT,
        _S.SUBMITTED: _S.DRAFT,
        _S.APPROVED: _S.DRAFT,
        _S.SENT: _S.SENT,
        _S.PARTLY_RECEIVED: _S.PARTLY_RECEIVED,
    },
    OrderAct.SUBMIT: {_S.DRAFT: _S.SUBMITTED},
    OrderAct.APPROVE: {_S.SUBMITTED: _S.APPROVED},
    OrderAct.REJECT: {_S.SUBMITTED: _S.DRAFT},
    OrderAct.SEND: {_S.APPROVED: _S.SENT},
    OrderAct.RECEIVE: {
        _S.SENT: _S.PARTLY_RECEIVED,
        _S.PARTLY_RECEIVED: _S.PARTLY_RECEIVED,
        _S.RECEIVED: _S.RECEIVED,
    },
    OrderAct.CLOSE: {_S.PARTLY_RECEIVED: _S.CLOSED, _S.RECEIVED: _S.CLOSED},
    OrderAct.CANCEL: dict.fromkeys((_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.SENT), _S.CANCELLED),
}
"""Where each act leads from each state; what is not in it cannot be done.

A receipt leads on to `received` by what came (`state_after_receipt`).
"""


def follow(state: PurchaseState, act: OrderAct) -> PurchaseState | None:
    """Return the state an act leads to, None where it cannot be done."""
    return MOVES[act].get(state)


def state_after_receipt(rests: list[int]) -> PurchaseState:
    """Return where an order stands by what is still to come of each line."""
    return PurchaseState.PARTLY_RECEIVED if any(rests) else PurchaseState.RECEIVED


def needs_second_person(total: Money, rules: BuyingRules) -> bool:
    """Tell whether an order is above what one person may order alone.

    An amount in another currency than the limit's cannot be compared: it needs a second person.
    """
    if rules.approval_limit_minor is None:
        return False
    return total.currency != rules.currency or total.minor > rules.approval_limit_minor

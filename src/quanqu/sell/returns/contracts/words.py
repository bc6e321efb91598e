"""The words of returns: where they stand, what happens to them, how goods and money come back."""

from enum import StrEnum
from typing import Final

__all__ = [
    "LARGEST_QUANTITY",
    "MANUAL_TENDERS",
    "MOST_LINES",
    "OPEN_STATES",
    "EntryKind",
    "Fault",
    "Grade",
    "ReturnState",
    "ReturnStep",
    "ShippingRule",
    "Signal",
    "SplitRule",
]

MOST_LINES: Final = 100
"""The most lines of one return."""
LARGEST_QUANTITY: Final = 1_000_000


MANUAL_TENDERS: Final = ("cash", "bank_transfer", "store_terminal", "channel")
"""How the money of an order that was not placed here goes back: by hand, or by its channel, which
tells the refund itself."""


class ReturnState(StrEnum):
    """Where a return stands.

    requested: waits for a person's word.  approved: it may come back.  awaiting_goods: a parcel is
    on its way.  received: the goods are here.  inspected: graded.  settled: stock and money moved.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    AWAITING_GOODS = "awaiting_goods"
    RECEIVED = "received"
    INSPECTED = "inspected"
    SETTLED = "settled"
    CANCELLED = "cancelled"


OPEN_STATES: Final = frozenset(ReturnState) - {
    ReturnState.SETTLED, ReturnState.REFUSED, ReturnState.CANCELLED,
}  # fmt: skip


class ReturnStep(StrEnum):
    """What happens to a return."""

    REQUEST = "request"
    APPROVE = "approve"
    REFUSE = "refuse"
    AWAIT = "await"
    RECEIVE = "receive"
    INSPECT = "inspect"
    SETTLE = "settle"
    CANCEL = "cancel"


class Grade(StrEnum):
    """What an inspection finds.

    a: as new, sold again.  b: damaged stock.  c: written off.  quality_hold: looked at later.
    rejected: not taken back, the buyer keeps it and gets nothing for it.
    """

    A = "a"
    B = "b"
    C = "c"
    QUALITY_HOLD = "quality_hold"
    REJECTED = "rejected"


class Fault(StrEnum):
    """Who answers for a reason: a fee is asked of the buyer for the buyer's own reasons only."""

    BUYER = "buyer"
    SELLER = "seller"
    CARRIER = "carrier"


class ShippingRule(StrEnum):
    """What goes back of what shipping cost: nothing; all of it with the last unit; a share."""

    NEVER = "never"
    WHOLE = "whole"
    SHARE = "share"


class SplitRule(StrEnum):
    """How a refund is split: by what each tender can give back, or tender after tender."""

    PROPORTIONAL = "proportional"
    IN_ORDER = "in_order"


class Signal(StrEnum):
    """A sign of abuse: shown as a reason, and no refusal unless the policy says so."""

    RETURN_RATE = "return_rate"
    MANY_RETURNS = "many_returns"
    NO_RECEIPT = "no_receipt"
    SHARED_CARD = "shared_card"


class EntryKind(StrEnum):
    """What a line of a return's ledger says.

    goods: units came into a state of stock, or left it.  refund: money went back by a tender.
    credit: worth that stays for an exchange.  credit_used, credit_back: an order was paid with it,
    or gave it back.  credit_paid: it went back as money after all.
    """

    GOODS = "goods"
    REFUND = "refund"
    CREDIT = "credit"
    CREDIT_USED = "credit_used"
    CREDIT_BACK = "credit_back"
    CREDIT_PAID = "credit_paid"

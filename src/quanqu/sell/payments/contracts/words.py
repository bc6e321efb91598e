"""The words of payments: kinds of tender, states, what the ledger knows."""

from enum import StrEnum
from typing import Final

__all__ = [
    "LARGEST_MINOR",
    "CaptureMode",
    "Channel",
    "EntryKind",
    "OperationState",
    "PaymentState",
    "TenderKind",
]

LARGEST_MINOR: Final = 10**15
"""The largest amount of one payment, in minor units."""


class TenderKind(StrEnum):
    """What kind of money it is."""

    CASH = "cash"
    CARD = "card"
    WALLET = "wallet"
    INVOICE = "invoice"
    CASH_ON_DELIVERY = "cash_on_delivery"
    GIFT_CARD = "gift_card"
    STORED_VALUE = "stored_value"
    POINTS = "points"
    TEST = "test"


class Channel(StrEnum):
    """Who answers for a tender: a person at the till, a room of this house, a provider's server."""

    OFFLINE = "offline"
    IN_HOUSE = "in_house"
    PROVIDER = "provider"


class CaptureMode(StrEnum):
    """When the money is taken: with the authorisation, or later by captures."""

    AT_ONCE = "at_once"
    LATER = "later"


class PaymentState(StrEnum):
    """Where a payment stands.

    created: recorded, nobody was asked.  pending: the provider waits for the shopper.  unknown:
    the provider was asked and did not answer.  authorised: money is promised.  captured: money
    came, or a part of it.  voided: the promise was given up before money came.  failed: refused.
    """

    CREATED = "created"
    PENDING = "pending"
    UNKNOWN = "unknown"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    FAILED = "failed"


class OperationState(StrEnum):
    """Where something asked of a provider stands; `sent` is claimed by one who asks just now."""

    READY = "ready"
    SENT = "sent"
    PENDING = "pending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


class EntryKind(StrEnum):
    """What a line of the ledger says, and what is asked of a provider (all but `failure`)."""

    AUTHORISATION = "authorisation"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    FAILURE = "failure"

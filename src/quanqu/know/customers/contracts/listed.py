"""Lists of outside identifiers: how they are named, and why one names nobody."""

from enum import StrEnum
from typing import Final

__all__ = ["CUSTOMER_ID", "MatchReason"]

CUSTOMER_ID: Final = "customer_id"
"""The outside id of a customer, beside the types of identifier."""


class MatchReason(StrEnum):
    """Why a value names no customer.

    `EMPTY`: there is none.  `INVALID`: it identifies nobody ("null", a phone number too short).
    `UNKNOWN`: no customer in sight has it.  `SHARED`: the identity rules bar it, as many share it.
    `AMBIGUOUS`: several customers have it, in different namespaces or countries.
    """

    EMPTY = "empty"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    SHARED = "shared"
    AMBIGUOUS = "ambiguous"

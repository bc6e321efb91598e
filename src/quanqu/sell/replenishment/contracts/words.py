"""The words of replenishment: how levels are set, what is proposed, what became of it."""

from enum import StrEnum
from typing import Final

__all__ = [
    "LONGEST_COVER_DAYS",
    "LONGEST_QUIET_DAYS",
    "MOST_COVER_DAYS",
    "MOST_FORECASTS",
    "MOST_POLICIES",
    "MOST_PROPOSALS",
    "AlertKind",
    "PolicyMethod",
    "ProposalKind",
    "ProposalState",
]

MOST_POLICIES: Final = 1_000
"""The most policies of one call."""
MOST_FORECASTS: Final = 50_000
"""The most periods of one pushed set."""
MOST_PROPOSALS: Final = 500
"""The most proposals decided in one call."""
LONGEST_COVER_DAYS: Final = 365
LONGEST_QUIET_DAYS: Final = 365


class PolicyMethod(StrEnum):
    """How the reorder point and the target of an item at a place are found."""

    MIN_MAX = "min_max"
    FORECAST = "forecast"


class ProposalKind(StrEnum):
    """Where the goods would come from; `unsourced`: nobody sells or spares them."""

    PURCHASE = "purchase"
    TRANSFER = "transfer"
    UNSOURCED = "unsourced"


class ProposalState(StrEnum):
    """What became of a proposal; `lapsed`: the need is gone."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"


MOST_COVER_DAYS: Final = 90
"""Beyond so many days of demand, stock is too much unless its policy says otherwise."""


class AlertKind(StrEnum):
    """What is wrong with an item at a place."""

    OUT = "out"
    RUNNING_OUT = "running_out"
    OVERSTOCK = "overstock"

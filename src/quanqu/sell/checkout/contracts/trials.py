"""What a sourcing profile would have done with past orders."""

from dataclasses import dataclass
from datetime import date

from quanqu.sell.sourcing.contracts import ShadowSummary

__all__ = ["MOST_TRIED", "ProfileTrial"]

MOST_TRIED = 1_000
"""Orders of one trial."""


@dataclass(frozen=True, slots=True)
class ProfileTrial:
    """The profile in force beside another one, over orders of days, both included.

    `orders` there were; of them `found.decisions` were tried, the same ones each time.
    """

    first: date
    last: date
    orders: int
    found: ShadowSummary

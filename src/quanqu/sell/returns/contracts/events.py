"""What returns tell."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["ReturnSettled", "SettledLine"]


@dataclass(frozen=True, slots=True)
class SettledLine:
    """Units of an order's line that came back or were refunded, and what for. Minor units."""

    line_no: int
    variant_key: int | None
    quantity: int
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnSettled:
    """A return was settled: who gave points or commission for these lines takes them back.

    `amount_minor` of the event: what went back in all; of a line: goods before fees.
    """

    name: ClassVar[str] = "returns.settled"
    return_id: str
    order_id: str
    company_key: int
    place_key: int
    subject_key: int | None
    currency: str
    amount_minor: int
    lines: list[SettledLine]

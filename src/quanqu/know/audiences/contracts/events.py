"""What know.audiences tells the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

__all__ = ["AudienceChangeRow", "CustomersEntered", "CustomersLeft"]


@dataclass(frozen=True, slots=True)
class CustomersEntered:
    """Customers came into an audience: pairs of customer key and the JSON paths of the rules that
    turned (none: not known).  At most 1,000 in one event."""

    name: ClassVar[str] = "audiences.customer_entered"
    audience: str
    version: int
    customers: list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class CustomersLeft:
    """Customers left an audience: as CustomersEntered."""

    name: ClassVar[str] = "audiences.customer_left"
    audience: str
    version: int
    customers: list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class AudienceChangeRow:
    """One change of the feed: who came or left, when, and in words which rules turned."""

    customer: str
    has_entered: bool
    version: int
    changed_at: datetime
    reasons: tuple[str, ...]

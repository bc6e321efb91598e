"""What a row of a statement becomes, and what is counted beside it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final
from uuid import UUID

from quanqu.kernel.money import Money, MoneyFormatError
from quanqu.sell.payments.contracts.settlement import (
    Book,
    LineKind,
    RejectedRow,
    StatementReason,
)
from quanqu.sell.payments.contracts.words import LARGEST_MINOR

__all__ = [
    "BEIJING",
    "RowError",
    "StatementLine",
    "Tally",
    "own_id",
    "read_moment",
    "read_money",
    "rejected",
]

BEIJING: Final = timezone(timedelta(hours=8))
_LONGEST: Final = 200
_KEPT: Final = 2000


@dataclass(slots=True)
class StatementLine:
    """A line as it is stored. Units: minor units; positive as its kind says."""

    row: int
    book: Book
    ref: str
    kind: LineKind
    at: datetime
    on: date
    amount_minor: int
    currency: str
    fee_minor: int = 0
    paid_minor: int = 0
    paid_currency: str = ""
    provider_id: str = ""
    payment_ref: str = ""
    own_ref: str = ""
    text: str = ""


@dataclass(slots=True)
class Tally:
    """What is counted while a file is read; `problem`: what its summary says against it."""

    lines: int = 0
    rejected: int = 0
    skipped: int = 0
    problem: str = ""


class RowError(Exception):
    """A row that cannot be taken: why, and what of it."""

    def __init__(self, reason: StatementReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def rejected(row: int, error: RowError, text: str) -> RejectedRow:
    """Return a row with the reason it is not taken for, and as much of it as is kept."""
    detail = _clean(error.detail)[:_LONGEST]
    return RejectedRow(row, error.reason, detail, _clean(text)[:_KEPT])


@lru_cache(maxsize=1 << 14)  # prices come again and again
def read_money(text: str, currency: str) -> int:
    """Read an amount in minor units; empty is nothing. Raises: RowError."""
    told = text.strip()
    if not told:
        return 0
    try:
        minor = Money.parse(told, currency).minor
    except MoneyFormatError:
        raise RowError(StatementReason.AMOUNT, told) from None
    if abs(minor) > LARGEST_MINOR:
        raise RowError(StatementReason.AMOUNT, told)
    return minor


def read_moment(text: str, zone: timezone) -> tuple[datetime, date]:
    """Read a time of a zone as UTC, with the day it was there. Raises: RowError."""
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC), found.date()
    except (ValueError, OverflowError):
        raise RowError(StatementReason.TIME, text) from None


def own_id(text: str) -> UUID | None:
    """Return the id that we gave, where a reference is one."""
    if len(text) not in (32, 36):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def _clean(text: str) -> str:
    return text.replace("\x00", "�")

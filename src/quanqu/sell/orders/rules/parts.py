"""Partitions of the facts: a company's month."""

from collections.abc import Iterable, Sequence
from datetime import date

__all__ = ["month_bounds", "part_of"]

_DECEMBER = 12


def part_of(company_key: int, day: date) -> str:
    """Return the partition of a business date: "7-202611"."""
    return f"{company_key}-{day:%Y%m}"


def month_bounds(parts: Iterable[str]) -> tuple[Sequence[int], Sequence[date], Sequence[date]]:
    """Return company, first day and first day after of each partition. Raises: ValueError."""
    companies, firsts, afters = [], [], []
    for part in parts:
        company, _, month = part.rpartition("-")
        first = date(int(month[:4]), int(month[4:]), 1)
        is_last = first.month == _DECEMBER
        after = date(first.year + is_last, 1 if is_last else first.month + 1, 1)
        companies.append(int(company))
        firsts.append(first)
        afters.append(after)
    return companies, firsts, afters

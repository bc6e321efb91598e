"""Finds the header among the first rows of a table: titles above it, or no header at all."""

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["LOOK_ROWS", "find_header"]

LOOK_ROWS: Final = 60
_VALUE: Final = re.compile(
    r"[\s$€£¥￥(+\-]*\d[\d.,'\s\u00a0\u202f]*[%)€$£¥元円-]?|"
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([T ,].*)?|\d{1,2}[- ]\w{3,9}[- ]\d{2,4}.*"
)
_WIDE: Final = 0.6
_MOSTLY: Final = 0.8

Row = Sequence[str]


def find_header(rows: Sequence[Row]) -> int | None:
    """Return the index of the header among the first rows; None when there is only data.

    The header is the first row about as wide as the widest, unless it holds numbers or dates
    where the rows below it do: then the file begins with its data.
    """
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows[:LOOK_ROWS]]
    if not any(widths):
        return None
    least = max(2, _WIDE * max(widths)) if max(widths) > 1 else 1
    at = next(index for index, width in enumerate(widths) if width >= least)
    below = [row for row, width in zip(rows[at + 1 :], widths[at + 1 :], strict=False) if width]
    return None if below and _is_data(rows[at], below) else at


def _is_data(row: Row, below: Sequence[Row]) -> bool:
    """Tell whether a row holds values in the columns whose other cells are values."""
    columns = [at for at in range(len(row)) if _holds_values(at, below)]
    alike = sum(_is_value(row[at]) for at in columns)
    return bool(columns) and 2 * alike > len(columns)


def _holds_values(at: int, rows: Sequence[Row]) -> bool:
    told = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(told) and sum(map(_is_value, told)) >= _MOSTLY * len(told)


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell.strip()) is not None

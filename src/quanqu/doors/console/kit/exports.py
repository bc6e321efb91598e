"""Files made of a list: CSV with a byte-order mark, and XLSX; formulas are disarmed in both."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from quanqu.kernel.later import Later
from quanqu.kernel.text import safe_cell

__all__ = ["as_csv", "as_xlsx"]

_openpyxl: Final = Later("openpyxl")

Row = Sequence[str | int | float | date | None]


def as_csv(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Write a table as CSV, a piece at a time; opens well in a spreadsheet in any language."""
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line([_safe(value) for value in row])


def as_xlsx(title: str, header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as one sheet of a workbook."""
    book = _openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet(title[:31])
    sheet.append(list(header))
    for row in rows:
        sheet.append([_safe(value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _line(values: Sequence[Any]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(["" if value is None else value for value in values])
    return target.getvalue()


def _safe(value: str | float | date | None) -> str | float | date | None:
    return safe_cell(value) if isinstance(value, str) else value

"""Rows by the names of their columns, whatever their order."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from quanqu.kernel.text import normal_text
from quanqu.sell.payments.contracts.errors import StatementUnreadableError
from quanqu.sell.payments.contracts.settlement import RejectedRow, StatementReason
from quanqu.sell.payments.rules.statements.lines import RowError, StatementLine, Tally, rejected
from quanqu.sell.payments.rules.statements.texts import csv_rows

__all__ = ["Columns", "bare", "read_rows"]


def bare(cell: str) -> str:
    """Return a cell without the mark that keeps spreadsheets from reading it as a number."""
    return cell.strip().removeprefix("`").strip()


class Columns:
    """Where each named column is."""

    def __init__(self, header: Sequence[str]) -> None:
        self.at = {normal_text(bare(name)): at for at, name in reversed(list(enumerate(header)))}
        self.count = len(header)
        self._found: dict[tuple[str, ...], int | None] = {}

    def has(self, *names: str) -> bool:
        """Tell whether every one of these columns is there."""
        return all(name in self.at for name in names)

    def cell(self, row: Sequence[str], *names: str) -> str:
        """Return the cell of the first of these columns that is there; empty without any."""
        at = self._found.get(names, -1)
        if at == -1:
            at = self._found[names] = next((self.at[one] for one in names if one in self.at), None)
        return bare(row[at]) if at is not None and at < len(row) else ""

    def check(self, row: Sequence[str]) -> None:
        """Refuse a row of fewer cells than there are columns. Raises: RowError."""
        if len(row) < self.count:
            raise RowError(StatementReason.COLUMNS, f"{len(row)} < {self.count}")


def read_rows(
    file: BinaryIO,
    needed: Sequence[str],
    read: "Read",
    tally: Tally,
    *,
    is_note: Callable[[list[str]], bool] | None = None,
    delimiter: str = ",",
) -> Iterator[StatementLine | RejectedRow]:
    """Yield what `read` makes of the rows below the one that names the columns.

    `needed`: names, or several parted by | of which one is enough.  `is_note`: takes a row that
    is none, such as a sum, and says so.
    Raises: StatementUnreadableError without a row of names, or where a needed one is missing.
    """
    columns: Columns | None = None
    for number, row in csv_rows(file, delimiter):
        if isinstance(row, RowError):
            yield rejected(number, row, "")
        elif is_note is not None and is_note(row):
            continue
        elif columns is None:
            columns = _named(row, needed)
        else:
            made = _made(columns, number, row, read)
            if made is not None:
                yield made
            else:
                tally.skipped += 1
    if columns is None:
        raise StatementUnreadableError(problem="it has no row of column names")


def _named(row: list[str], needed: Sequence[str]) -> Columns:
    columns = Columns(row)
    absent = (one for one in needed if not any(map(columns.has, one.split("|"))))
    missing = next(absent, None)
    if missing:
        raise StatementUnreadableError(problem=f"it has no column {missing}")
    return columns


def _made(
    columns: Columns, number: int, row: list[str], read: "Read"
) -> StatementLine | RejectedRow | None:
    try:
        columns.check(row)
        return read(columns, number, row)
    except RowError as error:
        return rejected(number, error, ",".join(row))


Read = Callable[[Columns, int, list[str]], StatementLine | None]

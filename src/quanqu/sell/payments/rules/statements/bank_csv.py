"""A bank's plain CSV, by the names of columns that its reader declared."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import BinaryIO, Final

from quanqu.sell.payments.contracts.settlement import (
    BankColumns,
    Book,
    LineKind,
    RejectedRow,
    StatementReason,
)
from quanqu.sell.payments.rules.statements.columns import Columns, read_rows
from quanqu.sell.payments.rules.statements.lines import (
    RowError,
    StatementLine,
    Tally,
    read_money,
)
from quanqu.sell.payments.rules.statements.texts import text_lines

__all__ = ["DAY_FORMS", "read_bank"]

DAY_FORMS: Final = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYYMMDD": "%Y%m%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
}


def read_bank(
    file: BinaryIO, declared: BankColumns, bank_account: str, tally: Tally
) -> Iterator[StatementLine | RejectedRow]:
    """Yield the rows of a bank's account. Raises: StatementUnreadableError."""
    names = [
        name
        for name in (
            declared.day, declared.reference, declared.amount, declared.credit, declared.debit,
            declared.currency_column, declared.identity,
        )
        if name
    ]  # fmt: skip

    def read(columns: Columns, number: int, row: list[str]) -> StatementLine:
        return _line(columns, declared, bank_account, number, row)

    yield from read_rows(file, names, read, tally, delimiter=_delimiter(file))


def _delimiter(file: BinaryIO) -> str:
    first = next(text_lines(file), "")
    return max(",;\t", key=first.count)


def _line(
    columns: Columns, declared: BankColumns, bank_account: str, number: int, row: list[str]
) -> StatementLine:
    currency = declared.currency.upper()
    if declared.currency_column:
        currency = columns.cell(row, declared.currency_column).upper()
    if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
        raise RowError(StatementReason.CURRENCY, currency)
    on = _day(columns.cell(row, declared.day), declared.day_form)
    if declared.amount:
        minor = _money(columns.cell(row, declared.amount), declared, currency)
    else:
        came = _money(columns.cell(row, declared.credit), declared, currency)
        minor = came - abs(_money(columns.cell(row, declared.debit), declared, currency))
    if not minor:
        raise RowError(StatementReason.AMOUNT, "0")
    text = columns.cell(row, declared.reference)[:4000]
    own = columns.cell(row, declared.identity) if declared.identity else ""
    if not own:
        own = sha256(f"{on} {minor} {currency} {text}".encode()).hexdigest()[:32]
    return StatementLine(
        number, Book.BANK, f"{bank_account}:{own}",
        LineKind.CREDIT if minor > 0 else LineKind.DEBIT,
        datetime(on.year, on.month, on.day, tzinfo=UTC), on, abs(minor), currency, 0, abs(minor),
        currency, own, "", bank_account, text,
    )  # fmt: skip


def _money(text: str, declared: BankColumns, currency: str) -> int:
    """Read an amount with the bank's decimals; groups of three may be set apart."""
    apart = "." if declared.decimal == "," else ","
    plain = text.replace(apart, "").replace(" ", "").replace("\u00a0", "").replace("'", "")
    return read_money(plain.replace(declared.decimal, "."), currency)


def _day(text: str, form: str) -> date:
    try:
        return datetime.strptime(text, DAY_FORMS[form]).replace(tzinfo=UTC).date()
    except ValueError:
        raise RowError(StatementReason.TIME, text) from None

"""Read a statement of any known form."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from quanqu.sell.payments.contracts.errors import StatementFieldError
from quanqu.sell.payments.contracts.settlement import (
    RejectedRow,
    StatementDraft,
    StatementFormat,
    StatementReason,
)
from quanqu.sell.payments.rules.statements import alipay, bank_csv, camt, stripe, wechat
from quanqu.sell.payments.rules.statements.lines import RowError, StatementLine, Tally, rejected

__all__ = ["check_draft", "read_statement"]

_LONGEST_TEXT = 200


def check_draft(draft: StatementDraft) -> None:
    """Refuse what cannot be read whatever the file. Raises: StatementFieldError."""
    columns = draft.columns
    if draft.form is not StatementFormat.BANK_CSV:
        return
    if columns is None or not columns.day or not columns.reference:
        raise StatementFieldError(field="columns", problem="name the columns of day and reference")
    if bool(columns.amount) == bool(columns.credit and columns.debit):
        raise StatementFieldError(
            field="columns", problem="name the column of the amount, or those of credit and debit"
        )
    if columns.day_form not in bank_csv.DAY_FORMS:
        known = ", ".join(bank_csv.DAY_FORMS)
        raise StatementFieldError(field="day_form", problem=f"is one of {known}")
    if columns.decimal not in (".", ","):
        raise StatementFieldError(field="decimal", problem="is a point or a comma")
    if not columns.currency_column and len(columns.currency) != 3:
        raise StatementFieldError(field="currency", problem="is a code of three letters")


def read_statement(
    draft: StatementDraft, file: BinaryIO, tally: Tally
) -> Iterator[StatementLine | RejectedRow]:
    """Yield the lines and rejected rows of a file, counted in `tally`.

    A reference that comes again within the file gets its number: a second telling is a line of its
    own, and the same in the next file.  Raises: StatementUnreadableError.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for item in _read(draft, file, tally):
        told: StatementLine | RejectedRow = item
        if isinstance(item, StatementLine):
            told = _sound(item)
        if isinstance(told, RejectedRow):
            tally.rejected += 1
        else:
            tally.lines += 1
            name = (told.book.value, told.ref)
            seen[name] += 1
            if seen[name] > 1:
                told.ref = f"{told.ref}#{seen[name]}"
        yield told


def _read(
    draft: StatementDraft, file: BinaryIO, tally: Tally
) -> Iterator[StatementLine | RejectedRow]:
    if draft.form is StatementFormat.WECHAT_TRADES:
        return wechat.read_trades(file, tally)
    if draft.form is StatementFormat.WECHAT_FUNDS:
        return wechat.read_funds(file, tally)
    if draft.form is StatementFormat.ALIPAY_FUNDS:
        return alipay.read_funds(file, tally)
    if draft.form is StatementFormat.STRIPE_BALANCE:
        return stripe.read_balance(file, tally)
    if draft.form is StatementFormat.CAMT053:
        return camt.read_camt(file, tally, draft.bank_account)
    if draft.columns is None:
        raise StatementFieldError(field="columns", problem="are missing")
    return bank_csv.read_bank(file, draft.columns, draft.bank_account, tally)


def _sound(line: StatementLine) -> StatementLine | RejectedRow:
    """Refuse a line whose references are longer than any provider's."""
    names = (line.ref, line.provider_id, line.payment_ref, line.own_ref)
    if max(map(len, names)) > _LONGEST_TEXT:
        return rejected(line.row, RowError(StatementReason.REFERENCE), max(names, key=len))
    if line.at.year < 2000 or line.at.year > 2200:
        return rejected(line.row, RowError(StatementReason.TIME, line.at.isoformat()), line.ref)
    return line

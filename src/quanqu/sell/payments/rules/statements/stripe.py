"""Stripe's itemized reports: balance change from activity, payouts, payout reconciliation.

Amounts are in major units; `net` is `gross` less `fee`.  A capture of less than was promised is a
charge and a partial_capture_reversal.  Source: docs.stripe.com/reports/report-types (balance,
payouts, payout-reconciliation) and docs.stripe.com/reports/reporting-categories.
"""

from collections.abc import Callable, Iterator
from datetime import UTC
from typing import BinaryIO, Final

from quanqu.sell.payments.contracts.settlement import (
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
    read_moment,
    read_money,
)

__all__ = ["read_balance"]

_NEEDED: Final = (
    "balance_transaction_id", "currency", "gross", "fee", "net", "reporting_category",
)  # fmt: skip
_TIMES: Final = ("created_utc", "effective_at_utc", "created", "effective_at")
_KINDS: Final = {
    "charge": LineKind.CAPTURE,
    "refund": LineKind.REFUND,
    "partial_capture_reversal": LineKind.REVERSAL,
    "fee": LineKind.FEE,
    "payout": LineKind.PAYOUT,
}


def read_balance(file: BinaryIO, tally: Tally) -> Iterator[StatementLine | RejectedRow]:
    """Yield the balance transactions of a report. Raises: StatementUnreadableError."""
    yield from read_rows(file, (*_NEEDED, "|".join(_TIMES)), _line, tally)


def _line(columns: Columns, number: int, row: list[str]) -> StatementLine:
    def cell(*names: str) -> str:
        return columns.cell(row, *names)

    ref, currency = cell("balance_transaction_id"), cell("currency").upper()
    if not ref:
        raise RowError(StatementReason.REFERENCE, "balance_transaction_id")
    if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
        raise RowError(StatementReason.CURRENCY, currency)
    gross, fee, net = (read_money(cell(name), currency) for name in ("gross", "fee", "net"))
    if gross - fee != net:
        raise RowError(StatementReason.AMOUNT, f"{cell('gross')} - {cell('fee')} ≠ {cell('net')}")
    at, on = read_moment(next(filter(None, map(cell, _TIMES)), ""), UTC)
    told = cell("reporting_category")
    kind = _KINDS.get(told, LineKind.OTHER)
    line = StatementLine(
        number, Book.FUNDS if kind is LineKind.PAYOUT else Book.TRADES, ref, kind, at, on, gross,
        currency, fee, 0, currency, cell("source_id"), cell("payment_intent_id"), "",
        told if kind is LineKind.OTHER else "",
    )  # fmt: skip
    if kind is LineKind.FEE:
        line.amount_minor, line.fee_minor = fee - gross, 0
    elif kind is LineKind.PAYOUT:
        line.amount_minor, line.provider_id = abs(gross), cell("payout_id") or line.provider_id
        line.text = cell("payout_trace_id", "description")
    elif kind is not LineKind.OTHER:
        _of_payment(line, cell)
    return line


def _of_payment(line: StatementLine, cell: Callable[..., str]) -> None:
    """Say of which payment it is, and what the shopper saw of it."""
    if line.kind is LineKind.REFUND:
        line.own_ref = cell("refund_metadata[operation_id]")
    else:
        line.provider_id = cell("charge_id") or line.provider_id
        line.own_ref = cell("payment_metadata[payment_id]")
    if line.kind is not LineKind.CAPTURE:
        line.amount_minor = -line.amount_minor
    if line.amount_minor <= 0:
        raise RowError(StatementReason.AMOUNT, cell("gross"))
    line.paid_minor = line.amount_minor
    shopper = cell("customer_facing_currency").upper()
    if shopper and cell("customer_facing_amount"):
        line.paid_currency = shopper
        line.paid_minor = abs(read_money(cell("customer_facing_amount"), shopper))

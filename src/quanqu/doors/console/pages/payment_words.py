"""Words and tones of payments: tenders, states, problems, statements, differences."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip
from quanqu.sell.payments.contracts import (
    DifferenceAct,
    DifferenceKind,
    DifferenceState,
    EntryKind,
    LineKind,
    OperationState,
    PaymentState,
    StatementFormat,
    StatementReason,
)

__all__ = [
    "DIFFERENCE_ACTS",
    "DIFFERENCE_KINDS",
    "DIFFERENCE_STATES",
    "ENTRIES",
    "FORMATS",
    "LINE_KINDS",
    "OPERATION_STATES",
    "PAYMENT_STATES",
    "PROBLEMS",
    "PROVIDERS",
    "REJECT_REASONS",
    "STATEMENT_PROBLEMS",
    "WALLETS",
    "difference_chip",
    "payment_chip",
    "tender_detail",
    "tender_title",
]

WALLETS: Final = {
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "link": "Link",
    "samsung_pay": "Samsung Pay",
}
"""Wallets of phones as their makers call them, in every language."""
PAYMENT_STATES: Final[dict[PaymentState, tuple[Promise, Tone, str]]] = {
    PaymentState.CREATED: (_("Recorded"), "", ""),
    PaymentState.PENDING: (_("Waits for the shopper"), "warn", "hourglass"),
    PaymentState.UNKNOWN: (_("Provider is silent"), "warn", "circle-help"),
    PaymentState.AUTHORISED: (_("Authorised"), "info", ""),
    PaymentState.CAPTURED: (_("Captured"), "good", "check"),
    PaymentState.VOIDED: (_("Given up"), "hollow", "x"),
    PaymentState.FAILED: (_("Failed"), "bad", "circle-x"),
}
OPERATION_STATES: Final[dict[OperationState, tuple[Promise, Tone]]] = {
    OperationState.READY: (_("To be asked"), ""),
    OperationState.SENT: (_("Asked just now"), "info"),
    OperationState.PENDING: (_("Under way"), "warn"),
    OperationState.UNKNOWN: (_("Not answered"), "warn"),
    OperationState.DONE: (_("Done"), "good"),
    OperationState.REFUSED: (_("Refused"), "bad"),
}
ENTRIES: Final[dict[EntryKind, tuple[Promise, str]]] = {
    EntryKind.AUTHORISATION: (_("Authorised"), "shield-check"),
    EntryKind.CAPTURE: (_("Captured"), "arrow-down"),
    EntryKind.VOID: (_("Given up"), "x"),
    EntryKind.REFUND: (pgettext_lazy("payment", "Given back"), "undo-2"),
    EntryKind.FAILURE: (_("Failed"), "circle-x"),
}
PROBLEMS: Final[dict[str, Promise]] = {
    "amount_changed": _("The provider told of another amount than was asked for."),
    "currency_changed": _("The provider told of another currency than was asked for."),
    "too_early": _("The provider told of something before what it follows."),
}
_TENDERS: Final[dict[str, Promise]] = {
    "cash": _("Cash"),
    "card": _("Card"),
    "alipay": _("Alipay"),
    "wechat_pay": _("WeChat Pay"),
    "invoice": _("Invoice"),
    "cash_on_delivery": _("Cash on delivery"),
    "test": _("Test tender"),
}
PROVIDERS: Final[dict[str, Promise]] = {
    "stripe": _("Stripe"),
    "wechat": _("WeChat Pay"),
    "alipay": _("Alipay"),
    "test": _("Test provider"),
}
FORMATS: Final[dict[StatementFormat, Promise]] = {
    StatementFormat.WECHAT_TRADES: _("WeChat Pay: trade bill (CSV)"),
    StatementFormat.WECHAT_FUNDS: _("WeChat Pay: fund flow bill (CSV)"),
    StatementFormat.ALIPAY_FUNDS: _("Alipay: account log (CSV)"),
    StatementFormat.STRIPE_BALANCE: _("Stripe: itemized balance or payouts (CSV)"),
    StatementFormat.CAMT053: _("Bank: camt.053 (XML)"),
    StatementFormat.BANK_CSV: _("Bank: CSV with named columns"),
}
LINE_KINDS: Final[dict[LineKind, Promise]] = {
    LineKind.CAPTURE: _("Capture"),
    LineKind.REVERSAL: _("Part not taken"),
    LineKind.REFUND: _("Refund"),
    LineKind.FEE: _("Fee"),
    LineKind.PAYOUT: _("Payout"),
    LineKind.OTHER: _("Other change of the balance"),
    LineKind.CREDIT: _("Paid in"),
    LineKind.DEBIT: _("Paid out"),
}
REJECT_REASONS: Final[dict[StatementReason, Promise]] = {
    StatementReason.COLUMNS: _("has another number of columns"),
    StatementReason.AMOUNT: _("holds an amount that cannot be read or does not add up"),
    StatementReason.CURRENCY: _("holds no currency of three letters"),
    StatementReason.TIME: _("holds a time that cannot be read"),
    StatementReason.REFERENCE: _("has no number, or one too long"),
    StatementReason.KIND: _("is of a kind nobody knows"),
    StatementReason.TEXT: _("holds a character that is no text"),
}
STATEMENT_PROBLEMS: Final[dict[str, Promise]] = {
    "summary_missing": _("The file ends without its sums: perhaps it was cut off."),
    "summary_differs": _("The sums at the end of the file disagree with its rows."),
}
DIFFERENCE_KINDS: Final[dict[DifferenceKind, tuple[Promise, Promise]]] = {
    DifferenceKind.MISSING_AT_PROVIDER: (
        _("Missing at the provider"),
        _("We took or gave back money that no statement tells of after the agreed days."),
    ),
    DifferenceKind.MISSING_HERE: (
        _("Missing here"),
        _("The provider took money for a payment that we know nothing of."),
    ),
    DifferenceKind.AMOUNT_DIFFERS: (
        _("Amount differs"),
        _("Both sides know it, with another amount or currency."),
    ),
    DifferenceKind.FEE_UNEXPECTED: (
        _("Fee unexpected"),
        _("The fee is not what was agreed with the provider."),
    ),
    DifferenceKind.REFUND_UNKNOWN: (
        _("Refund unknown"),
        _("The provider gave money back that we did not."),
    ),
    DifferenceKind.PAYOUT_NOT_ARRIVED: (
        _("Payout not arrived"),
        _("The provider sent money that the bank has not received in the agreed days."),
    ),
    DifferenceKind.PAYOUT_DIFFERS: (
        _("Payout differs"),
        _("The bank received another amount under the number of the payout."),
    ),
    DifferenceKind.DUPLICATE: (
        pgettext_lazy("difference", "Duplicate"),
        _("The provider tells of the same payment twice."),
    ),
}
DIFFERENCE_STATES: Final[dict[DifferenceState, tuple[Promise, Tone, str]]] = {
    DifferenceState.OPEN: (pgettext_lazy("difference", "Open"), "warn", "circle-alert"),
    DifferenceState.CLOSED: (pgettext_lazy("difference", "Closed"), "hollow", "check"),
    DifferenceState.SETTLED: (_("Settled by itself"), "good", "check"),
}
DIFFERENCE_ACTS: Final[dict[DifferenceAct, tuple[Promise, str]]] = {
    DifferenceAct.NOTED: (_("Note"), "pencil"),
    DifferenceAct.CLOSED: (pgettext_lazy("difference", "Closed"), "check"),
    DifferenceAct.REOPENED: (_("Open again"), "rotate-ccw"),
    DifferenceAct.SETTLED: (_("Settled by itself"), "circle-check"),
    DifferenceAct.CHANGED: (_("Open again: its figures changed"), "refresh-cw"),
}


def tender_detail(code: str, wallet: str) -> str:
    """Return the title of a tender, with the wallet that held the card."""
    if not wallet:
        return tender_title(code)
    return f"{tender_title(code)} · {WALLETS.get(wallet, wallet)}"


def tender_title(code: str) -> str:
    """Return what a tender is called; a tender of another room by its code."""
    return str(_TENDERS.get(code, code))


def payment_chip(state: PaymentState) -> Cell:
    """Return a payment's state as a chip."""
    title, tone, icon = PAYMENT_STATES[state]
    return chip(str(title), tone, icon)


def difference_chip(state: DifferenceState) -> Cell:
    """Return a difference's state as a chip."""
    title, tone, icon = DIFFERENCE_STATES[state]
    return chip(str(title), tone, icon)

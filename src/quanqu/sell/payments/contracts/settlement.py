"""Settlement: statements of providers and banks, their lines, and what differs."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from quanqu.sell.payments.contracts.words import EntryKind

__all__ = [
    "BANK_FORMATS",
    "FORMATS_OF",
    "BankColumns",
    "Book",
    "Difference",
    "DifferenceAct",
    "DifferenceDetail",
    "DifferenceFilters",
    "DifferenceKind",
    "DifferenceNote",
    "DifferenceState",
    "EntrySide",
    "LineKind",
    "LineView",
    "RejectedRow",
    "SettledDay",
    "StatementDraft",
    "StatementFormat",
    "StatementReason",
    "StatementView",
    "TermsDraft",
    "TermsView",
]


class StatementFormat(StrEnum):
    """The file formats that are read."""

    WECHAT_TRADES = "wechat_trades"
    WECHAT_FUNDS = "wechat_funds"
    ALIPAY_FUNDS = "alipay_funds"
    STRIPE_BALANCE = "stripe_balance"
    CAMT053 = "camt053"
    BANK_CSV = "bank_csv"


BANK_FORMATS = frozenset({StatementFormat.CAMT053, StatementFormat.BANK_CSV})
FORMATS_OF = {
    "wechat": (StatementFormat.WECHAT_TRADES, StatementFormat.WECHAT_FUNDS),
    "alipay": (StatementFormat.ALIPAY_FUNDS,),
    "stripe": (StatementFormat.STRIPE_BALANCE,),
}
"""Which files the accounts of a provider take."""


class Book(StrEnum):
    """Which book a line is of: a provider's trades, a provider's funds, a bank's account."""

    TRADES = "trades"
    FUNDS = "funds"
    BANK = "bank"


class LineKind(StrEnum):
    """What a line says.

    capture, refund: of a payment.  reversal: the part of a capture that was promised and not
    taken.  fee: kept by the provider (below zero: given back).  payout: sent to the bank.
    other: any other change of the provider's balance.  credit, debit: of a bank.
    """

    CAPTURE = "capture"
    REVERSAL = "reversal"
    REFUND = "refund"
    FEE = "fee"
    PAYOUT = "payout"
    OTHER = "other"
    CREDIT = "credit"
    DEBIT = "debit"


class StatementReason(StrEnum):
    """Why a row of a file was rejected."""

    COLUMNS = "columns"
    AMOUNT = "amount"
    CURRENCY = "currency"
    TIME = "time"
    REFERENCE = "reference"
    KIND = "kind"
    TEXT = "text"


class DifferenceKind(StrEnum):
    """What differs between two sides."""

    MISSING_AT_PROVIDER = "missing_at_provider"
    MISSING_HERE = "missing_here"
    AMOUNT_DIFFERS = "amount_differs"
    FEE_UNEXPECTED = "fee_unexpected"
    REFUND_UNKNOWN = "refund_unknown"
    PAYOUT_NOT_ARRIVED = "payout_not_arrived"
    PAYOUT_DIFFERS = "payout_differs"
    DUPLICATE = "duplicate"


class DifferenceState(StrEnum):
    """Where a difference stands: settled, where both sides came to agree by themselves."""

    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"


class DifferenceAct(StrEnum):
    """What happened to a difference."""

    NOTED = "noted"
    CLOSED = "closed"
    REOPENED = "reopened"
    SETTLED = "settled"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class BankColumns:
    """How the columns of a bank's plain CSV are called, and how it writes days and decimals.

    Either `amount` (below zero: paid out) or `credit` and `debit`.  `currency`: of every row,
    unless `currency_column` names a column.  `identity`: the bank's own number of a row, if any.
    """

    day: str
    reference: str
    amount: str = ""
    credit: str = ""
    debit: str = ""
    currency: str = ""
    currency_column: str = ""
    identity: str = ""
    day_form: str = "YYYY-MM-DD"
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """A file to be read: of an account with a provider, or of a company's bank.

    `account_id`: empty for a bank.  `bank_account`: the bank's account where the file names none.
    """

    company_key: int
    form: StatementFormat
    file_name: str
    account_id: UUID | None = None
    bank_account: str = ""
    columns: BankColumns | None = None


@dataclass(frozen=True, slots=True)
class StatementView:
    """A file that was read.

    `lines`: taken in.  `known`: rows that an earlier file held.  `skipped`: rows that move no money
    yet, such as a bank's pending entries.  `problem`: `summary_missing`, `summary_differs` or
    empty.  `is_repeat`: this very file was read before, and nothing was changed.
    """

    id: UUID
    key: int
    company_key: int
    account_key: int
    form: StatementFormat
    file_name: str
    lines: int
    known: int
    rejected: int
    skipped: int
    problem: str
    first_on: date | None
    last_on: date | None
    imported_at: datetime
    imported_by: str
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of a file that was not taken. Units: `row` from 1, the file's own count of lines."""

    row: int
    reason: StatementReason
    detail: str
    text: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a statement. Units: minor units; positive as its kind says."""

    key: int
    statement_id: UUID
    account_key: int
    book: Book
    kind: LineKind
    row: int
    ref: str
    at: datetime
    amount_minor: int
    currency: str
    fee_minor: int
    paid_minor: int
    paid_currency: str
    provider_id: str
    payment_ref: str
    own_ref: str
    text: str
    is_matched: bool


@dataclass(frozen=True, slots=True)
class EntrySide:
    """Our side of a difference: a line of the ledger and its payment. Units: minor units."""

    payment_id: UUID
    reference: str
    tender: str
    place_key: int
    kind: EntryKind
    amount_minor: int
    currency: str
    provider_id: str
    at: datetime
    wallet: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two sides tell differently. Units: minor units of `currency`."""

    id: UUID
    key: int
    kind: DifferenceKind
    state: DifferenceState
    company_key: int
    account_key: int
    on: date
    expected_minor: int
    found_minor: int
    currency: str
    reference: str
    opened_at: datetime
    changed_at: datetime
    closed_by: str


@dataclass(frozen=True, slots=True)
class DifferenceNote:
    """What was done about a difference, and why."""

    act: DifferenceAct
    note: str
    actor: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DifferenceDetail:
    """A difference with both sides and its history."""

    difference: Difference
    entry: EntrySide | None
    lines: tuple[LineView, ...]
    notes: tuple[DifferenceNote, ...]


@dataclass(frozen=True, slots=True)
class DifferenceFilters:
    """Narrow a list of differences; empty: all the reader may see."""

    company_keys: frozenset[int] | None = None
    account_ids: frozenset[UUID] = frozenset()
    kinds: frozenset[DifferenceKind] = frozenset()
    states: frozenset[DifferenceState] = frozenset()
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """What is agreed with a provider.

    `wait_days`: how long a payment may be missing from statements.  `payout_days`: how long a
    payout may take to the bank.  `fee_rate`: of the amount, 0 to 1; None: fees are not checked.
    `fee_fixed_minor`: added to each capture.  `returns_fee`: a refund gives its share back.
    """

    wait_days: int = 3
    payout_days: int = 5
    fee_rate: Decimal | None = None
    fee_fixed_minor: int = 0
    returns_fee: bool = False


@dataclass(frozen=True, slots=True)
class TermsView:
    """What is agreed, from when on the account is reconciled, and when it was last."""

    account_id: UUID
    account_key: int
    terms: TermsDraft = field(default_factory=TermsDraft)
    since: date | None = None
    reconciled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SettledDay:
    """How the captures and refunds of a day and an account stand. Units: minor units, counts.

    The amounts are captures plus refunds, without sign: each of them has to be found.
    """

    on: date
    account_key: int
    currency: str
    total_count: int
    total_minor: int
    matched_count: int
    matched_minor: int
    waiting_count: int
    waiting_minor: int
    different_count: int
    different_minor: int

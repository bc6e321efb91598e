"""Statements, differences and terms as the API takes and shows them."""

from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.payments.api.schemas.payments import Id, Text
from quanqu.sell.payments.contracts import (
    Book,
    DifferenceAct,
    DifferenceKind,
    DifferenceState,
    EntryKind,
    LineKind,
    StatementFormat,
    StatementReason,
)

Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-11-02"])]


class StatementIn(Schema):
    """What a file is, beside its content. Columns are those of a bank's plain CSV."""

    form: StatementFormat
    account: Id = Field("", description="The payment account; empty for a bank's statement.")
    company: Id = Field("", description="The company; needed for a bank's statement.")
    bank_account: Text = Field("", description="The bank's account where the file names none.")
    day: Text = ""
    reference: Text = ""
    amount: Text = ""
    credit: Text = ""
    debit: Text = ""
    currency: Text = Field("", description="Of every row, unless a column is named.")
    currency_column: Text = ""
    identity: Text = Field("", description="The column of the bank's own number of a row.")
    day_form: Text = "YYYY-MM-DD"
    decimal: Text = "."


class StatementOut(Schema):
    """A file that was read."""

    id: str
    company: str
    account: str | None
    form: StatementFormat
    file_name: str
    lines: int
    known: int
    rejected: int
    skipped: int
    problem: str
    first_on: str | None
    last_on: str | None
    imported_at: str
    is_repeat: bool


class RejectOut(Schema):
    """A row that was not taken, and why."""

    row: int
    reason: StatementReason
    detail: str
    text: str


class StatementDetailOut(StatementOut):
    """A file with its first rejected rows."""

    rejects: list[RejectOut]


class LineOut(Schema):
    """A line of a statement; amounts are positive as the kind says."""

    statement: str
    row: int
    book: Book
    kind: LineKind
    ref: str
    at: str
    amount: MoneyOut
    fee: MoneyOut
    paid: MoneyOut
    provider_id: str
    payment_ref: str
    own_ref: str
    text: str
    is_matched: bool


class DifferenceQuery(Schema):
    """Narrow the list of differences."""

    company: Id | None = None
    account: Id | None = None
    kind: DifferenceKind | None = None
    state: DifferenceState | None = None
    first: Day | None = None
    last: Day | None = None


class DifferenceOut(Schema):
    """Something that two sides tell differently."""

    id: str
    kind: DifferenceKind
    state: DifferenceState
    company: str
    account: str | None
    on: str
    expected: MoneyOut
    found: MoneyOut
    reference: str
    opened_at: str
    changed_at: str


class EntrySideOut(Schema):
    """Our side of a difference."""

    payment: str
    reference: str
    tender: str
    wallet: str
    place: str
    kind: EntryKind
    amount: MoneyOut
    provider_id: str
    at: str


class NoteOut(Schema):
    """What was done about a difference, and why."""

    act: DifferenceAct
    note: str
    at: str


class DifferenceDetailOut(DifferenceOut):
    """A difference with both sides and its history."""

    entry: EntrySideOut | None
    lines: list[LineOut]
    notes: list[NoteOut]


class NoteIn(Schema):
    """What was found out, or why it is closed or taken up again."""

    note: Note


class DaysQuery(Schema):
    """Which days."""

    first: Day
    last: Day
    company: Id | None = None


class SettledDayOut(Schema):
    """How the captures and refunds of a day and an account stand; amounts without sign."""

    on: str
    account: str
    total_count: int
    total: MoneyOut
    matched_count: int
    matched: MoneyOut
    waiting_count: int
    waiting: MoneyOut
    different_count: int
    different: MoneyOut


class TermsIn(Schema):
    """What is agreed with a provider."""

    wait_days: int = Field(3, ge=0, le=90)
    payout_days: int = Field(5, ge=0, le=90)
    fee_rate: Annotated[Decimal, Field(ge=0, le=1, max_digits=9, decimal_places=8)] | None = Field(
        None, description="Of the amount; none: fees are not compared.", examples=["0.006"]
    )
    fee_fixed_minor: int = Field(0, ge=0, le=10**15)
    returns_fee: bool = False


class TermsOut(Schema):
    """What is agreed, since when the account is reconciled, and when it was last."""

    account: str
    wait_days: int
    payout_days: int
    fee_rate: str | None
    fee_fixed_minor: int
    returns_fee: bool
    since: str | None
    reconciled_at: str | None

"""The shapes of the API of consent."""

from datetime import datetime
from typing import Annotated, Any, Final

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time, parse_time
from quanqu.know.consent.contracts import (
    CHANNELS,
    PURPOSES,
    Basis,
    Channel,
    ConsentRecordRow,
    ConsentTextRow,
    CoverageRow,
    CustomerConsent,
    Definition,
    Purpose,
    SourceKind,
    State,
    Statement,
    Status,
)

CustomerId = Annotated[str, Field(max_length=40, examples=["cus_01hz0000000000000000000000"])]
Source = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
RECEIPT: Final = "quanqu-consent-receipt/1"


def _moment(value: object) -> object:
    """Read RFC 3339 only: no counts of seconds."""
    if not isinstance(value, str):
        raise ValueError("give an RFC 3339 time as text")
    return parse_time(value)


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class WordOut(Schema):
    """A code with its name and meaning in both languages."""

    code: str
    name: dict[str, str]
    text: dict[str, str]


class PurposeOut(WordOut):
    """A purpose, its legal basis and the channels it is asked for."""

    basis: Basis
    needs_consent: bool
    channels: list[Channel]


class VocabularyOut(Schema):
    """Every purpose and channel."""

    purposes: list[PurposeOut]
    channels: list[WordOut]


class TextOut(Schema):
    """The words of a purpose: one version in one language."""

    purpose: Purpose
    version: int
    language: str
    text: str
    sha256: str
    published_at: str
    published_by: str


class TextIn(Schema):
    """The next version of a purpose's words, by language."""

    purpose: Purpose
    en: Annotated[str, Field(min_length=1, max_length=10_000)]
    zh_hans: Annotated[str, Field(alias="zh-hans", min_length=1, max_length=10_000)]


class StatementIn(Schema):
    """What a customer said of one purpose and channel."""

    purpose: Purpose
    channel: Channel
    status: Status
    observed_at: Moment
    basis: Basis = Basis.CONSENT
    source_kind: SourceKind = SourceKind.FORM
    source: Source
    text_version: Annotated[int | None, Field(None, ge=1, le=1_000_000)]
    language: Annotated[str | None, Field(None, pattern="^(en|zh-hans)$")]
    reference: Annotated[
        str | None, Field(None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    ]
    valid_until: Moment | None = None


class RecordIn(Schema):
    """Statements of one customer, and how they can be proven."""

    statements: Annotated[list[StatementIn], Field(min_length=1, max_length=200)]
    note: Annotated[str | None, Field(None, min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class RecordedOut(Schema):
    """How many records were made (one per identifier) and how many were there already."""

    made: int
    known: int


class ConsentOut(Schema):
    """The gate's answer for one purpose and channel."""

    purpose: Purpose
    channel: Channel
    is_allowed: bool
    state: State
    reason: str
    observed_at: str | None
    valid_until: str | None
    records: list[int]


class RecordOut(Schema):
    """One record of the ledger."""

    key: int
    purpose: Purpose
    channel: Channel
    basis: Basis
    status: Status
    text_version: int | None
    language: str | None
    source_kind: SourceKind
    source: str
    reference: str
    observed_at: str
    valid_until: str | None
    recorded_at: str
    recorded_by: str
    note: str | None
    counts: bool
    proof: str


class ReceiptOut(Schema):
    """All that was recorded of a customer, what follows from it, and the words they agreed to."""

    receipt: str = RECEIPT
    customer: str
    generated_at: str
    consents: list[ConsentOut]
    records: list[RecordOut]
    texts: list[TextOut]


class DecisionIn(Schema):
    """Who may be used for a purpose through a channel."""

    purpose: Purpose
    channel: Channel
    customers: Annotated[list[CustomerId], Field(min_length=1, max_length=1000)]


class DecisionOut(Schema):
    """The gate's answer for one customer."""

    customer: str
    is_allowed: bool
    state: State
    reason: str
    valid_until: str | None
    records: list[int]


class CoverageOut(Schema):
    """How many customers in scope are in each state."""

    purpose: Purpose
    channel: Channel
    customers: int
    states: dict[str, int]
    restricted: int


class StateQuery(Schema):
    """Which customers to list."""

    state: State = State.GRANTED
    purpose: Purpose = Purpose.MARKETING
    by: Channel = Field(Channel.EMAIL, description="The channel.")


class ConsentCustomerOut(Schema):
    """A customer of a list by state, masked."""

    id: str
    name: str | None
    observed_at: str | None
    valid_until: str | None
    is_allowed: bool


def vocabulary() -> dict[str, Any]:
    purposes = [
        {
            **_word(purpose.value, found.words),
            "basis": found.basis,
            "needs_consent": found.needs_consent,
            "channels": list(found.channels),
        }
        for purpose, found in PURPOSES.items()
    ]
    channels = [_word(channel.value, words) for channel, words in CHANNELS.items()]
    return {"purposes": purposes, "channels": channels}


def statement(body: StatementIn) -> Statement:
    return Statement(**body.dict())


def text_out(row: ConsentTextRow) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "version": row.version,
        "language": row.language,
        "text": row.text,
        "sha256": row.text_hash,
        "published_at": format_time(row.published_at),
        "published_by": row.published_by,
    }


def consent_out(row: CustomerConsent) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "channel": row.channel,
        "is_allowed": row.is_allowed,
        "state": row.state,
        "reason": row.reason.value,
        "observed_at": _time(row.observed_at),
        "valid_until": _time(row.valid_until),
        "records": list(row.record_keys),
    }


def record_out(row: ConsentRecordRow) -> dict[str, Any]:
    names = set(RecordOut.model_fields) - {"observed_at", "valid_until", "recorded_at"}
    return {name: getattr(row, name) for name in names} | {
        "observed_at": _time(row.observed_at),
        "valid_until": _time(row.valid_until),
        "recorded_at": _time(row.recorded_at),
    }


def coverage_out(row: CoverageRow) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "channel": row.channel,
        "customers": row.customers,
        "states": {state.value: count for state, count in row.states.items()},
        "restricted": row.restricted,
    }


def decision_out(id_: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "customer": encode("cus", id_),
        "is_allowed": row["is_allowed"],
        "state": row["state"],
        "reason": row["reason"],
        "valid_until": _time(row["valid_until"]),
        "records": row["record_keys"],
    }


def _word(code: str, words: Definition) -> dict[str, Any]:
    return {
        "code": code,
        "name": {"en": words.name_en, "zh-hans": words.name_zh},
        "text": {"en": words.text_en, "zh-hans": words.text_zh},
    }


def _time(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None

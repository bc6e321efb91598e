"""What the ledger takes and answers: statements, records, decisions, texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

import pyarrow as pa

from quanqu.know.consent.contracts.vocabulary import (
    Basis,
    Channel,
    Purpose,
    Reason,
    SourceKind,
    State,
    Status,
)
from quanqu.know.customers.contracts import CustomerRow

__all__ = [
    "DECISIONS",
    "STATEMENTS",
    "ConfirmationRequested",
    "ConsentCustomerRow",
    "ConsentRecordRow",
    "ConsentTextRow",
    "CoverageRow",
    "CustomerConsent",
    "ImportedConsents",
    "IssuedLink",
    "Preferences",
    "Recorded",
    "RejectedLine",
    "Statement",
    "TrendRow",
]

_TIME: Final = pa.timestamp("us", "UTC")

STATEMENTS: Final = pa.schema(
    [
        ("subject_key", pa.int64()),
        ("via_key", pa.int64()),
        ("purpose", pa.string()),
        ("channel", pa.string()),
        ("basis", pa.string()),
        ("status", pa.string()),
        ("text_version", pa.int32()),
        ("language", pa.string()),
        ("source_kind", pa.string()),
        ("source", pa.string()),
        ("reference", pa.string()),
        ("observed_at", _TIME),
        ("valid_until", _TIME),
    ]
)
"""Columns of a table of statements. `via_key` is the subject who spoke (null: `subject_key`
itself); `reference` names the statement for ever; `valid_until` only with `granted`."""

DECISIONS: Final = pa.schema(
    [
        ("customer_key", pa.int64()),
        ("is_allowed", pa.bool_()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("valid_until", _TIME),
        ("record_keys", pa.list_(pa.int64())),
    ]
)
"""Columns of the gate's answer, one row per key asked for, in the order asked."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one person said: the answer to one purpose and channel.

    Without `reference` one is made of the statement itself, so that the same again is one.
    """

    purpose: Purpose
    channel: Channel
    status: Status
    source_kind: SourceKind
    source: str
    observed_at: datetime
    basis: Basis = Basis.CONSENT
    text_version: int | None = None
    language: str | None = None
    reference: str | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many records were made, and how many had been there already."""

    made: int
    known: int


@dataclass(frozen=True, slots=True)
class ConsentRecordRow:
    """One record of the ledger; `proof` is the hexadecimal SHA-256 of the chain up to it.

    `counts` is false where the identifier it was made through is no longer the same customer's.
    """

    key: int
    id: UUID
    subject_key: int
    via_key: int
    purpose: Purpose
    channel: Channel
    basis: Basis
    status: Status
    text_version: int | None
    language: str | None
    source_kind: SourceKind
    source: str
    reference: str
    observed_at: datetime
    valid_until: datetime | None
    recorded_at: datetime
    recorded_by: str
    note: str | None
    proof: str
    counts: bool


@dataclass(frozen=True, slots=True)
class CustomerConsent:
    """The gate's answer for one customer, purpose and channel, and the records behind it."""

    purpose: Purpose
    channel: Channel
    is_allowed: bool
    state: State
    reason: Reason
    valid_until: datetime | None
    observed_at: datetime | None
    record_keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConsentTextRow:
    """The words a purpose was asked in: one version in one language, with the hash of them."""

    purpose: Purpose
    version: int
    language: str
    text: str
    text_hash: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How the customers in scope answered one purpose and channel, by state."""

    purpose: Purpose
    channel: Channel
    customers: int
    states: Mapping[State, int]
    restricted: int


@dataclass(frozen=True, slots=True)
class TrendRow:
    """Of the answers that count today: how many of a state were given in a month."""

    month: date
    state: State
    customers: int


@dataclass(frozen=True, slots=True)
class ConsentCustomerRow:
    """A customer of a list by state: when it was last answered, and until when it counts."""

    customer: CustomerRow
    observed_at: datetime | None
    valid_until: datetime | None
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link just made; its text is in nobody's hands but the caller's."""

    id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person sees by their link: masked hints, what stands, the newest texts."""

    hints: tuple[str, ...]
    consents: tuple[CustomerConsent, ...]
    texts: Mapping[Purpose, ConsentTextRow]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmationRequested:
    """A double opt-in waits for its second step; a room that sends messages sends the link.

    It asks `confirmation_token` for the link's text, which is written down nowhere.
    """

    name: ClassVar[str] = "consent.confirmation_requested"
    link_id: str
    subject_key: int
    purposes: list[tuple[str, str]]
    language: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line of a file that was not taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedConsents:
    """What came of a file: records made, records there already, lines rejected."""

    made: int
    known: int
    rejected: tuple[RejectedLine, ...]

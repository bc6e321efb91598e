"""What the API of imports takes and answers."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from quanqu.doors.connectors.contracts import RunState

_CODE = r"^[A-Za-z0-9._-]*$"
_PRINTABLE = r"^[^\x00-\x1f]*$"


class ChannelOut(Schema):
    """A channel that can be imported."""

    code: str
    name: str
    kind: str
    place_type: str
    currency: str
    has_webhook: bool
    credit: str


class ImportOut(Schema):
    """An import run; rows read = accepted + rejected."""

    id: str
    state: RunState
    channel: str
    file_name: str
    sha256: str
    size_bytes: int
    mapping: str
    mapping_version: int
    place_code: str
    company_code: str
    is_dry_run: bool
    rows_total: int
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    entities: dict[str, dict[str, int]]
    reasons: dict[str, int]
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    error: str


class RejectOut(Schema):
    """A rejected row with its original values."""

    table: str
    row: int
    reason: str
    field: str
    message: str
    values: dict[str, Any]


class HintsIn(Schema):
    """What is known of a file of the channel `generic`; what is left out is guessed.

    `fields`: JSON object, field → column or list of columns (joined); an empty list: there is no
    such column; {"order_id": "@row"}: each row is an order. `skip`: JSON list of columns to leave.
    """

    fields: str = Field("", max_length=20_000, description='As in {"order_id": "Bestellnummer"}.')
    skip: str = Field("", max_length=20_000, description='As in ["Profit", "Margin"].')
    shape: Literal["", "order_lines", "orders", "products", "customers", "events"] = ""
    sheet: str = Field("", max_length=200, pattern=_PRINTABLE)
    header_row: int | None = Field(None, ge=0, le=1_000, description="0: there is none.")
    encoding: str = Field("", max_length=40, pattern=_CODE)
    delimiter: str = Field("", max_length=1, pattern=r"^[^\x00\r\n]*$")
    date_order: Literal["", "dmy", "mdy"] = ""
    decimal: Literal["", ".", ","] = ""
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    zone: str = Field("", max_length=64, pattern=_PRINTABLE)


class LookIn(HintsIn):
    """A file to look at, and where it would go."""

    channel: str = Field("generic", max_length=40, pattern=_CODE)
    place: str = Field("", max_length=64, pattern=_CODE)
    company: str = Field("", max_length=64, pattern=_CODE)


class ImportIn(LookIn):
    """What to import into which place; empty means the channel's own.

    `mapping`: the name of a mapping the company keeps. `mapping_json`: a mapping as JSON.
    """

    channel: str = Field(max_length=40, pattern=_CODE)
    mapping: str = Field("", max_length=80, pattern=_PRINTABLE)
    mapping_json: str = Field("", max_length=200_000)
    dry_run: bool = False


class ColumnOut(Schema):
    """A column of a file: what it holds and the field it was taken for."""

    name: str
    holds: str
    filled_rate: float
    samples: list[str]
    guess: str | None
    confidence: float


class NoteOut(Schema):
    """Something that was assumed, in words."""

    code: str
    text: str


class LookOut(Schema):
    """A look at one table of a file; `missing`: needed fields no column was found for."""

    file_name: str
    format: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: list[str]
    header: int
    rows_seen: int
    shape: str
    columns: list[ColumnOut]
    missing: list[str]
    notes: list[NoteOut]
    mapping: dict[str, Any]


class TakenOut(Schema):
    """A column and what it became: `entity.field`, several of them where it is used twice."""

    column: str
    targets: list[str]


class ReadAsOut(Schema):
    """The mappings an import was read with, and what each column became."""

    mappings: list[dict[str, Any]]
    taken: list[TakenOut]


class MappingIn(Schema):
    """A mapping for a company to keep, as the next version of its name."""

    company: str = Field(max_length=64, pattern=_CODE)
    mapping: dict[str, Any]


class MappingOut(Schema):
    """A mapping a company keeps, in its newest version."""

    name: str
    version: int
    mapping: dict[str, Any]


class ConnectionIn(Schema):
    """A shop that will push to us; `secret` is what it signs with and is never shown again."""

    channel: str = Field(max_length=40, pattern=_CODE)
    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    place: str = Field("", max_length=64, pattern=_CODE)
    secret: str = Field(min_length=8, max_length=200)


class ConnectionOut(Schema):
    """A connected shop and the path its webhooks go to."""

    code: str
    channel: str
    place_code: str
    address: str


class DeliveryOut(Schema):
    """What a shop pushed and what came of it: `imported`, `stale`, `not_json` or `rejected: …`."""

    topic: str
    resource: str
    outcome: str
    received_at: datetime
    processed_at: datetime | None

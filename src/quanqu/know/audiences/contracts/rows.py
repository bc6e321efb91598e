"""Audiences as others see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from quanqu.know.audiences.contracts.grammar import Definition
from quanqu.know.audiences.contracts.lists import ListRow
from quanqu.know.customers.contracts import CustomerRow

__all__ = [
    "AudienceFilters",
    "AudienceRow",
    "AudienceVersionRow",
    "ContactUse",
    "Explanation",
    "ExportCheck",
    "ExportFile",
    "FieldInfo",
    "FieldOrigin",
    "LeafTruth",
    "MemberRow",
    "MembershipRow",
    "RefreshRow",
]


@dataclass(frozen=True, slots=True)
class AudienceFilters:
    """Narrow a list of audiences: part of the name; archived ones are left out by default."""

    text: str = ""
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """One working out of the members: as of which day, how many, how many came and went."""

    version: int
    as_of: date
    refreshed_at: datetime
    members: int
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """A saved audience with its current definition and its last refresh, if it had one; `list` is
    where a snapshot or an upload came from (None: an audience by rules)."""

    id: UUID
    name: str
    description: str
    version: int
    definition: Definition
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    last_refresh: RefreshRow | None
    list: ListRow | None = None


@dataclass(frozen=True, slots=True)
class AudienceVersionRow:
    """One saved state of the definition."""

    version: int
    definition: Definition
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A customer in an audience, masked, and since when."""

    customer: CustomerRow
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """One stay of a customer in an audience; `left_at` None: still in it."""

    audience_id: UUID
    audience_name: str
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeafTruth:
    """Whether one rule holds for one customer: its JSON path, in words, and the answer.

    `found` is what the customer has: the field's value, or the measure of the events; empty when
    there is nothing.
    """

    path: str
    sentence: str
    holds: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a customer is in an audience or not: each rule, and the tree's answer at every node."""

    is_member: bool
    leaves: tuple[LeafTruth, ...]
    nodes: dict[str, bool]


class FieldOrigin(StrEnum):
    """Whose field it is: the customer's, or a single event's."""

    PROFILE = "profile"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a rule may speak of: `origin` is profile, event or measure; `kind` is text, number,
    day, tags, flag, any or measure; `ops` are the comparisons it allows."""

    origin: str
    name: str
    kind: str
    ops: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class ContactUse:
    """What contacts are meant for: a purpose and a channel of know.consent."""

    purpose: str
    channel: str


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """How many members allow a use, and how many do not, by the gate's reason."""

    allowed: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A finished export: name, media type, content, number of rows, and who was left out why."""

    file_name: str
    media_type: str
    content: bytes
    rows: int
    left_out: Mapping[str, int] = field(default_factory=dict)

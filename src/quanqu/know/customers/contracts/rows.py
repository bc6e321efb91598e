"""What the room shows: lists and details."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

__all__ = [
    "BreachKind",
    "BreachRow",
    "ContactRow",
    "CustomerDetail",
    "CustomerFilters",
    "CustomerRow",
    "CustomerSort",
    "EvidenceRow",
    "FieldChoice",
    "IdentifierRow",
    "IdentityChangeRow",
    "LocatedBy",
    "OtherValue",
    "ProfileField",
    "RevealedCustomer",
    "Standing",
    "VerdictRow",
    "Whereabouts",
]


class CustomerSort(StrEnum):
    """In which order a list of customers comes, by when they were first seen."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class CustomerFilters:
    """Narrow a list of customers; None means any. `search` is a whole identifier, the last four
    digits of a phone number, or an outside id. `places` are place keys, any of them."""

    search: str | None = None
    tag: str | None = None
    country: str | None = None
    channel: str | None = None
    places: tuple[int, ...] | None = None
    first_seen_from: datetime | None = None
    first_seen_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure a higher room knows, by subject key, to put customers in order by.

    A customer's is the sum over their identifiers, or the greatest when `is_latest`; `code` names
    it, so that the cursor of one order is none of another.
    """

    code: str
    values: Mapping[int, int]
    is_latest: bool = False
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """One identifier, masked. `subject_key` is the key that facts carry."""

    id: UUID
    subject_key: int
    type: str
    is_strong: bool
    hint: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer in a list, masked."""

    key: int
    id: UUID
    name: str | None
    country: str | None
    region: str | None
    city: str | None
    first_seen_at: datetime
    tags: tuple[str, ...]
    identifiers: tuple[IdentifierRow, ...]


class FieldChoice(StrEnum):
    """How the value of a profile field is chosen among those its sources tell."""

    LATEST = "latest"
    FIRST = "first"
    SOURCES = "sources"
    FREQUENT = "frequent"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class OtherValue:
    """What another source or identifier tells of a field, masked, and when."""

    value: str
    source: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileField:
    """The surviving value of one profile field (contact fields masked), its source and time, the
    rule that chose it, and the values it was chosen from, the latest first."""

    field: str
    value: str
    source: str
    observed_at: datetime
    chosen_by: FieldChoice = FieldChoice.LATEST
    others: tuple[OtherValue, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Why two identifiers are held to be one person's."""

    key: int
    left_id: UUID
    right_id: UUID
    source: str
    rule: str
    confidence: float
    event_ref: str | None
    observed_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class IdentityChangeRow:
    """One merge or split in a customer's past."""

    kind: str
    kept_id: UUID
    other_id: UUID
    cause: str
    at: datetime


class BreachKind(StrEnum):
    """Why identifiers are not joined: a limit, a verdict, shared by many, or blocked."""

    LIMIT = "limit"
    APART = "apart"
    SHARED = "shared"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class BreachRow:
    """An identifier that the rules demote: masked, of which customer, and since when.

    `other_*` is what it would have joined (none when it is shared or blocked); `type` is the type
    whose limit it is, else the identifier's own.
    """

    ref: str
    kind: BreachKind
    type: str
    identifier_type: str
    hint: str
    customer_id: UUID
    other_type: str | None
    other_hint: str | None
    other_customer_id: UUID | None
    since: datetime


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A verdict "not the same" on two identifiers, masked, and whether it still stands."""

    key: int
    left_type: str
    left_hint: str
    right_type: str
    right_hint: str
    source: str
    reason: str
    at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


class LocatedBy(StrEnum):
    """By what it is known where a customer is, the first that is there: coordinates told of them,
    a postcode that is a place's own, a postcode that a place's catchment names."""

    COORDINATES = "coordinates"
    PLACE_POSTCODE = "place_postcode"
    CATCHMENT_POSTCODE = "catchment_postcode"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which own places a customer is near to; `located_by` None: it is not known where they are.

    Places are keys, of those the reader may see.  Units: kilometres.
    """

    located_by: LocatedBy | None = None
    nearest_store: int | None = None
    nearest_km: float | None = None
    catchments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """One customer whole, masked: what is known, from where, and what holds it together."""

    row: CustomerRow
    profile: tuple[ProfileField, ...]
    traits: tuple[ProfileField, ...]
    evidence: tuple[EvidenceRow, ...]
    places: tuple[int, ...]
    changes: tuple[IdentityChangeRow, ...]
    verdicts: tuple[VerdictRow, ...] = ()
    breaches: tuple[BreachRow, ...] = ()
    whereabouts: Whereabouts = Whereabouts()

    @property
    def subject_keys(self) -> tuple[int, ...]:
        """The keys under which facts of this customer are stored."""
        return tuple(found.subject_key for found in self.row.identifiers)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """How to reach one customer; contact fields masked unless asked for in clear."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    country: str | None
    region: str | None
    city: str | None
    first_seen_at: datetime
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevealedCustomer:
    """The personal data of one customer in clear; handing it out is audited."""

    id: UUID
    contact: Mapping[str, str]
    identifiers: Mapping[UUID, str]

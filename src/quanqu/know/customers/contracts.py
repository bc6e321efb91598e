"""What crosses the border of know.customers: identifier kinds, rows, details, events, errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "CONTACT_FIELDS",
    "KINDS",
    "PROFILE_FIELDS",
    "AmbiguousLinkError",
    "ContactRow",
    "CustomerDetail",
    "CustomerFilters",
    "CustomerRow",
    "CustomerSort",
    "CustomersMerged",
    "CustomersSplit",
    "EvidenceRow",
    "EvidenceWithdrawnError",
    "IdentifierKind",
    "IdentifierRow",
    "IdentifierType",
    "IdentityChangeRow",
    "MalformedClaimsError",
    "ProfileField",
    "RevealedCustomer",
    "Standing",
    "TagNameError",
    "TagRow",
    "UnknownIdentifierTypeError",
]


class IdentifierType(StrEnum):
    """The kinds of identifier, strongest first."""

    MEMBER_ID = "member_id"
    USER_ID = "user_id"
    LOYALTY_CARD = "loyalty_card"
    PHONE = "phone"
    EMAIL = "email"
    WECHAT_UNIONID = "wechat_unionid"
    WECHAT_OPENID = "wechat_openid"
    MARKETPLACE_BUYER_ID = "marketplace_buyer_id"
    HOUSEHOLD_ID = "household_id"
    DEVICE_ID = "device_id"
    ANONYMOUS_ID = "anonymous_id"
    COOKIE = "cookie"
    ORDER_ID = "order_id"


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """How an identifier type behaves: its rank (0 is strongest), whether it links two customers
    by itself, and whether its values need a namespace ("<namespace>:<raw>")."""

    rank: int
    is_strong: bool
    is_namespaced: bool


_WEAK: Final = frozenset(
    {
        IdentifierType.DEVICE_ID,
        IdentifierType.ANONYMOUS_ID,
        IdentifierType.COOKIE,
        IdentifierType.ORDER_ID,
    }
)
_NAMESPACED: Final = frozenset(
    {
        IdentifierType.MEMBER_ID,
        IdentifierType.USER_ID,
        IdentifierType.LOYALTY_CARD,
        IdentifierType.MARKETPLACE_BUYER_ID,
        IdentifierType.HOUSEHOLD_ID,
        IdentifierType.ANONYMOUS_ID,
    }
)
KINDS: Final[Mapping[str, IdentifierKind]] = {
    kind.value: IdentifierKind(rank, kind not in _WEAK, kind in _NAMESPACED)
    for rank, kind in enumerate(IdentifierType)
}

CONTACT_FIELDS: Final = ("name", "email", "phone", "street")
PROFILE_FIELDS: Final = (
    *CONTACT_FIELDS,
    "city",
    "region",
    "postcode",
    "country",
    "language",
    "gender",
    "birth_on",
    "company_name",
    "member_since_on",
)


class MalformedClaimsError(InvalidError):
    """A table handed to the room lacks a column or holds the wrong type."""

    code = "customers.malformed_claims"
    template = "The table of {what} is wrong: {problem}."


class UnknownIdentifierTypeError(InvalidError):
    """No identifier type has that name."""

    code = "customers.unknown_identifier_type"
    template = "{type!r} is not an identifier type."


class TagNameError(InvalidError):
    """A tag's name is empty or too long."""

    code = "customers.tag_name"
    template = "A tag's name has 1 to 60 characters."


class AmbiguousLinkError(RefusedError):
    """The two sides of a link are one and the same."""

    code = "customers.ambiguous_link"
    template = "Both sides of the link are the same customer."


class EvidenceWithdrawnError(RefusedError):
    """The evidence was withdrawn before."""

    code = "customers.evidence_withdrawn"
    template = "Evidence {key} is withdrawn already."


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """Customers became one: pairs of (kept customer key, gone customer key)."""

    name: ClassVar[str] = "customers.customers_merged"
    pairs: list[tuple[int, int]]
    cause: str


@dataclass(frozen=True, slots=True)
class CustomersSplit:
    """Customers came apart again: pairs of (remaining customer key, separated customer key)."""

    name: ClassVar[str] = "customers.customers_split"
    pairs: list[tuple[int, int]]
    cause: str


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


@dataclass(frozen=True, slots=True)
class ProfileField:
    """The surviving value of one profile field (contact fields masked), its source and time."""

    field: str
    value: str
    source: str
    observed_at: datetime


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


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """One customer whole, masked: what is known, from where, and what holds it together."""

    row: CustomerRow
    profile: tuple[ProfileField, ...]
    traits: tuple[ProfileField, ...]
    evidence: tuple[EvidenceRow, ...]
    places: tuple[int, ...]
    changes: tuple[IdentityChangeRow, ...]

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


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag and the number of customers in scope that wear it."""

    name: str
    customers: int

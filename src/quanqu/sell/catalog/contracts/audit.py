"""The consistency audit: what may differ between channels, and what was decided about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from quanqu.kernel.money import Money

__all__ = [
    "AuditOutcome",
    "AuditPolicy",
    "FindingDecision",
    "FindingFilters",
    "FindingKind",
    "FindingRow",
    "FindingSort",
    "FindingState",
    "FindingTally",
    "FindingValue",
    "Severity",
]


class FindingKind(StrEnum):
    """What is wrong."""

    NAME_DIFFERS = "name_differs"
    PRICE_DIFFERS = "price_differs"
    DESCRIPTION_DIFFERS = "description_differs"
    MISSING_LISTING = "missing_listing"
    STATUS_DIFFERS = "status_differs"
    DUPLICATE_LISTING = "duplicate_listing"
    GTIN_INVALID = "gtin_invalid"
    GTIN_SHARED = "gtin_shared"


class Severity(StrEnum):
    """How much it matters."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class FindingState(StrEnum):
    """Open until a person accepts the difference or it is gone."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"


class FindingSort(StrEnum):
    """In which order a list of findings comes: what matters most first, or what is new."""

    NEWEST = "newest"
    GRAVEST = "gravest"


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """The tolerances of a company.

    `price_tolerance_rate` 0–1: (highest − lowest) ÷ highest that is still the same price.
    `text_similarity_rate` 0–1: descriptions at least this alike (trigrams) are the same.
    """

    price_tolerance_rate: Decimal = Decimal("0.0000")
    text_similarity_rate: Decimal = Decimal("0.6000")


@dataclass(frozen=True, slots=True)
class FindingValue:
    """What one place shows; for a missing listing, where it is (not) listed.

    `price` is set where prices differ, and `value` then says it in words: "GBP 12.34".
    """

    place_key: int | None
    listing_id: str
    value: str
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """Narrow the list; None or empty means any. `text` is part of a product's name, or its SKU."""

    kind: FindingKind | None = None
    severity: Severity | None = None
    state: FindingState | None = FindingState.OPEN
    company_keys: frozenset[int] | None = None
    product_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One difference to act on; `decided_by` is empty while nobody decided."""

    key: int
    id: str
    kind: FindingKind
    severity: Severity
    state: FindingState
    company_key: int
    product_id: str
    product_name: str
    variant_id: str
    sku: str
    values: tuple[FindingValue, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class FindingDecision:
    """What was decided about a finding."""

    state: FindingState
    note: str


@dataclass(frozen=True, slots=True)
class FindingTally:
    """How many findings of a kind, severity and state there are."""

    kind: FindingKind
    severity: Severity
    state: FindingState
    count: int


@dataclass(frozen=True, slots=True)
class AuditOutcome:
    """What a run of the audit changed."""

    opened: int
    reopened: int
    kept: int
    closed: int

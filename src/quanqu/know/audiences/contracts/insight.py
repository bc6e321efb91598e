"""What is found out about audiences: how they overlap and who is in them beside everybody."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from quanqu.kernel.errors import InvalidError
from quanqu.know.customers.contracts import CustomerRow

__all__ = [
    "ChangeFilters",
    "Composition",
    "DaySize",
    "DaySizes",
    "FeedRow",
    "Overlap",
    "OverlapCell",
    "OverlapSet",
    "Part",
    "SizeSpanError",
    "TooManyAudiencesError",
    "Trait",
    "TraitParts",
]


@dataclass(frozen=True, slots=True)
class OverlapCell:
    """How many customers are in both of two audiences; of one with itself: its members.

    Rates: `jaccard` of those in either; `of_first` and `of_second` of the members of each.
    """

    first: UUID
    second: UUID
    customers: int
    jaccard: float
    of_first: float
    of_second: float


@dataclass(frozen=True, slots=True)
class OverlapSet:
    """How many customers are in exactly these of the audiences asked for, in no other."""

    audiences: tuple[UUID, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """The matrix of pairs, and the sets that occur, largest first (UpSet: Lex et al. 2014)."""

    pairs: tuple[OverlapCell, ...]
    sets: tuple[OverlapSet, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a field: how many members and how many of everybody have it, and the index:
    100 × the share among members over the share among everybody.

    `is_few`: fewer than 30 members or 30 of everybody have it, so the index may be chance.
    """

    value: str | None
    members: int
    everybody: int
    index: float
    is_few: bool = False


class Trait(StrEnum):
    """What a composition tells of customers.

    `channel`: channels of the places they were seen at.  `age`: in whole years by year of birth.
    `orders`: orders of the last 365 days.  `last_order`: days since the last order of two years.
    A customer may have several channels, tags and kinds of identifier: their shares do not add up.
    """

    COUNTRY = "country"
    REGION = "region"
    CHANNEL = "channel"
    AGE = "age"
    GENDER = "gender"
    LANGUAGE = "language"
    SINCE = "since"
    ORDERS = "orders"
    LAST_ORDER = "last_order"
    TAG = "tag"
    KNOWN_BY = "known_by"


@dataclass(frozen=True, slots=True)
class TraitParts:
    """The parts of one trait (a Trait, or a field such as `traits.rfm`), the largest 50."""

    trait: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """Members at the last refresh beside everybody in sight, trait by trait, as of a day."""

    members: int
    everybody: int
    as_of: date
    traits: tuple[TraitParts, ...]


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """Narrow the feed: who came (True) or left (False), and UTC days, both included."""

    has_entered: bool | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One change of the feed with the customer, masked, and in words the rules that turned."""

    customer: CustomerRow
    has_entered: bool
    version: int
    changed_at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DaySize:
    """How many were in an audience at the end of a UTC day; `is_worked_out` that day itself."""

    on: date
    members: int
    is_worked_out: bool


@dataclass(frozen=True, slots=True)
class DaySizes:
    """The sizes of days in order; nothing is known before `known_since` (None: never yet)."""

    known_since: date | None
    days: tuple[DaySize, ...]


class TooManyAudiencesError(InvalidError):
    """From two to twelve audiences can be laid over each other."""

    code = "audiences.overlap_count"
    template = "Choose 2 to {most} audiences to compare."


class SizeSpanError(InvalidError):
    """Sizes are asked for over days that end before they begin, or over too many."""

    code = "audiences.size_span"
    template = "Ask for 1 to {most} days, the first one first."

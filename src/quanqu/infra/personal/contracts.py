"""What a room says of the personal data it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

__all__ = [
    "FIRST",
    "LAST",
    "DataClass",
    "Holding",
    "Store",
    "Subjects",
    "Treatment",
    "Work",
]

FIRST: Final = 0
LAST: Final = 99
"""The least and the greatest phase of a holding."""


class DataClass(StrEnum):
    """What sort of personal data a column holds."""

    CONTACT = "contact"
    IDENTIFIER = "identifier"
    PROFILE = "profile"
    BEHAVIOUR = "behaviour"
    ORDER = "order"
    MESSAGE = "message"
    CONSENT = "consent"
    DOCUMENT = "document"
    STAFF = "staff"


class Store(StrEnum):
    """Where it rests: a table of the database, a table of the lake, files of the home."""

    TABLE = "table"
    LAKE = "lake"
    FILES = "files"


class Treatment(StrEnum):
    """What an erasure does to the rows of a person.

    `DELETED`: they are gone.  `ANONYMISED`: they stay and lead to nobody.  `KEPT`: they stay for
    the reason that is stated.  `EXPIRES`: they are unreadable by person and go by themselves.
    """

    DELETED = "deleted"
    ANONYMISED = "anonymised"
    KEPT = "kept"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Subjects:
    """The people a request is about.

    Shapes: `customers` customer keys, also of customers merged into them; `customer_ids` their
    outside ids; `subjects` keys of their identifiers; `values` identifiers and contacts in clear.
    """

    customers: tuple[int, ...] = ()
    customer_ids: tuple[str, ...] = ()
    subjects: tuple[int, ...] = ()
    values: frozenset[str] = frozenset()


class Work(Protocol):
    """How the rows of people are counted, handed out and erased in one holding."""

    def count(self, people: Subjects) -> int:
        """Return how many rows lead to these people."""

    def export(self, people: Subjects) -> Iterable[Mapping[str, Any]]:
        """Yield these rows as JSON-ready mappings, in clear."""

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Delete or anonymise these rows; repeating it does no harm."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One place that may hold personal data, column by column.

    `plain` are the columns that are not personal, separated by spaces; `reason` says why rows are
    kept and until when, or why a table's people are no customers.  A work that writes elsewhere
    than in the database, or commits by itself, is not `is_transactional`.
    """

    name: str
    store: Store
    personal: Mapping[str, DataClass] = field(default_factory=dict)
    plain: str = ""
    treatment: Treatment = Treatment.DELETED
    found_by: str = ""
    reason: str = ""
    phase: int = 50
    work: Work | None = None
    is_transactional: bool = True

    @property
    def code(self) -> str:
        """The name that no other holding has: `table:orders_order`."""
        return f"{self.store.value}:{self.name}"

    @property
    def columns(self) -> frozenset[str]:
        """Every declared column."""
        return frozenset(self.personal) | frozenset(self.plain.split())

    @property
    def classes(self) -> tuple[DataClass, ...]:
        """The classes of its personal columns, in order of name."""
        return tuple(sorted(set(self.personal.values())))

"""Tags as others see them: what each means, who wears it, with which value, and since when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quanqu.know.customers.contracts.rows import CustomerRow

__all__ = [
    "ComputedTag",
    "SampledCustomer",
    "TagChange",
    "TagDefinition",
    "TagKind",
    "TagRow",
    "WornTag",
]


class TagKind(StrEnum):
    """How a tag comes onto customers: by hand, by a rule, or with a value from their events."""

    HAND = "hand"
    RULE = "rule"
    STATISTIC = "statistic"


@dataclass(frozen=True, slots=True)
class TagDefinition:
    """A tag: what it means, who looks after it, how many customers in scope wear it, which share
    (0–1) of them that is, and when one of these was tagged first and last."""

    key: int
    name: str
    kind: TagKind
    description: str
    owner: str
    customers: int
    share: float
    first_added_at: datetime | None
    last_added_at: datetime | None


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag and the number of customers in scope that wear it."""

    name: str
    customers: int


@dataclass(frozen=True, slots=True)
class ComputedTag:
    """A tag that is worked out: its key, what it is called and means, who looks after it, and when
    it was put away, if it was."""

    key: int
    name: str
    kind: TagKind
    description: str
    owner: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class TagChange:
    """What setting a tag changed: customers who got it, who lost it, whose value is another, and
    how many wear it now."""

    entered: int
    left: int
    changed: int
    customers: int


@dataclass(frozen=True, slots=True)
class WornTag:
    """A tag on a customer with its value (text or number; hand and rule tags have none), since
    when, and until when if it is gone."""

    name: str
    kind: TagKind
    value_text: str | None
    value_number: float | None
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SampledCustomer:
    """A customer drawn to be asked about with the tag's value; masked."""

    customer: CustomerRow
    value_text: str | None
    value_number: float | None

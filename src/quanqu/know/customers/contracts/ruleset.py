"""Identity rules as data: how each identifier type behaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from quanqu.know.customers.contracts.rows import CustomerRow, FieldChoice, IdentifierRow

__all__ = [
    "CORRECTION",
    "FieldChange",
    "FieldRule",
    "MergeExample",
    "Mistake",
    "RuleSet",
    "RuleSetRow",
    "Simulation",
    "SplitExample",
    "TypeRule",
]


@dataclass(frozen=True, slots=True)
class TypeRule:
    """How one identifier type behaves.

    `links`: two identifiers that both link and were seen together are one customer's; one that
    does not link follows a customer and joins none.  `priority`: 0 is strongest; the weaker side
    of a refused link is the demoted one.  `limit`: most distinct values a customer may have in one
    namespace, ever or (types that do not link) within any `window_days`.  `shared_above`: with
    more linking identifiers seen beside it than this, a value is shared by many and joins nobody.
    `blocked_values`, `blocked_patterns` (RE2, whole value): normal values that identify nobody.
    """

    links: bool
    priority: int
    limit: int | None = None
    window_days: int | None = None
    shared_above: int | None = None
    blocked_values: tuple[str, ...] = ()
    blocked_patterns: tuple[str, ...] = ()


CORRECTION: Final = "privacy.correction"
"""The source of what a person had corrected: before every other where sources are in order."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Which value of a profile field survives: the latest, the one first seen, that of the first of
    these `sources` that tells one (then the latest of the others), the one that most sources tell,
    or the longest (in bytes of UTF-8)."""

    by: FieldChoice = FieldChoice.LATEST
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the identity rules: a rule for every type, and for the profile fields that do
    not simply show their latest value."""

    types: Mapping[str, TypeRule]
    fields: Mapping[str, FieldRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place of a rule set: a sentence with its details left open."""

    template: str
    details: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.template.format(**self.details)


@dataclass(frozen=True, slots=True)
class RuleSetRow:
    """One version of the rules: status draft, activating, active or retired; who and when."""

    version: int
    status: str
    note: str
    changed_by: str
    changed_at: datetime | None
    activated_by: str | None
    activated_at: datetime | None
    effect: Mapping[str, int] | None
    rules: RuleSet


@dataclass(frozen=True, slots=True)
class MergeExample:
    """Customers that would become one, masked."""

    customers: tuple[CustomerRow, ...]


@dataclass(frozen=True, slots=True)
class SplitExample:
    """A customer that would come apart, masked, and its identifiers part by part."""

    customer: CustomerRow
    parts: tuple[tuple[IdentifierRow, ...], ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A customer that would show another value of a field, both masked."""

    customer: CustomerRow
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a rule set would change over everything stored.

    `effect` counts: customers_before, customers_after, merging (customers that go into others),
    merged (customers made of several), splitting (customers that come apart), parts (customers
    that come out of them), shared and blocked (identifiers that join nobody), refused (links), and
    for each profile field with another rule `field.<name>` (customers that would show another
    value); `changes` are examples of these.
    """

    effect: Mapping[str, int]
    merges: tuple[MergeExample, ...]
    splits: tuple[SplitExample, ...]
    changes: tuple[FieldChange, ...] = ()

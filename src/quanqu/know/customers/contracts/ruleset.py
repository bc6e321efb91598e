"""Identity rules as data: how each identifier type behaves, and which profile value survives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["RuleSet", "Survival", "TypeRule"]


class Survival(StrEnum):
    """Which of several values of a profile field is a customer's."""

    LATEST = "latest"
    TRUSTED = "trusted"
    FREQUENT = "frequent"


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


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the identity rules: a rule for every type, survivorship by profile field
    (default: latest), and sources in the order they are trusted."""

    types: Mapping[str, TypeRule]
    survival: Mapping[str, Survival] = field(default_factory=dict)
    trusted_sources: tuple[str, ...] = ()

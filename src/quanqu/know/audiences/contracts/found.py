"""What is really in the data, for those who write rules: event names, keys and values."""

from dataclasses import dataclass
from datetime import date

__all__ = ["FoundEvent", "FoundKey", "FoundValue", "RuleChange"]


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event name of the scope: how many events there are, and the UTC day of the last."""

    name: str
    events: int
    last_on: date


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A field as rules name it (`traits.plan`), and in which share of a sample it is filled (0–1).

    `kind` is number when every value of the sample is one, else any.
    """

    name: str
    kind: str
    filled_rate: float


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value of a field as text, and how many customers or events have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What another definition says that one did not: rules gone and rules come, in words.

    `is_rejoined` when the rules are the same and only how they are joined differs.
    """

    gone: tuple[str, ...]
    come: tuple[str, ...]
    is_rejoined: bool

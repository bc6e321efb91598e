"""A law, and what checking it found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Check", "HouseLaw", "Law", "Verdict"]

Check = Callable[[], Sequence[str]]
"""Looks at the live data and returns one sentence per breach found; none: the law holds."""


@dataclass(frozen=True, slots=True)
class Law:
    """A rule that must hold at any moment, with the check that proves it.

    The code begins with the law of the house that it is a part of: "L2.order_totals".
    """

    code: str
    text: str
    check: Check


@dataclass(frozen=True, slots=True)
class HouseLaw:
    """One of the nine laws of the house; `held_by` says what holds it beyond live checks."""

    code: str
    text: str
    held_by: str

    def covers(self, law: Law) -> bool:
        """Tell whether a checked law is a part of this one."""
        return law.code.startswith(f"{self.code}.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The breaches of one law, and how long looking took."""

    law: Law
    breaches: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """True when nothing breaks the law."""
        return not self.breaches

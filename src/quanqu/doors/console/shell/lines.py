"""The lines of the scope switcher and of the period menu."""

from dataclasses import dataclass

__all__ = ["ComparisonLine", "PresetLine", "ScopeLine"]


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A line of the scope switcher."""

    id: str
    name: str
    note: str
    icon: str
    depth: int
    is_simulated: bool


@dataclass(frozen=True, slots=True)
class PresetLine:
    """A preset of the period menu."""

    title: str
    text: str
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """A way to compare, in the period menu."""

    value: str
    title: str
    is_on: bool

"""What a field is read from."""

from dataclasses import dataclass

from quanqu.doors.connectors.rules.guessing.profile import Profile

__all__ = ["Choice"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The columns a field is read from, and how sure that is."""

    columns: tuple[Profile, ...]
    confidence: float

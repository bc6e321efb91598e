"""What a file may cost: every reader stops at these bounds with a named error."""

from dataclasses import dataclass
from typing import Final

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. Units: bytes unless named otherwise."""

    line: int = 4 << 20
    cell: int = 1 << 20
    columns: int = 2_000
    expanded: int = 16 << 30
    free_expansion: int = 64 << 20
    expansion_ratio: int = 200
    document: int = 256 << 20
    workbook: int = 1 << 30
    shared_strings: int = 256 << 20


LIMITS: Final = Limits()

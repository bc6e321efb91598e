"""What a person tells of a file that is otherwise guessed at."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from quanqu.doors.connectors.contracts.mapping import Layout

__all__ = ["Hints"]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person tells of a file; everything empty: all is guessed.

    `fields`: field → the columns it is read from (none: there is no such column; several are
    joined).  `left_out`: columns to ignore.  `shape`: what a row is.  `date_order`: dmy or mdy.
    `decimal`: the sign before the decimals.  `only_told`: take no column but those of `fields`.
    """

    fields: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    shape: str = ""
    layout: Layout = field(default_factory=Layout)
    date_order: str = ""
    decimal: str = ""
    currency: str = ""
    zone: str = ""
    only_told: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was told."""
        return self == Hints()

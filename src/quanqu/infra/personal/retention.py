"""What is not kept for ever: rooms declare sorts of data with the days they are usually kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from quanqu.infra.personal.contracts import DataClass


@dataclass(frozen=True, slots=True)
class Retained:
    """A sort of data with how long it is kept. Units: days; `usual` None is without limit.

    `count` and `drop` take the moment before which rows are too old, and return how many there are
    or were.  `drop` is repeated after a crash and is not called within a transaction.
    """

    code: str
    data_class: DataClass
    usual: int | None
    least: int
    most: int
    count: Callable[[datetime], int]
    drop: Callable[[datetime], int]


_retained: dict[str, Retained] = {}


def retain(sort: Retained) -> None:
    """Declare a sort of data, from a room's `personal.py`. Raises: ValueError on odd days."""
    usual = sort.least if sort.usual is None else sort.usual
    if not 0 < sort.least <= usual <= sort.most:
        raise ValueError(f"{sort.code}: {sort.least} to {sort.most} days, usually {sort.usual}")
    _retained[sort.code] = sort


def retained() -> tuple[Retained, ...]:
    """Return every sort of data that may be dropped by age, by code."""
    return tuple(_retained[code] for code in sorted(_retained))

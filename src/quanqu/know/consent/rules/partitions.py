"""Lake partitions by ranges of customer keys, as know.customers has them."""

from collections.abc import Iterable
from typing import Final

WIDTH: Final = 1 << 16


def buckets(keys: Iterable[int]) -> list[str]:
    """Return the distinct partitions of keys, in order: 65 536 neighbours share one."""
    return [str(found) for found in sorted({key // WIDTH for key in keys})]


def bounds(name: str) -> tuple[int, int]:
    """Return the first key of a partition and the first after it."""
    return int(name) * WIDTH, (int(name) + 1) * WIDTH

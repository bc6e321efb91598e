"""Lake partitions by ranges of keys: new customers touch the last one, not all of them."""

from collections.abc import Iterable
from typing import Final

import numpy as np

WIDTH: Final = 1 << 16


def bucket(key: int) -> str:
    """Return the partition of a key: 65 536 neighbours share one."""
    return str(key // WIDTH)


def buckets(keys: Iterable[int]) -> list[str]:
    """Return the distinct partitions of keys, in order."""
    if isinstance(keys, np.ndarray):
        keys = (np.unique(keys // WIDTH) * WIDTH).tolist()
    return [str(found) for found in sorted({key // WIDTH for key in keys})]


def bounds(name: str) -> tuple[int, int]:
    """Return the first key of a partition and the first after it."""
    return int(name) * WIDTH, (int(name) + 1) * WIDTH

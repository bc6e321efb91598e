"""How much of an item one buyer may have."""

from dataclasses import dataclass
from typing import Final

__all__ = ["LONGEST_WINDOW_S", "BuyerLimit", "OverLimit"]

LONGEST_WINDOW_S: Final = 366 * 86_400


@dataclass(frozen=True, slots=True)
class BuyerLimit:
    """At most `most` sale units of an item for one buyer within any `window_s` seconds."""

    variant_key: int
    most: int
    window_s: int


@dataclass(frozen=True, slots=True)
class OverLimit:
    """An item of which a buyer asked for more than they may have; `left` is what they still may."""

    variant_key: int
    asked: int
    left: int
    most: int
    window_s: int

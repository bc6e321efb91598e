"""What is withheld of items, and what is kept for channels."""

from dataclasses import dataclass

__all__ = ["ChannelLevel", "StockRule"]


@dataclass(frozen=True, slots=True)
class StockRule:
    """How much is withheld: of an item, a category (with all below it) or everything, at a place
    or at all of a company.

    `channel`: withheld from it alone, a buffer; empty: from all, safety stock.  Units: sale units.
    """

    units: int
    variant_key: int | None = None
    category: str = ""
    place_key: int | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ChannelLevel:
    """What a channel can be promised of an item at a place, and why.

    `kept`: units for it alone, of the `wanted`; `buffer`: units withheld from it; `shared`: units
    that all may have.
    """

    place_key: int
    variant_key: int
    channel: str
    buffer: int
    wanted: int
    kept: int
    shared: int

    @property
    def available(self) -> int:
        """What can be promised through the channel now."""
        return self.kept + max(self.shared - self.buffer, 0)

"""What is withheld of items, and what is kept for channels."""

from dataclasses import dataclass
from datetime import datetime

from quanqu.sell.inventory.contracts.limits import BuyerLimit

__all__ = ["ChannelLevel", "FenceRow", "LimitRow", "RuleRow", "StockRule", "WithheldFilters"]


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
    is_closed: bool = False

    @property
    def available(self) -> int:
        """What can be promised through the channel now; nothing where the place is closed."""
        return 0 if self.is_closed else self.kept + max(self.shared - self.buffer, 0)


@dataclass(frozen=True, slots=True)
class WithheldFilters:
    """Narrow lists of rules, ring-fences and limits; None is all in scope.

    `channel`: empty is safety stock.  `company_keys`: whose rules and limits.
    """

    company_keys: frozenset[int] | None = None
    place_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of what is withheld, who set it and when."""

    key: int
    company_key: int
    rule: StockRule
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class FenceRow:
    """What is kept of an item at a place for a channel alone; `kept` of the `wanted` are there."""

    key: int
    place_key: int
    variant_key: int
    channel: str
    wanted: int
    kept: int


@dataclass(frozen=True, slots=True)
class LimitRow:
    """How much of an item one buyer may have, who set it and when."""

    key: int
    company_key: int
    limit: BuyerLimit
    set_by: str
    set_at: datetime

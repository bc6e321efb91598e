"""Virtual pools: places that are sold from as one stock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from quanqu.sell.inventory.contracts.holds import Hold, HoldLine

__all__ = ["MOST_POOLED", "Pool", "PoolDraft", "PoolHold", "PoolRequest"]

MOST_POOLED: Final = 500


@dataclass(frozen=True, slots=True)
class PoolDraft:
    """Places of a company in the order in which they give; `channels`: who sells from them, empty:
    every channel."""

    company_key: int
    name: str
    place_keys: tuple[int, ...]
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as it stands."""

    key: int
    id: UUID
    draft: PoolDraft
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class PoolRequest:
    """Hold quantities of items wherever in a pool they are: all of them, or none.

    Shapes: `lines` pairs (variant key, quantity).  The rest is as of a `HoldRequest`.
    """

    request_id: UUID
    owner: str
    lines: tuple[tuple[int, int], ...]
    expires_at: datetime | None
    channel: str = ""
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class PoolHold:
    """The answer, where the goods are held, and what of each short item the pool has in all."""

    hold: Hold
    lines: tuple[HoldLine, ...] = ()
    short: tuple[tuple[int, int, int], ...] = ()

    @property
    def is_granted(self) -> bool:
        """True when all is held."""
        return self.hold.is_granted and not self.short

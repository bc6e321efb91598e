"""Alerts: items of which there is nothing, too little until more comes, or too much."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quanqu.sell.replenishment.contracts.words import AlertKind

__all__ = ["Alert", "AlertFilters"]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert, open until `closed_at`.

    Units: `free` sale units that are there and promised to nobody; `daily` sale units a day;
    `cover_days` how long they last, None without demand; `limit_days` what it is held against:
    the days until more comes, or the most days of cover.
    """

    key: int
    id: UUID
    company_key: int
    place_key: int
    variant_key: int
    kind: AlertKind
    free: int
    daily: float
    cover_days: float | None
    limit_days: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertFilters:
    """Narrow a list of alerts: places, companies, kinds, open or closed."""

    place_keys: frozenset[int] | None = None
    company_keys: frozenset[int] | None = None
    kinds: frozenset[AlertKind] = frozenset()
    is_open: bool | None = True

"""Versions of profiles, and which of them are in force."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quanqu.sell.sourcing.contracts.profiles import Profile

__all__ = ["ShadowSummary", "VersionInfo"]


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A saved state of the profile of a company (and channel; empty: all that have none)."""

    id: UUID
    company_key: int
    channel: str
    number: int
    note: str
    profile: Profile
    made_by: str
    made_at: datetime
    is_active: bool
    is_shadow: bool
    is_former: bool


@dataclass(frozen=True, slots=True)
class ShadowSummary:
    """What a version decided beside the one that acted, summed up over the same orders.

    Units: money in minor units; the sums leave out orders that either could not fill.
    """

    decisions: int
    same: int
    unfilled: int
    shadow_unfilled: int
    parcels: int
    shadow_parcels: int
    cost_minor: int
    shadow_cost_minor: int
    km: int
    shadow_km: int

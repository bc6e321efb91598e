"""What a place offers to sourcing."""

from dataclasses import dataclass
from typing import Final

__all__ = ["DAYS", "PlaceOffer"]

DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """What sourcing may ask of a place.

    `opens`: for each day from Monday on, the minutes from midnight at which it opens and closes,
    None on a closed day; empty: always open.  `cut_off`: orders until that minute of an open day
    leave at that minute, later ones on the next; None: they leave `lead_minutes` after they came.
    Picked up `pickup_lead_minutes` after ordering, in opening hours.  `daily_parcels` None: no
    limit.  `channels` empty: serves all.  Costs None: those of the profile.
    """

    is_shipping: bool
    is_pickup: bool
    daily_parcels: int | None = None
    opens: tuple[tuple[int, int] | None, ...] = ()
    cut_off: int | None = None
    lead_minutes: int = 24 * 60
    pickup_lead_minutes: int = 120
    parcel_minor: int | None = None
    kg_km_minor: float | None = None
    tags: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

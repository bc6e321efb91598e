"""When a part of an order is promised to be ready. Source: docs/rules/fulfilment.md."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quanqu.sell.sourcing.contracts import PlaceOffer

__all__ = ["due_at", "due_on"]


def due_at(offer: PlaceOffer, placed_at: datetime, zone: str, *, is_pickup: bool) -> datetime:
    """Return until when a place promises to have goods ready, or handed to a carrier.

    A pickup: `pickup_lead_minutes` after the order.  What is sent: at the cut-off of the first open
    day that has not passed it, without one `lead_minutes` after the order.
    """
    if is_pickup:
        return placed_at + timedelta(minutes=offer.pickup_lead_minutes)
    if offer.cut_off is None:
        return placed_at + timedelta(minutes=offer.lead_minutes)
    local = placed_at.astimezone(ZoneInfo(zone or "UTC"))
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(8):
        leaves = (day + timedelta(days=ahead)).replace(
            hour=offer.cut_off // 60, minute=offer.cut_off % 60
        )
        is_open = not offer.opens or offer.opens[leaves.weekday()] is not None
        if is_open and leaves >= local:
            return leaves.astimezone(placed_at.tzinfo)
    return placed_at + timedelta(minutes=offer.lead_minutes)


def due_on(
    offer: PlaceOffer,
    placed_at: datetime,
    zone: str,
    *,
    is_pickup: bool,
    wanted_on: date | None = None,
) -> datetime:
    """Return as `due_at`, of goods that are to leave on a day as if they were ordered as it begins.

    A day before the order's changes nothing.
    """
    begins = placed_at
    if wanted_on is not None:
        begins = datetime.combine(wanted_on, time(), ZoneInfo(zone or "UTC"))
    return due_at(offer, max(placed_at, begins.astimezone(placed_at.tzinfo)), zone,
                  is_pickup=is_pickup)  # fmt: skip

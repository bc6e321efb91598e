"""When a part of an order is promised to be ready. Source: docs/rules/fulfilment.md."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from quanqu.sell.sourcing.contracts import PlaceOffer

__all__ = ["due_at"]


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

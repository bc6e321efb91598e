"""Which lines of holds turned out not to be there."""

from collections.abc import Collection
from uuid import UUID

from quanqu.sell.inventory.contracts import HoldLine, HoldState
from quanqu.sell.inventory.models import HoldLine as HoldRow

__all__ = ["short_lines"]


def short_lines(*, request_ids: Collection[UUID]) -> dict[UUID, tuple[HoldLine, ...]]:
    """Return the lines of holds that are short, by hold, for a room above that checks who may see;
    holds without any are left out."""
    found: dict[UUID, tuple[HoldLine, ...]] = {}
    rows = HoldRow.objects.filter(request_id__in=request_ids, state=HoldState.SHORT.value)
    for row in rows.order_by("request_id", "line_no"):
        line = HoldLine(row.place_key, row.variant_key, row.quantity)
        found[row.request_id] = (*found.get(row.request_id, ()), line)
    return found

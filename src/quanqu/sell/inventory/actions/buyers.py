"""What one buyer had of items of which one buyer may have so much."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from quanqu.infra.crypto.facade import keyed_hash
from quanqu.infra.db.facade import RoundTrips, number_array, text_array
from quanqu.sell.inventory.contracts import BuyerLimit, HoldRequest
from quanqu.sell.inventory.rules.admission import OfBuyer

__all__ = ["LIMITS", "ONE_AFTER_THE_OTHER", "had", "hash_of", "hashed"]

BUYERS: Final = "stock.buyers"
LIMITS: Final = (
    "SELECT variant_key, most, window_s FROM inventory_buyer_limit "
    "WHERE variant_key = ANY(%s::bigint[])"
)
ONE_AFTER_THE_OTHER: Final = (
    "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(b, v) AS k "
    "FROM unnest(%s::bigint[], %s::text[]) AS t(v, b) ORDER BY 1) q"
)
"""Whoever decides of an item for a buyer has these locks after those of levels, in one order."""
_HAD: Final = (
    "SELECT t.v, t.b, sum(h.quantity)::bigint FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) "
    "AS t(v, b, w) JOIN inventory_hold h ON h.buyer = t.b AND h.variant_key = t.v "
    "WHERE h.state IN ('held', 'allocated', 'consumed') "
    "AND h.held_at > %s - make_interval(secs => t.w) "
    "AND (h.state <> 'held' OR h.expires_at > %s) GROUP BY 1, 2"
)


def hashed(request: HoldRequest) -> HoldRequest:
    """Return a request with its buyer as it is kept: nobody can read who it is."""
    if not request.buyer:
        return request
    return replace(request, buyer=hash_of(request.buyer))


def hash_of(buyer: str) -> str:
    """Return what is kept of who buys."""
    return keyed_hash(buyer, purpose=BUYERS).hex()


def had(
    trips: RoundTrips, asked: Sequence[HoldRequest], limits: Sequence[BuyerLimit], now: datetime
) -> dict[OfBuyer, int]:
    """Return what buyers had of limited items within their windows, once nobody else decides it."""
    windows = {one.variant_key: one.window_s for one in limits}
    pairs = {
        (line.variant_key, one.buyer)
        for one in asked
        for line in one.lines
        if one.buyer and line.variant_key in windows
    }
    if not pairs:
        return {}
    items, buyers = zip(*sorted(pairs), strict=True)
    told = [number_array(items), text_array(buyers)]
    since = number_array(windows[item] for item in items)
    _, rows = trips.ask([(ONE_AFTER_THE_OTHER, told), (_HAD, [*told, since, now, now])])
    return {(item, buyer): units for item, buyer, units in rows}

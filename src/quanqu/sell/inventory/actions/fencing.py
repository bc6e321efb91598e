"""Keep units of an item at a place for a channel alone."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import ChannelCode
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import lock_levels, save_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.actions.ruling import RULED
from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    KitStockError,
    StockPolicyError,
    StockRuleError,
)
from quanqu.sell.inventory.rules.admission import At

_FENCED: Final = (
    "INSERT INTO inventory_channel_share (place_key, variant_key, channel, wanted) "
    "SELECT p, v, %s, %s FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "ON CONFLICT (place_key, variant_key, channel) DO UPDATE SET wanted = excluded.wanted, "
    "kept = least(inventory_channel_share.kept, excluded.wanted)"
)


def ring_fence(
    *, actor: Actor, ats: Collection[At], channel: str, units: int, now: datetime
) -> None:
    """Keep units of each item at its place for a channel alone, beside what it was promised.

    As much as is there and promised to nobody is kept now, the rest as goods come; safety stock
    gives way to it.  What the channel sells is taken out of it.  0 lets it go.
    Locks: levels by (place, item).
    Raises: NotAllowedError, StockPlaceError, StockPolicyError; StockRuleError for no channel.
    """
    if channel not in frozenset(ChannelCode):
        raise StockRuleError(line=1, problem=f"there is no channel {channel}")
    if not 0 <= units <= LARGEST_QUANTITY:
        raise StockPolicyError(name="ring-fenced quantity", largest=LARGEST_QUANTITY)
    require_places(actor, {place for place, _ in ats})
    keys = [[place for place, _ in ats], [variant for _, variant in ats]]
    with transaction.atomic():
        open_levels(ats)
        lock_levels(ats)
        with connection.cursor() as cursor:
            cursor.execute(_FENCED, [channel, units, *keys])
            cursor.execute(RULED, keys)
        levels = lock_levels(ats)
        if len(levels) < len(set(ats)):
            raise KitStockError
        for level in levels.values():
            level.withhold()
        save_levels(levels)

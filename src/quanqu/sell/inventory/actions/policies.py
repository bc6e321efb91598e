"""How much is withheld, and how much may be promised beyond what is there."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import lock_levels, save_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.actions.posting import give_way
from quanqu.sell.inventory.contracts import LARGEST_QUANTITY, KitStockError, StockPolicyError
from quanqu.sell.inventory.rules.admission import At


def set_policy(
    *,
    actor: Actor,
    ats: Collection[At],
    safety_target: int | None,
    backorder_limit: int | None,
    now: datetime,
) -> None:
    """Set the safety stock, the backorder limit or both of items at places; None leaves one as is.

    A limit below what was promised beyond what is there lets the latest promises go (HoldsCut).
    Locks: levels by (place, item).  Raises: NotAllowedError, StockPlaceError; StockPolicyError for
    a number that is none.
    """
    for name, number in (("safety stock", safety_target), ("backorder limit", backorder_limit)):
        if number is not None and not 0 <= number <= LARGEST_QUANTITY:
            raise StockPolicyError(name=name, largest=LARGEST_QUANTITY)
    require_places(actor, {place for place, _ in ats})
    with transaction.atomic():
        open_levels(ats)
        levels = lock_levels(ats)
        if len(levels) < len(set(ats)):
            raise KitStockError
        for level in levels.values():
            if safety_target is not None:
                level.safety_target = safety_target
            if backorder_limit is not None:
                level.backorder_limit = backorder_limit
        give_way(levels, now)
        for level in levels.values():
            level.withhold()
        save_levels(levels)
        if safety_target is not None:
            _keep_own(ats)


def _keep_own(ats: Collection[At]) -> None:
    """Note that the safety stock of levels was set for them and follows no rule."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_level l SET is_safety_own = true "
            "FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) "
            "WHERE l.place_key = t.p AND l.variant_key = t.v",
            [[place for place, _ in ats], [variant for _, variant in ats]],
        )

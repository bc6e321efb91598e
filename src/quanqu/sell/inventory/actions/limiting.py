"""How much of an item one buyer may have."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.ruling import RULED
from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    LONGEST_WINDOW_S,
    BuyerLimitRuleError,
)
from quanqu.sell.inventory.models import BuyerLimit
from quanqu.sell.inventory.rules.admission import At

_SPACE: Final = 74_001
"""The space of advisory locks in which an item's levels are opened and its limit is set."""
_LEVELS: Final = (
    "SELECT place_key, variant_key FROM inventory_level WHERE variant_key = ANY(%s) "
    "ORDER BY place_key, variant_key FOR UPDATE"
)
_FORGOTTEN: Final = (
    "UPDATE inventory_hold h SET buyer = '' WHERE h.buyer <> '' AND h.held_at <= %s - "
    "make_interval(secs => coalesce((SELECT b.window_s FROM inventory_buyer_limit b "
    "WHERE b.variant_key = h.variant_key), 0))"
)


def limit_buyers(
    *,
    actor: Actor,
    company_key: int,
    variant_keys: Collection[int],
    most: int | None,
    window_s: int,
    now: datetime,
) -> None:
    """Let one buyer have at most so much of each item within any such time; None: no limit.

    What was sold before a limit was set is not counted.  Items are the company's; the right is
    needed over all its places.  Locks: items, as whoever opens levels does, then levels by (place,
    item).
    Raises: NotAllowedError, StockPlaceError, BuyerLimitRuleError.
    """
    for name, number, largest in (
        ("most a buyer may have", 1 if most is None else most, LARGEST_QUANTITY),
        ("window in seconds", window_s, LONGEST_WINDOW_S),
    ):
        if not 1 <= number <= largest:
            raise BuyerLimitRuleError(name=name, least=1, largest=largest)
    require_places(
        actor, {key for key, one in places_by_key().items() if one.company_key == company_key}
    )
    items = sorted(set(variant_keys))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, h) FROM (SELECT DISTINCT hashint8(v) AS h "
            "FROM unnest(%s::bigint[]) AS v ORDER BY 1) q",
            [_SPACE, items],
        )
        cursor.execute(_LEVELS, [items])
        ats = cursor.fetchall()
        if most is None:
            BuyerLimit.objects.filter(variant_key__in=items, company_key=company_key).delete()
        else:
            told: dict[str, Any] = {"company_key": company_key, "most": most, "window_s": window_s}
            told |= {"set_by": actor.id, "set_at": now}
            BuyerLimit.objects.bulk_create(
                [BuyerLimit(variant_key=item, **told) for item in items],
                update_conflicts=True,
                unique_fields=["variant_key"],
                update_fields=["most", "window_s", "set_by", "set_at"],
            )
        cursor.execute(RULED, [[place for place, _ in ats], [item for _, item in ats]])


def limit_at(ats: Collection[At]) -> None:
    """Note of new levels that their items are limited; a limit set meanwhile waits for them."""
    items = sorted({variant for _, variant in ats})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, h) FROM (SELECT DISTINCT hashint8(v) AS h "
            "FROM unnest(%s::bigint[]) AS v ORDER BY 1) q",
            [_SPACE, items],
        )
        cursor.execute(
            "UPDATE inventory_level l SET is_ruled = true FROM inventory_buyer_limit b, "
            "unnest(%s::int[], %s::bigint[]) AS t(p, v) WHERE b.variant_key = l.variant_key "
            "AND l.place_key = t.p AND l.variant_key = t.v AND NOT l.is_ruled",
            [[place for place, _ in ats], [variant for _, variant in ats]],
        )


def forget_buyers(*, now: datetime) -> int:
    """Take buyers out of holds that no window reaches back to; return of how many lines."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, [now])
        return cursor.rowcount

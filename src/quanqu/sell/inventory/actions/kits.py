"""Make items kits of others, and hold kits by their parts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.contracts import Hold, HoldRequest, Kit, KitError, KitStockError
from quanqu.sell.inventory.models import HoldKit, KitPart
from quanqu.sell.inventory.queries.kits import kit_parts, parts_of_kits
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.kits import Kits, check_parts, kit_lines, told_of_kits

__all__ = ["kits_refused", "set_kit", "write_kits"]

_SPACE: Final = 74_004
"""The space of advisory locks in which an item's levels are opened and it becomes a kit."""
_LOCKED: Final = (
    "SELECT key FROM inventory_level WHERE variant_key = %s ORDER BY place_key FOR UPDATE"
)
_USED: Final = (
    "SELECT EXISTS (SELECT FROM inventory_level WHERE variant_key = %s AND (on_hand, held, "
    "allocated, damaged, quality_hold, in_transit, incoming, backorder_limit, fenced, waiting) <> "
    "(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), EXISTS (SELECT FROM inventory_channel_share "
    "WHERE variant_key = %s AND wanted > 0)"
)


def set_kit(*, actor: Actor, company_key: int, kit: Kit, now: datetime) -> None:
    """Let an item be sold as its parts from now on; without parts it is an item of its own again.

    What is held already keeps the parts it has.  Items are the company's; the right is needed over
    all its places.  Locks: items, then levels of the item.
    Raises: NotAllowedError, StockPlaceError; KitError where it cannot be, or has stock of its own.
    """
    require_places(
        actor, {key for key, one in places_by_key().items() if one.company_key == company_key}
    )
    item = kit.variant_key
    with transaction.atomic(), connection.cursor() as cursor:
        keys = sorted({item, *(one.variant_key for one in kit.parts)})
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, h) FROM (SELECT DISTINCT hashint8(v) AS h "
            "FROM unnest(%s::bigint[]) AS v ORDER BY 1) q",
            [_SPACE, keys],
        )
        cursor.execute(_LOCKED, [item])
        if kit.parts:
            check_parts(kit, kit_parts([one.variant_key for one in kit.parts]), parts_of_kits(keys))
            cursor.execute(_USED, [item, item])
            if any(cursor.fetchone()):
                raise KitError(problem="it has stock of its own, or something is set for it")
            cursor.execute("DELETE FROM inventory_channel_share WHERE variant_key = %s", [item])
            cursor.execute("DELETE FROM inventory_level WHERE variant_key = %s", [item])
        KitPart.objects.filter(kit_key=item).delete()
        KitPart.objects.bulk_create(
            KitPart(
                company_key=company_key, kit_key=item, part_key=one.variant_key,
                quantity=one.quantity, set_by=actor.id, set_at=now,
            )
            for one in kit.parts
        )  # fmt: skip


def kits_refused(made: Collection[At]) -> None:
    """Refuse new levels of kits; one made a kit meanwhile is waited for. Raises: KitStockError."""
    items = sorted({variant for _, variant in made})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, h) FROM (SELECT DISTINCT hashint8(v) AS h "
            "FROM unnest(%s::bigint[]) AS v ORDER BY 1) q",
            [_SPACE, items],
        )
    if kit_parts(items):
        raise KitStockError


def write_kits(requests: Sequence[HoldRequest], answers: Sequence[Hold], kits: Kits) -> list[Hold]:
    """Note which kits holds are for, and tell of kits what was answered of their parts."""
    by_id = {one.request_id: one for one in requests}
    rows = [
        HoldKit(
            request_id=one.request_id, place_key=line.place_key, kit_key=line.variant_key,
            quantity=line.quantity,
        )
        for one in answers
        if one.is_granted
        for line in kit_lines(by_id[one.request_id], kits)
    ]  # fmt: skip
    HoldKit.objects.bulk_create(rows, ignore_conflicts=True)
    return [told_of_kits(one, by_id[one.request_id], kits) for one in answers]

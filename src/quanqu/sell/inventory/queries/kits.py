"""What kits are made of, as an actor may see them."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import number_array, run_prepared
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import Kit, KitPart
from quanqu.sell.inventory.models import KitPart as PartRow
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["find_kit", "kit_parts", "list_kits", "parts_of_kits"]

_PARTS: Final = (
    "SELECT kit_key, part_key, quantity FROM inventory_kit_part "
    "WHERE kit_key = ANY(%s::bigint[]) ORDER BY key"
)


def kit_parts(variant_keys: Collection[int]) -> dict[int, list[KitPart]]:
    """Return what items are made of, of those that are kits."""
    found: dict[int, list[KitPart]] = {}
    for kit, part, quantity in run_prepared(_PARTS, [number_array(variant_keys)]):
        found.setdefault(kit, []).append(KitPart(part, quantity))
    return found


def parts_of_kits(variant_keys: Collection[int]) -> frozenset[int]:
    """Return which of items are parts of kits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT part_key FROM inventory_kit_part WHERE part_key = ANY(%s)",
            [list(variant_keys)],
        )
        return frozenset(key for (key,) in cursor.fetchall())


def list_kits(*, actor: Actor, company_id: str, company_key: int) -> tuple[Kit, ...]:
    """Return the kits of a company, in the order in which they were made.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    resolve_scope(actor=actor, permission=VIEW, unit_id=company_id)
    found: dict[int, list[KitPart]] = {}
    for row in PartRow.objects.filter(company_key=company_key).order_by("key"):
        found.setdefault(row.kit_key, []).append(KitPart(row.part_key, row.quantity))
    return tuple(Kit(key, tuple(parts)) for key, parts in found.items())


def find_kit(*, actor: Actor, variant_key: int) -> tuple[int, Kit] | None:
    """Return a kit of a company in scope with the company's key. Raises: NotAllowedError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    rows = list(PartRow.objects.filter(kit_key=variant_key).order_by("key"))
    if not rows or not (scope.everything or rows[0].company_key in scope.companies):
        return None
    parts = tuple(KitPart(row.part_key, row.quantity) for row in rows)
    return rows[0].company_key, Kit(variant_key, parts)

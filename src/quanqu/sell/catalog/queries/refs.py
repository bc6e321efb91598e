"""What outside ids and SKUs of variants stand for, in sets."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from quanqu.kernel.ids import decode, encode
from quanqu.sell.catalog.contracts import VariantRef
from quanqu.sell.catalog.models import Variant

_MOST: Final = 200_000
_REMEMBERED: Final[dict[str, VariantRef]] = {}
_BY_SKU: Final = """
SELECT w.company_key, w.sku, v.key, v.id
FROM unnest(%s::int[], %s::text[]) AS w (company_key, sku)
JOIN LATERAL (
    SELECT x.key, x.id FROM catalog_variant x
    WHERE x.company_key = w.company_key AND x.sku = w.sku
    UNION ALL
    (SELECT x.key, x.id FROM catalog_reference r
     JOIN catalog_variant x ON x.key = r.variant_key
     WHERE r.company_key = w.company_key AND r.sku = w.sku ORDER BY x.key LIMIT 1)
    LIMIT 1
) v ON true
"""


def variant_refs(*, variant_ids: Collection[str]) -> dict[str, VariantRef]:
    """Return what variants' outside ids stand for; unknown ones are left out.

    It never changes, so a process remembers it.  No rights are checked here.
    Raises: MalformedIdError.
    """
    found = {text: ref for text in variant_ids if (ref := _REMEMBERED.get(text))}
    if texts := {decode("var", text): text for text in variant_ids if text not in found}:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, key, company_key FROM catalog_variant WHERE id = ANY(%s)",
                [list(texts)],
            )
            read = {
                texts[value]: VariantRef(key, company, texts[value])
                for value, key, company in cursor.fetchall()
            }
        if len(_REMEMBERED) > _MOST:
            _REMEMBERED.clear()
        _REMEMBERED.update(read)
        found |= read
    return found


def variants_by_sku(*, skus: Collection[tuple[int, str]]) -> dict[tuple[int, str], VariantRef]:
    """Return the variants of (company key, SKU); unknown ones are left out.

    A SKU is found by itself or by what any source of the company calls it.  No rights are checked.
    """
    if not skus:
        return {}
    wanted = sorted(set(skus))
    with connection.cursor() as cursor:
        cursor.execute(_BY_SKU, [[one[0] for one in wanted], [one[1] for one in wanted]])
        return {
            (company, sku): VariantRef(key, company, encode("var", UUID(str(value))))
            for company, sku, key, value in cursor.fetchall()
        }


def variants_called(
    *, text: str, company_keys: Collection[int] | None = None, at_most: int = 5_000
) -> frozenset[int]:
    """Return the variants whose SKU begins with a text or whose product's name has it in it.

    `company_keys`: of these companies alone; None is all.  The oldest come first where there are
    more.  No rights are checked here.
    """
    found = Variant.objects.filter(Q(sku__istartswith=text) | Q(product__name__icontains=text))
    if company_keys is not None:
        found = found.filter(company_key__in=company_keys)
    return frozenset(found.order_by("key").values_list("key", flat=True)[:at_most])

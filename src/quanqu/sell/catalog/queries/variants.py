"""Look variants up in sets, for rooms that sell them."""

from collections.abc import Collection, Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from quanqu.infra.db.facade import copy_out
from quanqu.kernel.ids import encode
from quanqu.sell.catalog.contracts import VARIANT_KEYS_SCHEMA, ProductStatus, VariantLabel
from quanqu.sell.catalog.models import Variant

_BY_SKU: Final = """
SELECT w.sku, v.key, v.product_key
FROM unnest(%(skus)s::text[]) AS w (sku)
LEFT JOIN LATERAL (
    SELECT x.key, x.product_key FROM catalog_variant x
    WHERE x.company_key = %(company)s AND x.sku = w.sku
    UNION ALL
    (SELECT x.key, x.product_key FROM catalog_reference r
     JOIN catalog_variant x ON x.key = r.variant_key
     WHERE r.company_key = %(company)s AND r.sku = w.sku ORDER BY x.key LIMIT 1)
    LIMIT 1
) v ON true
"""
_PRODUCTS: Final = """
SELECT key, product_key FROM catalog_variant WHERE key = ANY(%(keys)s)
"""


def variant_keys(*, company_key: int, skus: pa.Array | pa.ChunkedArray | Iterable[str]) -> pa.Table:
    """Return the variant and product of each distinct SKU of a company, null where unknown.

    Shapes: VARIANT_KEYS_SCHEMA; a SKU is found by itself or by what any source calls it.
    """
    values = skus.to_pylist() if isinstance(skus, pa.Array | pa.ChunkedArray) else skus
    wanted = sorted({sku for sku in values if sku})
    if not wanted:
        return VARIANT_KEYS_SCHEMA.empty_table()
    params = {"company": company_key, "skus": wanted}
    return copy_out(query=_BY_SKU, schema=VARIANT_KEYS_SCHEMA, params=params)


def product_keys(*, variant_keys: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the product of each variant key, in order; null for null and for unknown keys."""
    wanted = variant_keys.unique().drop_null().to_pylist()
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCTS, {"keys": wanted})
        known = cursor.fetchall()
    keys = pa.array([key for key, _ in known], pa.int64())
    products = pa.array([product for _, product in known], pa.int64())
    if isinstance(variant_keys, pa.ChunkedArray):
        variant_keys = variant_keys.combine_chunks()
    return products.take(pc.index_in(variant_keys.cast(pa.int64()), value_set=keys))


def variant_labels(*, variant_keys: Collection[int]) -> dict[int, VariantLabel]:
    """Return how to name and link each variant, by its key."""
    found = Variant.objects.filter(key__in=variant_keys).select_related("product")
    return {
        row.key: VariantLabel(
            variant_id=encode("var", row.id),
            product_id=encode("prd", row.product.id),
            sku=row.sku,
            name=row.product.name,
            options=row.options,
            gtin=row.gtin,
            weight_g=row.weight_g,
        )
        for row in found
    }


def live_variants(*, variant_keys: Collection[int]) -> frozenset[int]:
    """Return those of the variants that are there and whose product is not archived.

    No rights are checked here.
    """
    found = Variant.objects.filter(key__in=variant_keys)
    found = found.exclude(product__status=ProductStatus.ARCHIVED.value)
    return frozenset(found.values_list("key", flat=True))


def variant_categories(*, variant_keys: Collection[int]) -> dict[int, str]:
    """Return the category of each variant as a path such as `A > B`; without one it is left out.

    No rights are checked here.
    """
    found = Variant.objects.filter(key__in=variant_keys, product__category__isnull=False)
    return dict(found.values_list("key", "product__category__path"))


def product_names(
    *, company_keys: Collection[int], skus: Collection[str]
) -> dict[tuple[int, str], str]:
    """Return what the products behind these SKUs are called, by (company, SKU); nameless ones
    are left out."""
    found = Variant.objects.filter(company_key__in=company_keys, sku__in=skus)
    named = found.exclude(product__name="")
    rows = named.values_list("company_key", "sku", "product__name")
    return {(company, sku): name for company, sku, name in rows}

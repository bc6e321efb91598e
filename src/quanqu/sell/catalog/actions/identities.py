"""Find or make the variant and product behind every row of catalog_incoming.

The same SKU, else the same valid GTIN, is the same variant on every channel of a company.
"""

from collections.abc import Mapping
from typing import Final

from quanqu.sell.catalog.actions.statements import rows, run

# Both look each row up by its key, so that they stay quick while the planner does not know yet
# how many products a new company has: as joins they would go through all of them for each row.
_BY_REFERENCE: Final = """
UPDATE catalog_incoming i SET variant_key = (
    SELECT r.variant_key FROM catalog_reference r
    WHERE r.company_key = %(company)s AND r.source = %(source)s
      AND r.external_product = i.external_product AND r.external_variant = i.external_variant
)
"""
# A SKU that only stands in for a missing one is not shared with other sources.
_BY_SKU: Final = """
UPDATE catalog_incoming i SET variant_key = (
    SELECT v.key FROM catalog_variant v JOIN catalog_product p ON p.key = v.product_key
    WHERE v.company_key = %(company)s AND v.sku = i.sku
      AND (i.has_sku OR p.source = %(source)s OR p.is_bare)
)
WHERE i.variant_key IS NULL
"""
_BY_ALIAS: Final = """
UPDATE catalog_incoming i SET variant_key = a.variant_key
FROM (
    SELECT r.sku, min(r.variant_key) AS variant_key FROM catalog_reference r
    WHERE r.company_key = %(company)s
      AND r.sku IN (SELECT x.sku FROM catalog_incoming x WHERE x.variant_key IS NULL AND x.has_sku)
    GROUP BY r.sku
) a
WHERE i.variant_key IS NULL AND i.has_sku AND a.sku = i.sku
"""
# Within one source two SKUs with one barcode are an error of the data, not one product.
_BY_GTIN: Final = """
UPDATE catalog_incoming i SET variant_key = m.variant_key
FROM (
    SELECT v.gtin14, min(v.key) AS variant_key
    FROM catalog_variant v JOIN catalog_product p ON p.key = v.product_key
    WHERE v.company_key = %(company)s AND p.source <> %(source)s
      AND v.gtin14 IN (SELECT x.gtin14 FROM catalog_incoming x WHERE x.variant_key IS NULL)
      AND NOT EXISTS (
          SELECT FROM catalog_reference r WHERE r.variant_key = v.key AND r.source = %(source)s
      )
    GROUP BY v.gtin14
) m
WHERE i.variant_key IS NULL AND m.gtin14 = i.gtin14
"""
_FREE_STAND_INS: Final = """
UPDATE catalog_incoming i SET sku = %(source)s || ':' || i.sku
WHERE i.variant_key IS NULL AND NOT i.has_sku AND EXISTS (
    SELECT FROM catalog_variant v WHERE v.company_key = %(company)s AND v.sku = i.sku
)
"""
_NUMBER_VARIANTS: Final = """
INSERT INTO catalog_fresh (sku, owner, variant_key)
SELECT sku, external_product,
       nextval((SELECT pg_get_serial_sequence('catalog_variant', 'key')::regclass))
FROM (
    SELECT * FROM (
        SELECT DISTINCT ON (sku) sku, external_product, "row" FROM catalog_incoming
        WHERE variant_key IS NULL ORDER BY sku, "row"
    ) AS wanted ORDER BY "row"
) AS in_order
"""
_TAKE_NEW_VARIANTS: Final = """
UPDATE catalog_incoming i SET variant_key = f.variant_key
FROM catalog_fresh f WHERE i.variant_key IS NULL AND f.sku = i.sku
"""
_GROUP: Final = """
INSERT INTO catalog_group (external_product, product_key, is_new)
SELECT i.external_product,
       coalesce(min(known.product_key), min(p.key) FILTER (WHERE NOT p.is_bare), min(p.key)), false
FROM catalog_incoming i
LEFT JOIN (
    SELECT r.external_product, min(v.product_key) AS product_key
    FROM catalog_reference r JOIN catalog_variant v ON v.key = r.variant_key
    WHERE r.company_key = %(company)s AND r.source = %(source)s
      AND r.external_product IN (SELECT external_product FROM catalog_incoming)
    GROUP BY r.external_product
) known ON known.external_product = i.external_product
LEFT JOIN catalog_variant v ON v.key = i.variant_key
LEFT JOIN catalog_product p ON p.key = v.product_key
GROUP BY i.external_product
"""
_NUMBER_PRODUCTS: Final = """
UPDATE catalog_group g SET product_key = n.product_key, is_new = true
FROM (
    SELECT owner, nextval(
        (SELECT pg_get_serial_sequence('catalog_product', 'key')::regclass)
    ) AS product_key
    FROM (SELECT owner FROM catalog_fresh GROUP BY owner ORDER BY min(variant_key)) AS in_order
) n
WHERE g.product_key IS NULL AND g.external_product = n.owner
"""
_MISPLACED: Final = """
SELECT DISTINCT ON (v.key) v.key, p.key, g.product_key
FROM catalog_incoming i
JOIN catalog_group g ON g.external_product = i.external_product
JOIN catalog_variant v ON v.key = i.variant_key
JOIN catalog_product p ON p.key = v.product_key
WHERE p.is_bare AND g.product_key <> p.key
ORDER BY v.key, i."row"
"""
_MOVE: Final = """
UPDATE catalog_variant v SET product_key = m.product_key
FROM unnest(%(variants)s::bigint[], %(products)s::bigint[]) AS m (variant_key, product_key)
WHERE v.key = m.variant_key
"""
_DROP_EMPTY: Final = """
DELETE FROM catalog_product p
WHERE p.key = ANY(%(emptied)s) AND p.is_bare
  AND NOT EXISTS (SELECT FROM catalog_variant v WHERE v.product_key = p.key)
"""
_REFER: Final = """
INSERT INTO catalog_reference AS r
    (company_key, source, external_product, external_variant, sku, variant_key)
SELECT %(company)s, %(source)s, i.external_product, i.external_variant, i.sku, i.variant_key
FROM catalog_incoming i ORDER BY i.external_product, i.external_variant
ON CONFLICT (company_key, source, external_product, external_variant)
DO UPDATE SET sku = excluded.sku WHERE r.sku <> excluded.sku
"""


def match_variants(params: Mapping[str, object]) -> None:
    """Give every row its variant: a known one, or the number of one to be made."""
    for statement in (_BY_REFERENCE, _BY_SKU, _BY_ALIAS, _BY_GTIN, _FREE_STAND_INS):
        run(statement, params)
    # the products of known variants are seen before the new ones have numbers
    run(_GROUP, params)
    run(_NUMBER_VARIANTS)
    run(_TAKE_NEW_VARIANTS)
    run(_NUMBER_PRODUCTS)


def move_bare_variants() -> list[int]:
    """Put variants known only from order lines into their real product; return their keys."""
    found = rows(_MISPLACED)
    if not found:
        return []
    variants, emptied, products = (list(column) for column in zip(*found, strict=True))
    run(_MOVE, {"variants": variants, "products": products})
    run(_DROP_EMPTY, {"emptied": emptied})
    return variants


def refer(params: Mapping[str, object]) -> None:
    """Remember what the source calls each variant."""
    run(_REFER, params)

"""Write what a batch says of its products, variants, categories and media.

A product's fields belong to the source that first described it; another source fills gaps only.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import pyarrow as pa

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.sell.catalog.actions.statements import run
from quanqu.sell.catalog.rules import category_levels

_ADD_CATEGORIES: Final = """
INSERT INTO catalog_category (company_key, path, name, depth, parent_key)
SELECT %(company)s, n.path, n.name, n.depth, NULL
FROM unnest(%(paths)s::text[], %(names)s::text[], %(depths)s::int[]) AS n (path, name, depth)
WHERE n.depth = %(depth)s ORDER BY n.path
ON CONFLICT (company_key, path) DO NOTHING
"""
_HANG_CATEGORIES: Final = """
UPDATE catalog_category c SET parent_key = p.key
FROM unnest(%(paths)s::text[], %(parents)s::text[]) AS n (path, parent), catalog_category p
WHERE c.company_key = %(company)s AND c.path = n.path AND c.parent_key IS NULL
  AND p.company_key = %(company)s AND p.path = n.parent
"""
_DESCRIBE: Final = """
INSERT INTO catalog_described
SELECT g.product_key, bool_or(g.is_new), min(g.external_product), (array_agg(i.product_id))[1],
       (array_agg(i.name ORDER BY i."row" DESC) FILTER (WHERE i.name IS NOT NULL))[1],
       (array_agg(i.sku ORDER BY i."row"))[1],
       (array_agg(i.description ORDER BY i."row" DESC) FILTER (WHERE i.description IS NOT NULL))[1],
       (array_agg(i.brand ORDER BY i."row" DESC) FILTER (WHERE i.brand IS NOT NULL))[1],
       (array_agg(c.key ORDER BY i."row" DESC) FILTER (WHERE c.key IS NOT NULL))[1],
       (array_agg(i.status ORDER BY i."row" DESC) FILTER (WHERE i.status IS NOT NULL))[1],
       (array_agg(i.attributes ORDER BY i."row" DESC) FILTER (WHERE i.attributes IS NOT NULL))[1]
FROM catalog_group g
JOIN catalog_incoming i ON i.external_product = g.external_product
LEFT JOIN catalog_category c ON c.company_key = %(company)s AND c.path = i.category_path
WHERE g.product_key IS NOT NULL
GROUP BY g.product_key
"""
_ADD_PRODUCTS: Final = """
INSERT INTO catalog_product (key, id, company_key, source, external_id, name, description, brand,
    category_key, status, attributes, is_bare, created_at, updated_at)
SELECT product_key, product_id, %(company)s, %(source)s, external_product, coalesce(name, sku),
       coalesce(description, ''), coalesce(brand, ''), category_key, coalesce(status, 'active'),
       coalesce(attributes, '{}'), false, %(now)s, %(now)s
FROM catalog_described WHERE is_new ORDER BY product_key
"""
_RENEW_OWN: Final = """
UPDATE catalog_product p
SET source = %(source)s, external_id = d.external_product, is_bare = false, updated_at = %(now)s,
    name = coalesce(d.name, p.name), description = coalesce(d.description, p.description),
    brand = coalesce(d.brand, p.brand), category_key = coalesce(d.category_key, p.category_key),
    status = coalesce(d.status, p.status), attributes = p.attributes || coalesce(d.attributes, '{}')
FROM catalog_described d
WHERE p.key = d.product_key AND NOT d.is_new AND (p.is_bare OR p.source = %(source)s)
  AND (p.is_bare, p.name, p.description, p.brand, p.category_key, p.status, p.attributes)
      IS DISTINCT FROM
      (false, coalesce(d.name, p.name), coalesce(d.description, p.description),
       coalesce(d.brand, p.brand), coalesce(d.category_key, p.category_key),
       coalesce(d.status, p.status), p.attributes || coalesce(d.attributes, '{}'))
"""
_FILL_FOREIGN: Final = """
UPDATE catalog_product p
SET updated_at = %(now)s,
    description = coalesce(nullif(p.description, ''), d.description, ''),
    brand = coalesce(nullif(p.brand, ''), d.brand, ''),
    category_key = coalesce(p.category_key, d.category_key),
    attributes = coalesce(d.attributes, '{}') || p.attributes
FROM catalog_described d
WHERE p.key = d.product_key AND NOT d.is_new AND NOT p.is_bare AND p.source <> %(source)s
  AND (p.description, p.brand, p.category_key, p.attributes) IS DISTINCT FROM
      (coalesce(nullif(p.description, ''), d.description, ''),
       coalesce(nullif(p.brand, ''), d.brand, ''), coalesce(p.category_key, d.category_key),
       coalesce(d.attributes, '{}') || p.attributes)
"""
_ADD_VARIANTS: Final = """
INSERT INTO catalog_variant
    (key, id, product_key, company_key, sku, gtin, gtin14, options, weight_g)
SELECT f.variant_key, i.variant_id, g.product_key, %(company)s, f.sku, coalesce(i.gtin, ''),
       i.gtin14, coalesce(i.options, '{}'), i.weight_g
FROM catalog_fresh f
JOIN catalog_group g ON g.external_product = f.owner
JOIN (
    SELECT DISTINCT ON (x.variant_key) * FROM catalog_incoming x
    WHERE x.variant_key IS NOT NULL ORDER BY x.variant_key, x."row" DESC
) i ON i.variant_key = f.variant_key
ORDER BY f.variant_key
"""
_RENEW_VARIANTS: Final = """
UPDATE catalog_variant v
SET gtin = n.gtin, gtin14 = n.gtin14, options = n.options, weight_g = n.weight_g
FROM (
    SELECT DISTINCT ON (v.key) v.key,
           CASE WHEN own THEN coalesce(i.gtin, v.gtin) ELSE coalesce(nullif(v.gtin, ''), i.gtin, '')
           END AS gtin,
           CASE WHEN own AND i.gtin IS NOT NULL OR v.gtin = '' THEN i.gtin14 ELSE v.gtin14
           END AS gtin14,
           CASE WHEN own THEN v.options || coalesce(i.options, '{}')
                ELSE coalesce(i.options, '{}') || v.options END AS options,
           CASE WHEN own THEN coalesce(i.weight_g, v.weight_g)
                ELSE coalesce(v.weight_g, i.weight_g) END AS weight_g
    FROM catalog_incoming i
    JOIN catalog_variant v ON v.key = i.variant_key
    JOIN catalog_product p ON p.key = v.product_key,
    LATERAL (SELECT p.source = %(source)s AS own) o
    ORDER BY v.key, i."row" DESC
) n
WHERE v.key = n.key
  AND (v.gtin, v.gtin14, v.options, v.weight_g)
      IS DISTINCT FROM (n.gtin, n.gtin14, n.options, n.weight_g)
"""
_OWN_IMAGES: Final = """
UPDATE catalog_image x SET product_key = v.product_key
FROM catalog_incoming i JOIN catalog_variant v ON v.key = i.variant_key WHERE i."row" = x."row"
"""
_FORGET_MEDIA: Final = """
DELETE FROM catalog_media m
WHERE m.source = %(source)s AND m.product_key IN (SELECT product_key FROM catalog_image)
  AND NOT EXISTS (
      SELECT FROM catalog_image x WHERE x.product_key = m.product_key AND x.url = m.url
  )
"""
_SHOW_MEDIA: Final = """
INSERT INTO catalog_media AS m (product_key, source, url, media_type, alt, position)
SELECT product_key, %(source)s, url, 'image', '', min(position)
FROM catalog_image GROUP BY product_key, url ORDER BY product_key, url
ON CONFLICT (product_key, url) DO UPDATE SET position = excluded.position
WHERE m.source = excluded.source AND m.position <> excluded.position
"""
_DESCRIBED_COLUMNS: Final = {
    "product_key": "bigint",
    "is_new": "boolean",
    "external_product": "text",
    "product_id": "uuid",
    "name": "text",
    "sku": "text",
    "description": "text",
    "brand": "text",
    "category_key": "bigint",
    "status": "text",
    "attributes": "jsonb",
}


def ensure_categories(company_key: int, paths: Iterable[str]) -> None:
    """Make the categories that are not there yet, each below its parent."""
    levels = category_levels(paths)
    for depth in sorted({level[3] for level in levels}):
        here = [level for level in levels if level[3] == depth]
        params = {
            "company": company_key,
            "paths": [path for path, _, _, _ in here],
            "names": [name for _, name, _, _ in here],
            "parents": [parent for _, _, parent, _ in here],
            "depths": [depth] * len(here),
            "depth": depth,
        }
        run(_ADD_CATEGORIES, params)
        run(_HANG_CATEGORIES, params)


def describe_products(params: Mapping[str, object]) -> int:
    """Make new products, renew the source's own, fill gaps of others; return how many changed."""
    temp_table(name="catalog_described", columns=_DESCRIBED_COLUMNS)
    run(_DESCRIBE, params)
    return run(_ADD_PRODUCTS, params) + run(_RENEW_OWN, params) + run(_FILL_FOREIGN, params)


def describe_variants(params: Mapping[str, object]) -> int:
    """Make new variants and renew known ones; return how many changed."""
    return run(_ADD_VARIANTS, params) + run(_RENEW_VARIANTS, params)


def show_media(images: pa.Table, params: Mapping[str, object]) -> None:
    """Let the source's pictures of its products be exactly those of the batch."""
    columns = {"row": "int", "position": "int", "url": "text"}
    temp_table(name="catalog_image", columns=columns | {"product_key": "bigint"})
    copy_in(table="catalog_image", columns=tuple(columns), data=images)
    run(_OWN_IMAGES)
    run("ANALYZE catalog_image")
    run(_FORGET_MEDIA, params)
    run(_SHOW_MEDIA, params)

"""What the audit sees: one statement per kind of finding, each a comparison over all variants."""

from typing import Final

_NAMES: Final = """
INSERT INTO catalog_observed
WITH shown AS (
    SELECT l.*, regexp_replace(lower(normalize(title, NFKC)), '[[:punct:][:space:]]+', '', 'g')
           AS folded
    FROM catalog_listing l WHERE company_key = %(company)s AND status <> 'removed' AND title <> ''
), apart AS (
    SELECT a.variant_key, min(similarity(a.title, b.title)) AS likeness
    FROM shown a JOIN shown b ON b.variant_key = a.variant_key AND b.key > a.key
    WHERE a.folded <> b.folded GROUP BY a.variant_key
)
SELECT s.variant_key, 'name_differs',
       CASE WHEN apart.likeness >= 0.7 THEN 'low' WHEN apart.likeness >= 0.35 THEN 'medium'
            ELSE 'high' END,
       jsonb_agg(jsonb_build_object('place_key', s.place_key, 'listing', s.id, 'value', s.title)
                 ORDER BY s.place_key, s.key),
       max(s.seen_at)
FROM shown s JOIN apart ON apart.variant_key = s.variant_key
GROUP BY s.variant_key, apart.likeness
"""
_PRICES: Final = """
INSERT INTO catalog_observed
WITH shown AS (
    SELECT l.*, max(price_minor) OVER same AS highest, min(price_minor) OVER same AS lowest
    FROM catalog_listing l
    WHERE company_key = %(company)s AND status = 'active' AND price_minor IS NOT NULL
    WINDOW same AS (PARTITION BY variant_key, currency)
), apart AS (
    SELECT *, (highest - lowest)::numeric / highest AS spread FROM shown
    WHERE highest > lowest AND highest - lowest > %(price_tolerance)s * highest
)
SELECT variant_key, 'price_differs',
       CASE WHEN max(spread) <= 0.05 THEN 'low' WHEN max(spread) <= 0.20 THEN 'medium'
            ELSE 'high' END,
       jsonb_agg(jsonb_build_object('place_key', place_key, 'listing', id,
                                    'value', currency || ' ' || price_minor)
                 ORDER BY currency, place_key, key),
       max(seen_at)
FROM apart GROUP BY variant_key
"""
_DESCRIPTIONS: Final = """
INSERT INTO catalog_observed
WITH shown AS (
    SELECT l.* FROM catalog_listing l WHERE company_key = %(company)s AND status <> 'removed'
), apart AS (
    SELECT a.variant_key, min(similarity(a.description, b.description)) AS likeness
    FROM shown a JOIN shown b ON b.variant_key = a.variant_key AND b.key > a.key
    WHERE a.description <> b.description
      AND (a.description = '' OR b.description = ''
           OR similarity(a.description, b.description) < %(text_similarity)s)
    GROUP BY a.variant_key
)
SELECT s.variant_key, 'description_differs',
       CASE WHEN apart.likeness >= 0.3 OR bool_or(s.description = '') THEN 'low' ELSE 'medium' END,
       jsonb_agg(jsonb_build_object('place_key', s.place_key, 'listing', s.id,
                                    'value', left(s.description, 300))
                 ORDER BY s.place_key, s.key),
       max(s.seen_at)
FROM shown s JOIN apart ON apart.variant_key = s.variant_key
GROUP BY s.variant_key, apart.likeness
"""
_STATUSES: Final = """
INSERT INTO catalog_observed
SELECT variant_key, 'status_differs', 'medium',
       jsonb_agg(jsonb_build_object('place_key', place_key, 'listing', id, 'value', status)
                 ORDER BY place_key, key),
       max(seen_at)
FROM catalog_listing WHERE company_key = %(company)s AND status <> 'removed'
GROUP BY variant_key HAVING count(DISTINCT status) > 1
"""
# A place counts as one that lists once it has any active listing of the company.
_MISSING: Final = """
INSERT INTO catalog_observed
WITH shown AS (
    SELECT DISTINCT variant_key, place_key FROM catalog_listing
    WHERE company_key = %(company)s AND status = 'active'
), places AS (
    SELECT place_key, max(seen_at) AS seen_at FROM catalog_listing
    WHERE company_key = %(company)s AND status = 'active' GROUP BY place_key
), lacking AS (
    SELECT variant_key FROM shown GROUP BY variant_key
    HAVING count(*) < (SELECT count(*) FROM places)
)
SELECT k.variant_key, 'missing_listing', 'low',
       jsonb_agg(jsonb_build_object('place_key', p.place_key, 'listing', NULL, 'value',
                 CASE WHEN s.variant_key IS NULL THEN 'missing' ELSE 'listed' END)
                 ORDER BY p.place_key),
       max(p.seen_at)
FROM lacking k CROSS JOIN places p
LEFT JOIN shown s ON s.variant_key = k.variant_key AND s.place_key = p.place_key
GROUP BY k.variant_key
"""
_DUPLICATES: Final = """
INSERT INTO catalog_observed
SELECT variant_key, 'duplicate_listing', 'low',
       jsonb_agg(jsonb_build_object('place_key', place_key, 'listing', id, 'value', external_id)
                 ORDER BY place_key, key),
       max(seen_at)
FROM (
    SELECT l.*, count(*) OVER (PARTITION BY variant_key, place_key) AS copies
    FROM catalog_listing l WHERE company_key = %(company)s AND status = 'active'
) counted
WHERE copies > 1 GROUP BY variant_key
"""
_INVALID_BARCODES: Final = """
INSERT INTO catalog_observed
SELECT v.key, 'gtin_invalid', 'medium',
       jsonb_build_array(jsonb_build_object('place_key', NULL, 'listing', NULL, 'value', v.gtin)),
       p.updated_at
FROM catalog_variant v JOIN catalog_product p ON p.key = v.product_key
WHERE v.company_key = %(company)s AND v.gtin <> '' AND v.gtin14 IS NULL
"""
_SHARED_BARCODES: Final = """
INSERT INTO catalog_observed
SELECT v.key, 'gtin_shared', 'high', shared.values, shared.updated_at
FROM catalog_variant v
JOIN (
    SELECT w.gtin14, max(p.updated_at) AS updated_at,
           jsonb_agg(jsonb_build_object('place_key', NULL, 'listing', NULL, 'value', w.sku)
                     ORDER BY w.sku) AS values
    FROM catalog_variant w JOIN catalog_product p ON p.key = w.product_key
    WHERE w.company_key = %(company)s AND w.gtin14 IS NOT NULL
    GROUP BY w.gtin14 HAVING count(*) > 1
) shared ON shared.gtin14 = v.gtin14
WHERE v.company_key = %(company)s
"""

OBSERVATIONS: Final = (
    _NAMES,
    _PRICES,
    _DESCRIPTIONS,
    _STATUSES,
    _MISSING,
    _DUPLICATES,
    _INVALID_BARCODES,
    _SHARED_BARCODES,
)

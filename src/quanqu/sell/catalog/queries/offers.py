"""What a place asks for variants, in sets, for rooms that sell them."""

from collections.abc import Collection
from typing import Final

from quanqu.infra.db.facade import number_array, run_prepared
from quanqu.sell.catalog.contracts import Offer

_OFFERS: Final = """
SELECT v.key, v.sku, p.name, l.price_minor, coalesce(l.currency, '')
FROM unnest((SELECT %s::bigint[])) AS w (key)
JOIN catalog_variant v USING (key)
JOIN catalog_product p ON p.key = v.product_key
LEFT JOIN LATERAL (
    SELECT x.price_minor, x.currency FROM catalog_listing x
    WHERE x.variant_key = v.key AND x.place_key = %s AND x.status = 'active'
        AND x.price_minor IS NOT NULL
    ORDER BY x.seen_at DESC, x.key DESC LIMIT 1
) l ON true
WHERE v.company_key = %s
"""


def offers_at(
    *, place_key: int, company_key: int, variant_keys: Collection[int]
) -> dict[int, Offer]:
    """Return what each variant is called and what the place asks for it.

    Those that are unknown or of another company are left out.  The price is that of the place's
    newest active listing of the variant.
    """
    wanted = sorted(set(variant_keys))
    if not wanted:
        return {}
    found = run_prepared(_OFFERS, [number_array(wanted), place_key, company_key])
    return {key: Offer(key, *told) for key, *told in found}

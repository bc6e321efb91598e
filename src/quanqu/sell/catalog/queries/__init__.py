"""Reads of the catalogue."""

from quanqu.sell.catalog.queries.findings import (
    count_findings,
    find_decisions,
    get_policy,
    list_findings,
    policy_of,
    tally_findings,
)
from quanqu.sell.catalog.queries.offers import offers_at
from quanqu.sell.catalog.queries.products import count_products, get_product, list_products
from quanqu.sell.catalog.queries.ranked import list_products_ranked
from quanqu.sell.catalog.queries.refs import variant_refs, variants_by_sku, variants_called
from quanqu.sell.catalog.queries.variants import (
    live_variants,
    product_keys,
    product_names,
    variant_categories,
    variant_keys,
    variant_labels,
)
from quanqu.sell.catalog.queries.vocabulary import (
    attribute_info,
    list_attributes,
    list_brands,
    list_categories,
)

__all__ = [
    "attribute_info",
    "count_findings",
    "count_products",
    "find_decisions",
    "get_policy",
    "get_product",
    "list_attributes",
    "list_brands",
    "list_categories",
    "list_findings",
    "list_products",
    "list_products_ranked",
    "live_variants",
    "offers_at",
    "policy_of",
    "product_keys",
    "product_names",
    "tally_findings",
    "variant_categories",
    "variant_keys",
    "variant_labels",
    "variant_refs",
    "variants_by_sku",
    "variants_called",
]

"""sell.catalog holds goods and nobody's personal data."""

from quanqu.infra.personal.contracts import Store
from quanqu.infra.personal.facade import declare_plain

declare_plain("catalog_category", "key company_key parent_key name path depth")
declare_plain("catalog_attribute", "key company_key code name type unit choices is_declared")
declare_plain(
    "catalog_product",
    "key id company_key source external_id name description brand category_key status attributes "
    "is_bare created_at updated_at",
)
declare_plain("catalog_variant", "key id product_key company_key sku gtin gtin14 options weight_g")
declare_plain(
    "catalog_reference",
    "key company_key source external_product external_variant sku variant_key",
)
declare_plain("catalog_media", "key product_key source url media_type alt position")
declare_plain(
    "catalog_listing",
    "key id variant_key company_key place_key external_id title description price_minor currency "
    "url status seen_at",
)
declare_plain("catalog_policy", "company_key price_tolerance_rate text_similarity_rate")
declare_plain(
    "catalog_finding",
    "key id company_key variant_key kind severity state values first_seen_at last_seen_at "
    "evidence_at decided_by decided_at note",
)
declare_plain(
    "dim_product",
    "variant_key product_key product_id sku name category category_path department brand "
    "company_key",
    store=Store.LAKE,
)

"""Contracts of the catalogue as the API shows them."""

from typing import Any

from quanqu.infra.http.facade import money_out
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.facade import companies_by_key, places_by_key
from quanqu.sell.catalog.contracts import (
    AttributeValue,
    FindingRow,
    ListingRow,
    ProductDetail,
    ProductRow,
    VariantDetail,
)


def companies() -> dict[int, str]:
    """Return the outside id of every company."""
    return {key: company.id for key, company in companies_by_key().items()}


def product(row: ProductRow, ids: dict[int, str]) -> dict[str, Any]:
    """Return a product of the list; `ids` are those of the companies."""
    return {
        "id": row.id,
        "company": ids.get(row.company_key, ""),
        "name": row.name,
        "brand": row.brand,
        "category": row.category_path,
        "status": row.status,
        "is_bare": row.is_bare,
        "sku": row.sku,
        "variant_count": row.variant_count,
        "listing_count": row.listing_count,
        "open_findings": row.open_findings,
        "image_url": row.image_url,
        "updated_at": format_time(row.updated_at),
    }


def product_detail(found: ProductDetail) -> dict[str, Any]:
    """Return a product whole."""
    keys = {listing.place_key for variant in found.variants for listing in variant.listings}
    places = {key: place.id for key, place in places_by_key(keys=keys).items()}
    return {
        "id": found.id,
        "company": companies().get(found.company_key, ""),
        "external_id": found.external_id,
        "name": found.name,
        "description": found.description,
        "brand": found.brand,
        "category": found.category_path,
        "status": found.status,
        "is_bare": found.is_bare,
        "source": found.source,
        "attributes": [_attribute(value) for value in found.attributes],
        "media": list(found.media),
        "variants": [_variant(variant, places) for variant in found.variants],
        "open_findings": found.open_findings,
        "created_at": format_time(found.created_at),
        "updated_at": format_time(found.updated_at),
    }


def finding(row: FindingRow, places: dict[int, str]) -> dict[str, Any]:
    """Return a finding; `places` are the outside ids of places."""
    return {
        "id": row.id,
        "kind": row.kind,
        "severity": row.severity,
        "state": row.state,
        "product": row.product_id,
        "product_name": row.product_name,
        "variant": row.variant_id,
        "sku": row.sku,
        "values": [
            {
                "place": places.get(value.place_key or 0),
                "listing": value.listing_id or None,
                "value": value.value,
                "price": money_out(value.price) if value.price else None,
            }
            for value in row.values
        ],
        "first_seen_at": format_time(row.first_seen_at),
        "last_seen_at": format_time(row.last_seen_at),
        "decided_by": row.decided_by,
        "decided_at": format_time(row.decided_at) if row.decided_at else None,
        "note": row.note,
    }


def _variant(variant: VariantDetail, places: dict[int, str]) -> dict[str, Any]:
    return {
        "id": variant.id,
        "sku": variant.sku,
        "gtin": variant.gtin,
        "has_valid_gtin": variant.has_valid_gtin,
        "options": variant.options,
        "weight_g": variant.weight_g,
        "listings": [_listing(listing, places) for listing in variant.listings],
    }


def _listing(row: ListingRow, places: dict[int, str]) -> dict[str, Any]:
    price = None if row.price_minor is None else money_out(Money(row.price_minor, row.currency))
    return {
        "id": row.id,
        "place": places.get(row.place_key, ""),
        "external_id": row.external_id,
        "title": row.title,
        "description": row.description,
        "price": price,
        "url": row.url,
        "status": row.status,
        "seen_at": format_time(row.seen_at),
    }


def _attribute(value: AttributeValue) -> dict[str, Any]:
    return {
        "code": value.definition.code,
        "name": value.definition.name,
        "type": value.definition.type,
        "unit": value.definition.unit,
        "value": value.value,
        "fits": value.fits,
    }

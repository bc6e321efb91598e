"""List, count and get products."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment, read_number
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import (
    AttributeInfo,
    AttributeType,
    AttributeValue,
    FindingState,
    ListingRow,
    ListingStatus,
    MediaItem,
    MediaType,
    ProductDetail,
    ProductFilters,
    ProductGap,
    ProductNotFoundError,
    ProductRow,
    ProductSort,
    ProductStatus,
    VariantDetail,
)
from quanqu.sell.catalog.models import (
    Attribute,
    Finding,
    Listing,
    Media,
    Product,
    Reference,
    Variant,
)
from quanqu.sell.catalog.queries.scoping import companies_of, listed_at, places_of
from quanqu.sell.catalog.queries.vocabulary import attribute_info
from quanqu.sell.catalog.rules import fits

_EXACT_MATCHES = 200
_SORTINGS: Final = {
    ProductSort.NEWEST: Sorting("newest", "key", read=read_number),
    ProductSort.OLDEST: Sorting("oldest", "key", is_descending=False, read=read_number),
    ProductSort.NAME: Sorting("name", "name", is_descending=False),
    ProductSort.NAME_REVERSED: Sorting("name_reversed", "name"),
    ProductSort.CHANGED: Sorting("changed", "updated_at", read=read_moment),
    ProductSort.UNCHANGED: Sorting(
        "unchanged", "updated_at", is_descending=False, read=read_moment
    ),
}


def list_products(
    *,
    actor: Actor,
    filters: ProductFilters,
    cursor: str | None = None,
    limit: int = 50,
    sort: ProductSort = ProductSort.NEWEST,
) -> Page[ProductRow]:
    """Return a page of products, newest first unless asked otherwise.

    Raises: NotAllowedError, MalformedCursorError.
    """
    found = filtered(actor, filters).select_related("category")
    rows, following = _SORTINGS[sort].page(found, cursor, limit)
    return Page(make_rows(rows, places_of(actor)), following)


def count_products(*, actor: Actor, filters: ProductFilters) -> int:
    """Return how many products the filters show. Raises: NotAllowedError."""
    return filtered(actor, filters).count()


def get_product(*, actor: Actor, product_id: str) -> ProductDetail:
    """Return everything known of a product. Raises: NotAllowedError, ProductNotFoundError."""
    found = companies_of(actor, Product.objects.filter(id=decode("prd", product_id)))
    row = found.select_related("category").first()
    if row is None:
        raise ProductNotFoundError(ref=product_id)
    return ProductDetail(
        key=row.key,
        id=product_id,
        company_key=row.company_key,
        external_id=row.external_id,
        name=row.name,
        description=row.description,
        brand=row.brand,
        category_path=row.category.path if row.category else "",
        status=ProductStatus(row.status),
        is_bare=row.is_bare,
        source=row.source,
        attributes=_attributes(row),
        media=tuple(
            MediaItem(item.url, MediaType(item.media_type), item.alt, item.position)
            for item in Media.objects.filter(product=row).order_by("position", "key")
        ),
        variants=_variants(row, places_of(actor)),
        open_findings=Finding.objects.filter(
            variant__product=row, state=FindingState.OPEN.value
        ).count(),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def filtered(actor: Actor, filters: ProductFilters) -> QuerySet[Product]:
    """Return the products in scope that the filters show. Raises: NotAllowedError."""
    found = companies_of(actor, Product.objects.all(), filters.company_keys)
    if filters.text:
        found = found.filter(
            Q(name__icontains=filters.text)
            | Q(brand__iexact=filters.text)
            | Q(key__in=_exact_matches(filters.text))
        )
    if filters.category:
        below = f"{filters.category} > "
        found = found.filter(
            Q(category__path=filters.category) | Q(category__path__startswith=below)
        )
    if filters.brand:
        found = found.filter(brand=filters.brand)
    if filters.status:
        found = found.filter(status=filters.status.value)
    if filters.missing is ProductGap.CATEGORY:
        found = found.filter(category__isnull=True)
    elif filters.missing:
        found = found.filter(**{filters.missing.value: ""})
    if filters.place_keys is not None:
        shown = listed_at(
            Listing.objects.filter(place_key__in=filters.place_keys), places_of(actor)
        )
        listed = shown.exclude(status=ListingStatus.REMOVED.value)
        found = found.filter(key__in=listed.values("variant__product_id"))
    return found


def _exact_matches(text: str) -> list[int]:
    # a list, not a subquery: so the index of name parts can be used beside it
    by_variant = Variant.objects.filter(Q(sku=text) | Q(gtin=text))
    by_source = Reference.objects.filter(
        Q(sku=text) | Q(external_product=text) | Q(external_variant=text)
    )
    keys = [*by_variant.values_list("product_id", flat=True)[:_EXACT_MATCHES]]
    keys += by_source.values_list("variant__product_id", flat=True)[:_EXACT_MATCHES]
    return sorted(set(keys))


def make_rows(products: Sequence[Product], places: frozenset[int] | None) -> tuple[ProductRow, ...]:
    """Return what lists show of products, in their order; `places` are those in scope."""
    keys = [row.key for row in products]
    variants = Variant.objects.filter(product_id__in=keys).order_by("-key")
    sku_of = dict(variants.values_list("product_id", "sku"))
    variant_counts = _counts(Variant.objects.filter(product_id__in=keys), "product_id")
    shown = listed_at(Listing.objects.filter(variant__product_id__in=keys), places)
    listed = shown.exclude(status=ListingStatus.REMOVED.value)
    listing_counts = _counts(listed, "variant__product_id")
    still_open = Finding.objects.filter(variant__product_id__in=keys, state=FindingState.OPEN.value)
    finding_counts = _counts(still_open, "variant__product_id")
    images = Media.objects.filter(product_id__in=keys, media_type=MediaType.IMAGE.value)
    image_of = dict(images.order_by("-position", "-key").values_list("product_id", "url"))
    return tuple(
        ProductRow(
            key=row.key,
            id=encode("prd", row.id),
            company_key=row.company_key,
            name=row.name,
            brand=row.brand,
            category_path=row.category.path if row.category else "",
            status=ProductStatus(row.status),
            is_bare=row.is_bare,
            sku=sku_of.get(row.key, ""),
            variant_count=variant_counts.get(row.key, 0),
            listing_count=listing_counts.get(row.key, 0),
            open_findings=finding_counts.get(row.key, 0),
            image_url=image_of.get(row.key, ""),
            updated_at=row.updated_at,
        )
        for row in products
    )


def _counts(rows: "QuerySet[Any]", by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(found=Count("key")))


def _attributes(row: Product) -> tuple[AttributeValue, ...]:
    definitions = {
        found.code: attribute_info(found)
        for found in Attribute.objects.filter(
            company_key=row.company_key, code__in=list(row.attributes)
        )
    }
    values = []
    for code, value in sorted(row.attributes.items()):
        unknown = AttributeInfo(code, code, AttributeType.TEXT, "", (), is_declared=False)
        known = definitions.get(code, unknown)
        fitting = not known.is_declared or fits(value, known.type, known.choices)
        values.append(AttributeValue(known, value, fitting))
    return tuple(values)


def _variants(row: Product, places: frozenset[int] | None) -> tuple[VariantDetail, ...]:
    variants = list(Variant.objects.filter(product=row).order_by("key"))
    shown: dict[int, list[ListingRow]] = {variant.key: [] for variant in variants}
    listings = listed_at(Listing.objects.filter(variant__in=variants), places)
    for listing in listings.order_by("place_key", "key"):
        shown[listing.variant_id].append(_listing(listing))
    return tuple(
        VariantDetail(
            key=variant.key,
            id=encode("var", variant.id),
            sku=variant.sku,
            gtin=variant.gtin,
            has_valid_gtin=variant.gtin14 is not None,
            options=variant.options,
            weight_g=variant.weight_g,
            listings=tuple(shown[variant.key]),
        )
        for variant in variants
    )


def _listing(row: Listing) -> ListingRow:
    return ListingRow(
        id=encode("lst", row.id),
        variant_key=row.variant_id,
        place_key=row.place_key,
        external_id=row.external_id,
        title=row.title,
        description=row.description,
        price_minor=row.price_minor,
        currency=row.currency,
        url=row.url,
        status=ListingStatus(row.status),
        seen_at=row.seen_at,
    )

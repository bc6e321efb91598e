"""Products as readers see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "AttributeInfo",
    "AttributeType",
    "AttributeValue",
    "CategoryInfo",
    "ListingRow",
    "ListingStatus",
    "MediaItem",
    "MediaType",
    "Offer",
    "ProductDetail",
    "ProductFilters",
    "ProductGap",
    "ProductRow",
    "ProductSort",
    "ProductStatus",
    "VariantDetail",
    "VariantLabel",
    "VariantRef",
]


class ProductStatus(StrEnum):
    """Where a product is in its life."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ProductGap(StrEnum):
    """What the catalogue can lack of a product."""

    NAME = "name"
    BRAND = "brand"
    CATEGORY = "category"


class ProductSort(StrEnum):
    """In which order a list of products comes: by age, by name, or by when it last changed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    NAME_REVERSED = "name_reversed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class ListingStatus(StrEnum):
    """What a channel does with a listing."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DRAFT = "draft"
    REMOVED = "removed"


class AttributeType(StrEnum):
    """What the value of an attribute is; money is an object {"amount", "currency"}."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    MONEY = "money"


class MediaType(StrEnum):
    """What a medium shows."""

    IMAGE = "image"
    VIDEO = "video"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class ProductFilters:
    """Narrow the list; None or empty means any.

    `text` is part of a name or brand, or a whole SKU, GTIN or outside id.  `category` includes
    what lies below it.  `place_keys` are places where the product is listed.
    """

    text: str = ""
    category: str = ""
    brand: str = ""
    status: ProductStatus | None = None
    company_keys: frozenset[int] | None = None
    place_keys: frozenset[int] | None = None
    missing: ProductGap | None = None


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A line of the product list; `sku` is the first of its variants."""

    key: int
    id: str
    company_key: int
    name: str
    brand: str
    category_path: str
    status: ProductStatus
    is_bare: bool
    sku: str
    variant_count: int
    listing_count: int
    open_findings: int
    image_url: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ListingRow:
    """What one place shows of a variant; price_minor None where no price is known."""

    id: str
    variant_key: int
    place_key: int
    external_id: str
    title: str
    description: str
    price_minor: int | None
    currency: str
    url: str
    status: ListingStatus
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class VariantDetail:
    """A thing that is sold, with where it is listed."""

    key: int
    id: str
    sku: str
    gtin: str
    has_valid_gtin: bool
    options: dict[str, str]
    weight_g: int | None
    listings: tuple[ListingRow, ...]


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A picture, film or 3D model by its address."""

    url: str
    media_type: MediaType
    alt: str
    position: int


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """A definition: inferred from values until a person declares it."""

    code: str
    name: str
    type: AttributeType
    unit: str
    choices: tuple[str, ...]
    is_declared: bool


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """An attribute of a product; `fits` is False where the value is not of the declared type."""

    definition: AttributeInfo
    value: object
    fits: bool


@dataclass(frozen=True, slots=True)
class CategoryInfo:
    """A category, its path "A > B", and the products directly in it."""

    path: str
    name: str
    depth: int
    product_count: int


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """Everything the catalogue knows of a product."""

    key: int
    id: str
    company_key: int
    external_id: str
    name: str
    description: str
    brand: str
    category_path: str
    status: ProductStatus
    is_bare: bool
    source: str
    attributes: tuple[AttributeValue, ...]
    media: tuple[MediaItem, ...]
    variants: tuple[VariantDetail, ...]
    open_findings: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class VariantLabel:
    """How another room names and links a variant."""

    variant_id: str
    product_id: str
    sku: str
    name: str
    options: dict[str, str]
    gtin: str = ""
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class VariantRef:
    """What a variant's outside id stands for: its key and its company's, which never change."""

    key: int
    company_key: int
    id: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a variant is called, and what a place asks for one; None where it asks nothing known.

    Units: minor units of `currency`.
    """

    variant_key: int
    sku: str
    name: str
    price_minor: int | None
    currency: str

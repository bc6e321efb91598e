"""What the catalogue's API takes and shows."""

from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field, JsonValue

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.catalog.contracts import (
    AttributeType,
    FindingKind,
    FindingSort,
    FindingState,
    ListingStatus,
    MediaType,
    ProductSort,
    ProductStatus,
    Severity,
)

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40)]


class ProductSortQuery(Schema):
    """In which order they come."""

    sort: ProductSort = ProductSort.NEWEST


class ProductQuery(Schema):
    """Narrow the list of products."""

    search: Text = Field("", description="Part of a name, a brand, or a whole SKU, GTIN or id.")
    category: Text = Field(
        "", description='A category path such as "Home > Kitchen", with all below.'
    )
    brand: Text = ""
    status: ProductStatus | None = None
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    listed_at: Id | None = Field(None, description="A place id: products listed there.")


class ProductOut(Schema):
    """A product of the list."""

    id: str
    company: str
    name: str
    brand: str
    category: str
    status: ProductStatus
    is_bare: bool
    sku: str
    variant_count: int
    listing_count: int
    open_findings: int
    image_url: str
    updated_at: str


class ListingOut(Schema):
    """What a place shows of a variant."""

    id: str
    place: str
    external_id: str
    title: str
    description: str
    price: MoneyOut | None
    url: str
    status: ListingStatus
    seen_at: str


class VariantOut(Schema):
    """A thing that is sold."""

    id: str
    sku: str
    gtin: str
    has_valid_gtin: bool
    options: dict[str, JsonValue]
    weight_g: int | None
    listings: list[ListingOut]


class MediaOut(Schema):
    """A picture, film or 3D model."""

    url: str
    media_type: MediaType
    alt: str
    position: int


class AttributeOut(Schema):
    """An attribute definition."""

    code: str
    name: str
    type: AttributeType
    unit: str
    choices: list[str]
    is_declared: bool


class AttributeValueOut(Schema):
    """An attribute of a product; `fits` is false where it is not of the declared type."""

    code: str
    name: str
    type: AttributeType
    unit: str
    value: JsonValue
    fits: bool


class ProductDetailOut(Schema):
    """A product whole."""

    id: str
    company: str
    external_id: str
    name: str
    description: str
    brand: str
    category: str
    status: ProductStatus
    is_bare: bool
    source: str
    attributes: list[AttributeValueOut]
    media: list[MediaOut]
    variants: list[VariantOut]
    open_findings: int
    created_at: str
    updated_at: str


class CategoryOut(Schema):
    """A category and the products directly in it."""

    path: str
    name: str
    depth: int
    product_count: int


class ProductCountOut(Schema):
    """A number of things."""

    count: int


class AttributeIn(Schema):
    """How to declare an attribute."""

    name: Text = ""
    type: AttributeType
    unit: Text = ""
    choices: Annotated[list[Text], Field(default_factory=list, max_length=500)]


class FindingQuery(Schema):
    """Narrow the list of findings; they are open ones unless a state is given."""

    kind: FindingKind | None = None
    severity: Severity | None = None
    state: FindingState = FindingState.OPEN
    product: Id = ""
    search: Text = Field("", description="Part of a product's name, or a whole SKU.")
    unit: Id | None = Field(None, description="A group, brand, company or place id.")


class FindingSortQuery(Schema):
    """In which order they come."""

    sort: FindingSort = Field(FindingSort.NEWEST, description="gravest: high severity first.")


class FindingValueOut(Schema):
    """What one place shows."""

    place: str | None
    listing: str | None
    value: str = Field(description="In words; for a missing listing, `listed` or `missing`.")
    price: MoneyOut | None = Field(description="Set where prices differ.")


class FindingOut(Schema):
    """A difference between channels, or a bad barcode."""

    id: str
    kind: FindingKind
    severity: Severity
    state: FindingState
    product: str
    product_name: str
    variant: str
    sku: str
    values: list[FindingValueOut]
    first_seen_at: str
    last_seen_at: str
    decided_by: str
    decided_at: str | None
    note: str


class FindingTallyOut(Schema):
    """How many findings there are of a kind, severity and state."""

    kind: FindingKind
    severity: Severity
    state: FindingState
    count: int


class FindingDecisionIn(Schema):
    """What to decide about findings."""

    findings: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    state: FindingState
    note: Text = ""


class AuditPolicyBody(Schema):
    """The tolerances of the consistency audit, as rates between 0 and 1."""

    price_tolerance_rate: Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
    text_similarity_rate: Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]


class AuditRunOut(Schema):
    """What a run of the audit changed."""

    opened: int
    reopened: int
    kept: int
    closed: int

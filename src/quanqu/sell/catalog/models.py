"""The catalogue's tables."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from quanqu.kernel.ids import new_id
from quanqu.sell.catalog.contracts import (
    AttributeType,
    FindingKind,
    FindingState,
    ListingStatus,
    MediaType,
    ProductStatus,
    Severity,
)

TRIGRAMS = "gin_trgm_ops"


class Category(models.Model):
    """A node of a company's tree of categories; `path` is "A > B"."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_column="parent_key"
    )
    name = models.TextField()
    path = models.TextField()
    depth = models.SmallIntegerField()

    class Meta:
        db_table = "catalog_category"
        constraints = [
            models.UniqueConstraint(
                name="catalog_category_path_of_company", fields=["company_key", "path"]
            ),
            models.CheckConstraint(
                name="catalog_category_depth_of_parent",
                condition=Q(depth=1, parent__isnull=True) | Q(depth__gt=1),
            ),
        ]


class Attribute(models.Model):
    """What an attribute of a company's products means and which values it takes."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    code = models.TextField()
    name = models.TextField()
    type = models.TextField()
    unit = models.TextField(default="")
    choices = models.JSONField(default=list)
    is_declared = models.BooleanField(default=False)

    class Meta:
        db_table = "catalog_attribute"
        constraints = [
            models.UniqueConstraint(
                name="catalog_attribute_code_of_company", fields=["company_key", "code"]
            ),
            models.CheckConstraint(
                name="catalog_attribute_type_known",
                condition=Q(type__in=[kind.value for kind in AttributeType]),
            ),
        ]


class Product(models.Model):
    """A product; its fields belong to the source that first described it."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    source = models.TextField()
    external_id = models.TextField(default="")
    name = models.TextField()
    description = models.TextField(default="")
    brand = models.TextField(default="")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="+", db_column="category_key"
    )
    status = models.TextField(default=ProductStatus.ACTIVE.value)
    attributes = models.JSONField(default=dict)
    is_bare = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_product"
        indexes = [
            models.Index("company_key", F("key").desc(), name="catalog_product_of_company"),
            GinIndex(OpClass(Upper("name"), name=TRIGRAMS), name="catalog_product_name_part"),
        ]
        constraints = [
            models.CheckConstraint(
                name="catalog_product_status_known",
                condition=Q(status__in=[status.value for status in ProductStatus]),
            ),
        ]


class Variant(models.Model):
    """A thing that is sold: one SKU of a company."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="variants", db_column="product_key"
    )
    company_key = models.IntegerField()
    sku = models.TextField()
    gtin = models.TextField(default="")
    gtin14 = models.TextField(null=True)  # noqa: DJ001 - null is "no valid barcode", kept out of the index
    options = models.JSONField(default=dict)
    weight_g = models.IntegerField(null=True)

    class Meta:
        db_table = "catalog_variant"
        indexes = [
            models.Index(
                "company_key",
                "gtin14",
                name="catalog_variant_gtin",
                condition=Q(gtin14__isnull=False),
            ),
            models.Index("sku", name="catalog_variant_sku"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="catalog_variant_sku_of_company", fields=["company_key", "sku"]
            ),
            models.CheckConstraint(
                name="catalog_variant_weight_not_negative",
                condition=Q(weight_g__isnull=True) | Q(weight_g__gte=0),
            ),
        ]


class Reference(models.Model):
    """What a source calls a variant."""

    key = models.BigAutoField(primary_key=True)
    company_key = models.IntegerField()
    source = models.TextField()
    external_product = models.TextField()
    external_variant = models.TextField(default="")
    sku = models.TextField()
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", db_column="variant_key"
    )

    class Meta:
        db_table = "catalog_reference"
        indexes = [models.Index("company_key", "sku", name="catalog_reference_sku")]
        constraints = [
            models.UniqueConstraint(
                name="catalog_reference_of_source",
                fields=["company_key", "source", "external_product", "external_variant"],
            ),
        ]


class Media(models.Model):
    """A picture, film or 3D model of a product, by its address."""

    key = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="media", db_column="product_key"
    )
    source = models.TextField()
    url = models.TextField()
    media_type = models.TextField(default=MediaType.IMAGE.value)
    alt = models.TextField(default="")
    position = models.IntegerField()

    class Meta:
        db_table = "catalog_media"
        constraints = [
            models.UniqueConstraint(name="catalog_media_once", fields=["product", "url"]),
            models.CheckConstraint(
                name="catalog_media_type_known",
                condition=Q(media_type__in=[kind.value for kind in MediaType]),
            ),
        ]


class Listing(models.Model):
    """What one place shows of a variant."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="listings", db_column="variant_key"
    )
    company_key = models.IntegerField()
    place_key = models.IntegerField()
    external_id = models.TextField()
    title = models.TextField(default="")
    description = models.TextField(default="")
    price_minor = models.BigIntegerField(null=True)
    currency = models.TextField(default="")
    url = models.TextField(default="")
    status = models.TextField(default=ListingStatus.ACTIVE.value)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_listing"
        indexes = [models.Index("company_key", "place_key", name="catalog_listing_of_place")]
        constraints = [
            models.UniqueConstraint(
                name="catalog_listing_of_place_once", fields=["place_key", "external_id"]
            ),
            models.CheckConstraint(
                name="catalog_listing_status_known",
                condition=Q(status__in=[status.value for status in ListingStatus]),
            ),
            models.CheckConstraint(
                name="catalog_listing_price_has_currency",
                condition=Q(price_minor__isnull=True)
                | Q(price_minor__gte=0, currency__regex=r"^[A-Z]{3}$"),
            ),
        ]


class Policy(models.Model):
    """The audit's tolerances of a company; a company without a row has the defaults."""

    company_key = models.IntegerField(primary_key=True)
    price_tolerance_rate = models.DecimalField(max_digits=5, decimal_places=4)
    text_similarity_rate = models.DecimalField(max_digits=5, decimal_places=4)

    class Meta:
        db_table = "catalog_policy"
        constraints = [
            models.CheckConstraint(
                name="catalog_policy_rates_in_range",
                condition=Q(price_tolerance_rate__range=(0, 1), text_similarity_rate__range=(0, 1)),
            ),
        ]


class Finding(models.Model):
    """A difference between channels, or a bad barcode, and what was decided about it."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    company_key = models.IntegerField()
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", db_column="variant_key"
    )
    kind = models.TextField()
    severity = models.TextField()
    state = models.TextField(default=FindingState.OPEN.value)
    values = models.JSONField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    evidence_at = models.DateTimeField()
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    class Meta:
        db_table = "catalog_finding"
        indexes = [models.Index("company_key", "state", "kind", name="catalog_finding_to_act_on")]
        constraints = [
            models.UniqueConstraint(name="catalog_finding_once", fields=["variant", "kind"]),
            models.CheckConstraint(
                name="catalog_finding_words_known",
                condition=Q(
                    kind__in=[kind.value for kind in FindingKind],
                    severity__in=[severity.value for severity in Severity],
                    state__in=[state.value for state in FindingState],
                ),
            ),
        ]

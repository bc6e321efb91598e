"""The words a company's catalogue is ordered by: categories, brands, attributes."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.catalog.contracts import AttributeInfo, AttributeType, CategoryInfo
from quanqu.sell.catalog.models import Attribute, Category, Product
from quanqu.sell.catalog.queries.scoping import companies_of


def list_categories(*, actor: Actor) -> tuple[CategoryInfo, ...]:
    """Return the categories of the companies in scope, by path. Raises: NotAllowedError."""
    per_category = (
        Product.objects.filter(category=OuterRef("pk"))
        .order_by()
        .values("category")
        .annotate(found=Count("key"))
        .values("found")
    )
    rows = companies_of(actor, Category.objects.all()).annotate(
        found=Coalesce(Subquery(per_category, output_field=IntegerField()), 0)
    )
    merged: dict[str, CategoryInfo] = {}
    for row in rows.order_by("path"):
        before = merged.get(row.path)
        count = row.found + (before.product_count if before else 0)
        merged[row.path] = CategoryInfo(row.path, row.name, row.depth, count)
    return tuple(merged.values())


def list_brands(*, actor: Actor) -> tuple[str, ...]:
    """Return the brands of the products in scope, by name. Raises: NotAllowedError."""
    found = companies_of(actor, Product.objects.exclude(brand=""))
    return tuple(found.order_by("brand").values_list("brand", flat=True).distinct())


def list_attributes(*, actor: Actor, company_key: int) -> tuple[AttributeInfo, ...]:
    """Return a company's attribute definitions, by code. Raises: NotAllowedError."""
    found = companies_of(actor, Attribute.objects.filter(company_key=company_key))
    return tuple(attribute_info(row) for row in found.order_by("code"))


def attribute_info(row: Attribute) -> AttributeInfo:
    """Return the definition that a row holds."""
    return AttributeInfo(
        code=row.code,
        name=row.name,
        type=AttributeType(row.type),
        unit=row.unit,
        choices=tuple(row.choices),
        is_declared=row.is_declared,
    )

"""Words of data quality: tables, fields, what an empty one costs and how to fill it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["ADVICE", "FIELD_TITLES", "ROWS_WITHOUT", "TABLE_PAGES", "TABLE_TITLES", "TARGETS"]

TABLE_TITLES: Final[dict[str, Promise]] = {
    "dim_place": _("Places"),
    "dim_product": _("Products"),
    "dim_customer": _("Customers"),
    "dim_identity": _("Identifiers"),
    "customers_by_identifier": _("Customers by identifier"),
    "fact_order": _("Orders"),
    "fact_order_line": _("Order lines"),
    "fact_refund": _("Refunds"),
    "fact_refund_line": _("Refund lines"),
    "fact_payment": _("Payments"),
    "fact_event": _("Events"),
}
FIELD_TITLES: Final[dict[str, Promise]] = {
    "subject_key": _("Customer"),
    "variant_key": _("Product in the catalogue"),
    "order_key": _("Order it belongs to"),
    "country": _("Country"),
    "region": _("Region"),
    "city": _("City"),
    "item_count": _("Items"),
    "channel": _("Channel"),
    "sku": _("SKU"),
    "quantity": _("Quantity"),
    "unit_price_e4": _("Unit price"),
    "method": _("Tender"),
    "campaign": _("Campaign"),
    "utm_source": _("Source of the visit (UTM)"),
    "name": _("Name"),
    "category": _("Category"),
    "department": _("Department"),
    "brand": _("Brand"),
    "language": _("Language"),
    "gender": _("Gender"),
    "birth_year": _("Year of birth"),
    "member_since_on": _("Member since"),
    "identifier_type": _("Kind of identifier"),
}
# What a reference leads to, by the column that holds it.
TARGETS: Final[dict[str, Promise]] = {
    "place_key": _("place"),
    "subject_key": _("identifier"),
    "variant_key": _("product"),
    "order_key": _("order"),
    "refund_key": _("refund"),
    "customer_key": _("customer"),
}
ADVICE: Final[dict[tuple[str, str], Promise]] = {
    ("fact_order", "subject_key"): _(
        "These are guest sales: they count in sales, not in customers. Map the member number, "
        "phone or e-mail column in the import, or ask for it at the till."
    ),
    ("fact_order", "country"): _("Sales by place leave these orders out. Map the country."),
    ("fact_order", "region"): _("Sales by region leave these orders out. Map the region."),
    ("fact_order", "city"): _("Sales by city leave these orders out. Map the city."),
    ("fact_order_line", "variant_key"): _(
        "These lines name a SKU the catalogue does not know. Import the product file of the "
        "channel; the lines then join their products."
    ),
    ("fact_order_line", "subject_key"): _(
        "Lines of guest orders: audiences by product cannot find who bought."
    ),
    ("fact_refund", "order_key"): _(
        "The channel does not say which order a refund belongs to. Map the order number of the "
        "refund, else refunds count only in totals."
    ),
    ("fact_refund_line", "variant_key"): _(
        "These lines name a SKU the catalogue does not know. Import the product file."
    ),
    ("fact_payment", "method"): _("Map the tender, else sales by tender are incomplete."),
    ("fact_event", "campaign"): _(
        "Visits without a campaign cannot be credited to one. Put utm_campaign on every link."
    ),
    ("fact_event", "utm_source"): _(
        "Visits without a source count as direct. Put utm_source on every link."
    ),
    ("dim_product", "category"): _(
        "Sales by category leave these products out. Map the category in the product file."
    ),
    ("dim_product", "brand"): _(
        "Sales by brand leave these products out. Map the brand in the product file."
    ),
    ("dim_product", "name"): _("People see a SKU in place of a name. Map the product name."),
}
# The list whose rows a table counts, and the gaps that list can be narrowed to.
TABLE_PAGES: Final[dict[str, str]] = {
    "fact_order": "console:orders",
    "fact_order_line": "console:orders",
    "fact_event": "console:timeline",
    "dim_product": "console:products",
    "dim_customer": "console:customers",
    "customers_by_identifier": "console:customers",
}
ROWS_WITHOUT: Final[dict[tuple[str, str], str]] = {
    ("fact_order", "subject_key"): "customer",
    ("fact_order", "country"): "country",
    ("fact_order", "region"): "region",
    ("fact_order", "city"): "city",
    ("dim_product", "name"): "name",
    ("dim_product", "brand"): "brand",
    ("dim_product", "category"): "category",
}

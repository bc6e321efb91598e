"""Dimensions as columns: where each comes from and what it is called on a screen."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.learn.metrics.contracts import PRODUCT_DIMENSIONS, TIME_DIMENSIONS, Dimension
from quanqu.learn.metrics.metrics.tables import Tables, with_customer

LABELLED: Final = frozenset({Dimension.PLACE, Dimension.COMPANY, Dimension.PRODUCT})
"""Dimensions whose key is an id or code and that carry a name beside it."""

NAMED_LATE: Final = frozenset({Dimension.PRODUCT})
"""Dimensions grouped by number, and given id and label only in the answer: there are many."""

_UNITS: Final = {
    Dimension.DAY: "D",
    Dimension.WEEK: "W",
    Dimension.MONTH: "M",
    Dimension.QUARTER: "Q",
    Dimension.YEAR: "Y",
}
_AREAS: Final = (Dimension.COUNTRY, Dimension.REGION, Dimension.CITY)
_OF_PLACE: Final = frozenset({Dimension.PLACE, Dimension.COMPANY, Dimension.BRAND, *_AREAS})
_AREA_COLUMNS: Final = ("place_key", "order_key", *(f"area_{area}" for area in _AREAS))
_MADE_FROM: Final = {
    **dict.fromkeys(_AREAS, _AREA_COLUMNS),
    **dict.fromkeys((Dimension.PLACE, Dimension.COMPANY, Dimension.BRAND), ("place_key",)),
    **dict.fromkeys(PRODUCT_DIMENSIONS, ("variant_key",)),
    Dimension.CHANNEL: ("channel",),
    Dimension.CURRENCY: ("currency",),
    Dimension.STATUS: ("status",),
    Dimension.CUSTOMER_TYPE: ("subject_key",),
    Dimension.PAYMENT_METHOD: ("method",),
    Dimension.INSTALLMENTS: ("installments",),
    Dimension.HOUR: ("local_hour",),
}
_TAKEN_FROM: Final[Mapping[Dimension, Callable[[ir.Table], ir.StringValue]]] = {
    Dimension.WEEKDAY: lambda rows: (rows.business_date.day_of_week.index() + 1).cast("string"),
    Dimension.HOUR: lambda rows: rows.local_hour.cast("string").lpad(2, "0"),
    Dimension.PAYMENT_METHOD: lambda rows: rows.method,
    Dimension.INSTALLMENTS: lambda rows: rows.installments.cast("string"),
}


def label_of(dimension: Dimension) -> str:
    """Return the name of the column that holds a dimension's label."""
    return f"{dimension}_label"


def column_of(dimension: Dimension) -> str:
    """Return the name of the column that holds a dimension's key."""
    return f"by_{dimension}"


def filter_column(dimension: Dimension) -> str:
    """Return the name of the column that a filter on a dimension looks at."""
    return "product_known_as" if dimension is Dimension.PRODUCT else column_of(dimension)


def needed_columns(wanted: Collection[Dimension]) -> frozenset[str]:
    """Return the columns of facts that the wanted dimensions are made from."""
    return frozenset(column for dimension in wanted for column in _MADE_FROM.get(dimension, ()))


def with_dimensions(rows: ir.Table, tables: Tables, wanted: Collection[Dimension]) -> ir.Table:
    """Add a key column (and a label column) for each wanted dimension.

    Shapes: rows have `business_date`, `period_first` and the facts' own columns.  A bucket of time
    is a date, a weekday "1" (Monday) to "7", an hour "00" to "23".  `customer_type` is new,
    returning, or null for guests: new when the customer's first counted order is in the row's
    bucket, or in the period when there is no bucket.
    """
    wanted = frozenset(wanted)
    if wanted & frozenset(_AREAS):
        rows = _with_area(rows, tables)
    if wanted & _OF_PLACE:
        rows = _with_place(rows, tables, wanted)
    if wanted & PRODUCT_DIMENSIONS:
        rows = _with_product(rows, tables, wanted)
    if Dimension.CUSTOMER_TYPE in wanted and "first_on" not in rows.columns:
        rows = with_customer(rows, tables)
    rows = rows.mutate(**{column_of(d): bucket_of(rows, d) for d in _times(wanted)})
    if Dimension.CUSTOMER_TYPE in wanted:
        rows = rows.mutate(**{column_of(Dimension.CUSTOMER_TYPE): _customer_type(rows, wanted)})
    plain = wanted - _OF_PLACE - PRODUCT_DIMENSIONS - TIME_DIMENSIONS - {Dimension.CUSTOMER_TYPE}
    made = {d: _TAKEN_FROM[d](rows) if d in _TAKEN_FROM else rows[str(d)] for d in sorted(plain)}
    return rows.mutate(**{column_of(d): value for d, value in made.items()})


def bucket_of(rows: ir.Table, bucket: Dimension) -> ir.DateValue:
    """Return the first day of the bucket that a row's business date is in."""
    return rows.business_date.truncate(_UNITS[bucket])


def bucket_first(rows: ir.Table, wanted: Collection[Dimension]) -> ir.DateValue:
    """Return the first day of the bucket a row is counted in, not before its period begins."""
    times = _times(frozenset(wanted))
    if not times:
        return rows.period_first
    return ibis.greatest(bucket_of(rows, times[0]), rows.period_first)


def _times(wanted: frozenset[Dimension]) -> list[Dimension]:
    return sorted(wanted & TIME_DIMENSIONS)


def _customer_type(rows: ir.Table, wanted: Collection[Dimension]) -> ir.StringValue:
    return ibis.cases(
        (rows.first_on >= bucket_first(rows, wanted), "new"),
        (rows.first_on.notnull(), "returning"),
        else_=ibis.null("string"),
    )


def _with_area(rows: ir.Table, tables: Tables) -> ir.Table:
    if "area_country" in rows.columns:
        return rows
    orders = tables.orders
    area = orders.select(
        area_order=orders.order_key,
        area_country=orders.country.nullif(""),
        area_region=orders.region.nullif(""),
        area_city=orders.city.nullif(""),
    )
    return rows.left_join(area, rows.order_key == area.area_order).drop("area_order")


def _with_place(rows: ir.Table, tables: Tables, wanted: frozenset[Dimension]) -> ir.Table:
    places = tables.places
    columns = {
        Dimension.PLACE: {"by_place": places.place_id, "place_label": places.name},
        Dimension.COMPANY: {
            "by_company": places.company_code,
            "company_label": places.company_name,
        },
        Dimension.BRAND: {"by_brand": places.brand_name.nullif("")},
        **{area: {f"place_{area}": places[area].nullif("")} for area in _AREAS},
    }
    chosen = {name: value for d in sorted(wanted & _OF_PLACE) for name, value in columns[d].items()}
    known = places.select(known_place=places.place_key, **chosen)
    rows = rows.left_join(known, rows.place_key == known.known_place)
    if not wanted & frozenset(_AREAS):
        return rows
    has_area = rows.area_country.notnull() | rows.area_region.notnull() | rows.area_city.notnull()
    return rows.mutate(
        **{
            column_of(area): ibis.ifelse(has_area, rows[f"area_{area}"], rows[f"place_{area}"])
            for area in _AREAS
            if area in wanted
        }
    )


def _with_product(rows: ir.Table, tables: Tables, wanted: frozenset[Dimension]) -> ir.Table:
    products = tables.products
    columns = {
        Dimension.PRODUCT: {
            "by_product": products.product_key,
            "product_known_as": products.product_id,
        },
        Dimension.CATEGORY: {"by_category": products.category.nullif("")},
        Dimension.DEPARTMENT: {"by_department": products.department.nullif("")},
        Dimension.PRODUCT_BRAND: {"by_product_brand": products.brand.nullif("")},
    }
    chosen = {
        name: value
        for d in sorted(wanted & PRODUCT_DIMENSIONS)
        for name, value in columns[d].items()
    }
    known = products.select(known_variant=products.variant_key, **chosen)
    return rows.left_join(known, rows.variant_key == known.known_variant)


def with_product_names(answer: ir.Table, tables: Tables) -> ir.Table:
    """Put the product's outside id in the place of its key, and its name beside it."""
    products = tables.products.semi_join(answer, tables.products.product_key == answer.by_product)
    named = products.group_by(named_key=products.product_key).aggregate(
        product_id=products.product_id.min(), product_label=products.name.min()
    )
    joined = answer.left_join(named, answer.by_product == named.named_key)
    return joined.drop("by_product", "named_key").rename(by_product="product_id")

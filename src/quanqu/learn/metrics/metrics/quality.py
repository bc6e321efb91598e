"""How complete the tables are: filled fields, repeated keys, references that lead nowhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Checked:
    """What is looked at in a table: its key, the fields, and for each reference the table it is in.

    `scope` is the column that says whose the rows are: a place, a company, or nobody's at all.
    """

    table: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    references: Mapping[str, str]
    scope: str | None = "place_key"


_TO: Final = {
    "place_key": "dim_place",
    "subject_key": "dim_identity",
    "variant_key": "dim_product",
    "order_key": "fact_order",
    "refund_key": "fact_refund",
    "customer_key": "dim_customer",
}


def _to(*columns: str) -> dict[str, str]:
    return {column: _TO[column] for column in columns}


CHECKED: Final = (
    Checked(
        "fact_order",
        ("order_key",),
        ("subject_key", "country", "region", "city", "item_count", "channel"),
        _to("place_key", "subject_key"),
    ),
    Checked(
        "fact_order_line",
        ("order_key", "line_no"),
        ("variant_key", "sku", "quantity", "unit_price_e4", "subject_key"),
        _to("order_key", "variant_key", "place_key"),
    ),
    Checked(
        "fact_refund",
        ("refund_key",),
        ("order_key", "subject_key", "country", "region", "city"),
        _to("order_key", "place_key", "subject_key"),
    ),
    Checked(
        "fact_refund_line",
        ("refund_key", "line_no"),
        ("variant_key", "sku"),
        _to("refund_key", "variant_key"),
    ),
    Checked("fact_payment", ("payment_key",), ("method", "order_key"), _to("order_key")),
    Checked(
        "fact_event",
        ("event_key",),
        ("subject_key", "channel", "campaign", "utm_source"),
        _to("place_key", "subject_key"),
    ),
    Checked(
        "dim_product",
        ("variant_key",),
        ("sku", "name", "category", "department", "brand"),
        {},
        scope="company_key",
    ),
    Checked(
        "dim_customer",
        ("customer_key",),
        ("country", "region", "city", "language", "gender", "birth_year", "member_since_on"),
        {},
        scope=None,
    ),
    Checked(
        "dim_identity", ("subject_key",), ("identifier_type",), _to("customer_key"), scope=None
    ),
)


def examine(
    checked: Checked, table: Callable[[str], ir.Table], visible: frozenset[int] | None
) -> ir.Table:
    """Return one row: `rows`, different `keys`, `filled_<field>` and `orphans_<reference>`.

    A reference that is null leads nowhere by right; an empty text counts as not filled.
    """
    rows = table(checked.table)
    if checked.scope is not None and visible is not None:
        mine = rows[checked.scope].isin(sorted(visible)) if visible else ibis.literal(False)
        rows = rows.filter(mine)
    filled = {f"filled_{name}": _is_filled(rows[name]).sum() for name in checked.fields}
    keys = rows.select(*checked.key).distinct()
    parts = [rows.aggregate(rows=rows.count(), **filled), keys.aggregate(keys=keys.count())]
    parts += [
        _orphans(rows, column, table(target)) for column, target in checked.references.items()
    ]
    return reduce(lambda left, right: left.cross_join(right), parts)


def reach(
    table: Callable[[str], ir.Table], visible: frozenset[int] | None, types: Sequence[str]
) -> ir.Table:
    """Return one row: `rows` and `keys`, the customers seen at the places, and `filled_<type>`.

    These are the customers with at least one identifier of the type.
    """
    customers = table("dim_customer").select("customer_key")
    if visible is not None:
        presence = table("dim_presence")
        mine = presence.place_key.isin(sorted(visible)) if visible else ibis.literal(False)
        customers = customers.semi_join(presence.filter(mine), "customer_key")
    held = table("dim_identity").semi_join(customers, "customer_key")
    filled = {
        f"filled_{name}": held.customer_key.nunique(where=held.identifier_type == name)
        for name in types
    }
    counted = customers.aggregate(rows=customers.count(), keys=customers.customer_key.nunique())
    return counted.cross_join(held.aggregate(**filled))


def _is_filled(column: ir.Column) -> ir.BooleanColumn:
    return column.notnull() & (column != "") if column.type().is_string() else column.notnull()


def _orphans(rows: ir.Table, column: str, target: ir.Table) -> ir.Table:
    pointing = rows.filter(rows[column].notnull())
    lost = pointing.anti_join(target, pointing[column] == target[column])
    return lost.aggregate(**{f"orphans_{column}": lost.count()})

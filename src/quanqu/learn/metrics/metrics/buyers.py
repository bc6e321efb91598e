"""Rows of facts brought to one row a customer, a customer and currency, or a product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.learn.metrics.contracts import Dimension
from quanqu.learn.metrics.metrics.dimensions import column_of
from quanqu.learn.metrics.metrics.tables import Tables, of_customers, with_customer

_TENTHS: Final = 10
_OF_ONE_CHANNEL: Final = (column_of(Dimension.CHANNEL), column_of(Dimension.PLACE))


@dataclass(frozen=True, slots=True)
class Group:
    """Within which columns rows are brought together, and the columns that name them."""

    keys: Sequence[str]
    labels: Sequence[str]


def one_row_a_buyer(
    rows: ir.Table, tables: Tables, group: Group, *, is_of_lines: bool, has_channels: bool
) -> ir.Table:
    """Gather orders, or lines of them, by customer within a group; guests are left out.

    Shapes: rows have `bucket_first`; the answer `first_on` of the customer, `counted_from` (the
    first day of the bucket), `order_count`, and when channels are asked for `is_crosser`: the
    customer bought on several, also where the group is one channel or place.
    """
    rows = rows if "first_on" in rows.columns else with_customer(rows, tables)
    rows = rows.filter(rows.customer_key.notnull())
    rows = rows.mutate(crosses=_crosses(rows, group)) if has_channels else rows
    crossing = {"is_crosser": rows.crosses.any()} if has_channels else {}
    return rows.group_by([*group.keys, "customer_key"]).aggregate(
        **_named(rows, group),
        first_on=rows.first_on.min(),
        counted_from=rows.bucket_first.min(),
        order_count=rows.order_key.nunique() if is_of_lines else rows.count(),
        **crossing,
    )


def one_row_a_product(rows: ir.Table, group: Group) -> ir.Table:
    """Gather lines by product within a group, with `order_count`; unknown ones are left out."""
    rows = rows.filter(rows.product_key.notnull())
    gathered = rows.group_by([*group.keys, "product_key"])
    return gathered.aggregate(**_named(rows, group), order_count=rows.order_key.nunique())


def one_row_a_spender(
    rows: ir.Table, tables: Tables, group: Group, worth: str, counts: Sequence[str]
) -> ir.Table:
    """Gather orders by customer within a group, and mark the best tenth.

    Shapes: `worth` and `counts` added up; `is_best`: with n customers in the group, one of the
    ⌈n ÷ 10⌉ with the highest sums; of equal ones the smaller key goes first.
    """
    is_known = "customer_key" in rows.columns
    rows = rows.filter(rows.customer_key.notnull()) if is_known else of_customers(rows, tables)
    gathered = rows.group_by([*group.keys, "customer_key"]).aggregate(
        **_named(rows, group), **{name: rows[name].sum() for name in (worth, *counts)}
    )
    among = [gathered[key] for key in group.keys]
    best_first = ibis.window(
        group_by=among, order_by=[gathered[worth].desc(), gathered.customer_key]
    )
    rank = ibis.row_number().over(best_first)
    count = gathered.count().over(ibis.window(group_by=among))
    return gathered.mutate(is_best=rank * _TENTHS < count)


def _crosses(rows: ir.Table, group: Group) -> ir.BooleanValue:
    among = [rows[key] for key in group.keys if key not in _OF_ONE_CHANNEL]
    window = ibis.window(group_by=[*among, rows.customer_key])
    return rows.channel.min().over(window) != rows.channel.max().over(window)


def _named(rows: ir.Table, group: Group) -> dict[str, ir.Value]:
    return {label: rows[label].min() for label in group.labels}

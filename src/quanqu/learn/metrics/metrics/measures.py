"""Measures: the sums and counts that metrics are made of, each at the grains it can be taken at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import ibis.expr.types as ir

from quanqu.learn.metrics.metrics.grains import GRAIN_DIMENSIONS, Grain
from quanqu.learn.metrics.metrics.tables import GIVEN_BACK

Take = Callable[[ir.Table], ir.Scalar]


@dataclass(frozen=True, slots=True)
class Measure:
    """A sum or count. The first grain of `at` that knows the wanted dimensions is used.

    `reads` are the columns of facts it is taken from, `money` the one that is an amount.
    `is_additive`: parts can be added up, and nothing means 0.
    """

    code: str
    at: Mapping[Grain, Take]
    reads: tuple[str, ...] = ()
    money: str = ""
    is_additive: bool = True

    @property
    def is_money(self) -> bool:
        """True when it adds amounts up."""
        return bool(self.money)

    @property
    def columns(self) -> frozenset[str]:
        """Every column of facts it needs."""
        return frozenset((*self.reads, *((self.money,) if self.money else ())))


def _sum_of(code: str, grain: Grain, column: str, *kinds: str) -> Measure:
    """Return the sum of a column of money, of some kinds of documents only if any are named."""

    def take(rows: ir.Table) -> ir.Scalar:
        worth = rows[worth_of(column)]
        return worth.sum(where=rows.kind.isin(kinds)) if kinds else worth.sum()

    return Measure(code, {grain: take}, ("kind",) if kinds else (), money=column)


def _buyers(where: Callable[[ir.Table], ir.BooleanValue] | None = None) -> Mapping[Grain, Take]:
    def take(rows: ir.Table) -> ir.Scalar:
        return rows.count(where=where(rows) if where else None)

    return {Grain.BUYER: take, Grain.ITEM_BUYER: take}


def _count(code: str, grain: Grain, where: Callable[[ir.Table], ir.BooleanValue]) -> Measure:
    return Measure(code, {grain: lambda rows: rows.count(where=where(rows))})


def worth_of(column: str) -> str:
    """Return the column that holds an amount as it is added up: its own, or converted."""
    return f"worth_{column}"


_ORDERS: Final = (
    _sum_of("gross", Grain.ORDER, "total_minor"),
    _sum_of("discounts", Grain.ORDER, "discount_minor"),
    _sum_of("shipping", Grain.ORDER, "shipping_minor"),
    _sum_of("taxes", Grain.ORDER, "tax_minor"),
    Measure(
        "orders",
        {Grain.ORDER: lambda rows: rows.count(), Grain.ITEM: lambda rows: rows.order_key.nunique()},
        ("order_key",),
    ),
    Measure(
        "guest_orders",
        {Grain.ORDER: lambda rows: rows.count(where=rows.subject_key.isnull())},
        ("subject_key",),
    ),
    Measure(
        "discounted_orders",
        {Grain.ORDER: lambda rows: rows.count(where=rows.discount_minor > 0)},
        ("discount_minor",),
    ),
    Measure("told_orders", {Grain.ANY_ORDER: lambda rows: rows.count()}),
    Measure(
        "placed_orders",
        {Grain.ANY_ORDER: lambda rows: rows.count(where=rows.status != "draft")},
        ("status",),
    ),
    Measure(
        "cancelled_orders",
        {Grain.ANY_ORDER: lambda rows: rows.count(where=rows.status == "cancelled")},
        ("status",),
    ),
    Measure(
        "units",
        {
            Grain.ORDER: lambda rows: rows.item_count.sum(),
            Grain.ITEM: lambda rows: rows.quantity.sum(),
        },
        ("item_count", "quantity"),
    ),
)

_DOCUMENTS: Final = (
    _sum_of("given_back", Grain.REFUND, "amount_minor", *GIVEN_BACK),
    _sum_of("adjusted", Grain.REFUND, "amount_minor", "adjustment"),
    Measure(
        "refund_count",
        {Grain.REFUND: lambda rows: rows.count(where=rows.kind.isin(GIVEN_BACK))},
        ("kind",),
    ),
    Measure(
        "mean_delay",
        {Grain.LINKED_REFUND: lambda rows: rows.delay_days.mean()},
        ("delay_days",),
        is_additive=False,
    ),
    _sum_of("paid", Grain.PAYMENT, "amount_minor"),
    Measure("payment_count", {Grain.PAYMENT: lambda rows: rows.count()}),
)

_ITEMS: Final = (
    _sum_of("item_gross", Grain.ITEM, "amount_minor"),
    _sum_of("item_given_back", Grain.REFUND_ITEM, "amount_minor", *GIVEN_BACK),
    Measure(
        "units_back",
        {Grain.REFUND_ITEM: lambda rows: rows.quantity.sum(where=rows.kind.isin(GIVEN_BACK))},
        ("kind", "quantity"),
    ),
    _count("sold_products", Grain.SOLD_PRODUCT, lambda rows: rows.order_count >= 1),
    _count("products_sold_once", Grain.SOLD_PRODUCT, lambda rows: rows.order_count == 1),
)

_PEOPLE: Final = (
    Measure("buyers", _buyers()),
    Measure("new_buyers", _buyers(lambda rows: rows.first_on >= rows.counted_from)),
    Measure("returning_buyers", _buyers(lambda rows: rows.first_on < rows.counted_from)),
    Measure("repeat_buyers", _buyers(lambda rows: rows.order_count >= 2)),
    Measure(
        "channel_crossers",
        {Grain.BUYER: lambda rows: rows.count(where=rows.is_crosser)},
        ("channel",),
    ),
    Measure("known_orders", {Grain.BUYER: lambda rows: rows.order_count.sum()}),
    _sum_of("spent", Grain.SPENDER, "total_minor"),
    Measure("spenders", {Grain.SPENDER: lambda rows: rows.count()}),
    Measure(
        "best_spent",
        {Grain.SPENDER: lambda rows: rows[worth_of("total_minor")].sum(where=rows.is_best)},
        money="total_minor",
    ),
    Measure(
        "mean_gap",
        {Grain.INTERVAL: lambda rows: rows.gap_days.mean()},
        ("gap_days",),
        is_additive=False,
    ),
    Measure(
        "median_gap",
        {Grain.INTERVAL: lambda rows: rows.gap_days.cast("float64").median()},
        ("gap_days",),
        is_additive=False,
    ),
)

MEASURES: Final[Mapping[str, Measure]] = {
    measure.code: measure for measure in (*_ORDERS, *_DOCUMENTS, *_ITEMS, *_PEOPLE)
}


def known_dimensions(measure: Measure) -> frozenset[str]:
    """Return the dimensions that some grain of the measure knows."""
    return frozenset().union(*(GRAIN_DIMENSIONS[grain] for grain in measure.at))

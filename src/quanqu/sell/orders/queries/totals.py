"""What customers bought in all."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import NOT_SOLD, BuyerFigure, BuyerTotals, CustomerTotals
from quanqu.sell.orders.models import Order
from quanqu.sell.orders.queries.lists import orders_in_scope

_NET: Final = Sum(F("total_minor") - F("refunded_minor"))
_FIGURES: Final[dict[BuyerFigure, Any]] = {
    BuyerFigure.SALES: _NET,
    BuyerFigure.ORDERS: Count("key"),
    BuyerFigure.LAST_ORDER: Max("business_date"),
}


def customer_totals(*, actor: Actor, subject_keys: Collection[int]) -> tuple[CustomerTotals, ...]:
    """Return what these identifiers bought in scope, one entry a currency, the largest first.

    Orders that are drafts or cancelled do not count.  Raises: NotAllowedError.
    """
    sold = _sold(actor).filter(subject_key__in=subject_keys)
    groups = sold.values("currency").annotate(
        orders=Count("key"),
        items=Sum("item_count"),
        total=Sum("total_minor"),
        refunded=Sum("refunded_minor"),
        first=Min("business_date"),
        last=Max("business_date"),
    )
    return tuple(
        CustomerTotals(
            currency=row["currency"],
            order_count=row["orders"],
            item_count=row["items"],
            total=Money(row["total"], row["currency"]),
            refunded=Money(row["refunded"], row["currency"]),
            first_on=row["first"],
            last_on=row["last"],
        )
        for row in groups.order_by("-orders", "currency")
    )


def buyer_totals(*, actor: Actor, subject_keys: Collection[int]) -> tuple[BuyerTotals, ...]:
    """Return what each of these identifiers bought in scope, an entry per currency.

    Raises: NotAllowedError.
    """
    groups = (
        _sold(actor)
        .filter(subject_key__in=subject_keys)
        .values_list("subject_key", "currency")
        .annotate(orders=Count("key"), net=_NET, last=Max("business_date"))
    )
    return tuple(
        BuyerTotals(subject, orders, Money(net, currency), last)
        for subject, currency, orders, net, last in groups
    )


def buyer_figures(*, actor: Actor, figure: BuyerFigure, currency: str = "") -> dict[int, int]:
    """Return a figure of every identifier that bought in scope, by subject key.

    A day is its proleptic ordinal.  Sales are of one currency, which must then be given.
    Raises: NotAllowedError.
    """
    sold = _sold(actor).filter(subject_key__isnull=False)
    if currency:
        sold = sold.filter(currency=currency)
    found = sold.values_list("subject_key").annotate(figure=_FIGURES[figure])
    if figure is BuyerFigure.LAST_ORDER:
        days: dict[int, date] = dict(found)
        return {subject: day.toordinal() for subject, day in days.items()}
    return dict(found)


def _sold(actor: Actor) -> "QuerySet[Order]":
    sold = orders_in_scope(actor).order_by()
    return sold.exclude(status__in=[status.value for status in NOT_SOLD])

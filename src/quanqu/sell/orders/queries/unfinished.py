"""The orders of a customer that are not finished, and the days on which a customer ordered."""

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import (
    NOT_SOLD,
    TO_FULFIL,
    OrderStatus,
    PaymentStatus,
    Unfinished,
    UnfinishedOrder,
)
from quanqu.sell.orders.models import Order, OrderPayment
from quanqu.sell.orders.queries.lists import order_row, orders_in_scope

_MOST: Final = 100
_MOST_DAYS: Final = 400
_TO_FULFIL: Final = [status.value for status in TO_FULFIL]


def list_unfinished_orders(
    *, actor: Actor, subject_keys: Collection[int]
) -> tuple[UnfinishedOrder, ...]:
    """Return these identifiers' orders in scope that wait for something, oldest first, at most 100.

    A cancelled order waits for its money to be given back when its channel told of captured
    payments and of less given back.  Raises: NotAllowedError.
    """
    taken = (
        OrderPayment.objects.filter(order=OuterRef("key"), status=PaymentStatus.CAPTURED.value)
        .values("order")
        .annotate(taken=Sum("amount_minor"))
        .values("taken")
    )
    found = orders_in_scope(actor).filter(subject_key__in=subject_keys)
    # the money a channel said it took: unlike captured_minor, never assumed
    told = found.annotate(taken_minor=Coalesce(Subquery(taken, BigIntegerField()), 0))
    owed = Q(status=OrderStatus.CANCELLED.value, taken_minor__gt=F("refunded_minor"))
    waiting = told.filter(owed | Q(status__in=_TO_FULFIL)).order_by("placed_at", "key")
    return tuple(_unfinished(row, row.taken_minor) for row in waiting[:_MOST])


def list_order_days(*, actor: Actor, subject_keys: Collection[int]) -> tuple[date, ...]:
    """Return the business days on which these identifiers bought in scope, oldest first: the last
    400. Orders that are drafts or cancelled do not count.

    Raises: NotAllowedError.
    """
    sold = orders_in_scope(actor).filter(subject_key__in=subject_keys)
    sold = sold.exclude(status__in=[status.value for status in NOT_SOLD])
    days = sold.order_by("-business_date").values_list("business_date", flat=True).distinct()
    return tuple(reversed(days[:_MOST_DAYS]))


def _unfinished(row: Order, taken_minor: int) -> UnfinishedOrder:
    order = order_row(row)
    if row.status == OrderStatus.CANCELLED.value:
        owed = Money(taken_minor - row.refunded_minor, row.currency)
        return UnfinishedOrder(order, Unfinished.REFUND_DUE, owed)
    lacking = row.total_minor - row.captured_minor
    if row.status == OrderStatus.PLACED.value and lacking > 0:
        return UnfinishedOrder(order, Unfinished.UNPAID, Money(lacking, row.currency))
    return UnfinishedOrder(order, Unfinished.UNFULFILLED, order.total)

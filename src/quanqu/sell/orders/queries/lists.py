"""List, count and find orders."""

import json
from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import places_by_key
from quanqu.sell.orders.contracts import (
    OrderCount,
    OrderFilters,
    OrderGap,
    OrderRow,
    OrderSort,
    OrderStatus,
    SortNeedsCurrencyError,
)
from quanqu.sell.orders.models import Order

VIEW: Final = "orders.view"
EXACT_COUNT: Final = 10_000
_SORTINGS: Final = {
    OrderSort.NEWEST: Sorting("newest", "placed_at", read=read_moment),
    OrderSort.OLDEST: Sorting("oldest", "placed_at", is_descending=False, read=read_moment),
    OrderSort.HIGHEST: Sorting("highest", "total_minor", read=read_number),
    OrderSort.LOWEST: Sorting("lowest", "total_minor", is_descending=False, read=read_number),
}


def list_orders(
    *,
    actor: Actor,
    filters: OrderFilters,
    cursor: str | None = None,
    limit: int = 50,
    sort: OrderSort = OrderSort.NEWEST,
) -> Page[OrderRow]:
    """Return a page of orders, newest first unless asked otherwise.

    Raises: NotAllowedError, MalformedCursorError; SortNeedsCurrencyError for amounts of any
    currency.
    """
    sorting = _SORTINGS[sort]
    if sorting.field == "total_minor" and not filters.currency:
        raise SortNeedsCurrencyError(sort=sort.value)
    rows, following = sorting.page(_filtered(actor, filters), cursor, limit)
    return Page(tuple(map(order_row, rows)), following)


def orders_by_id(*, order_ids: Collection[UUID]) -> dict[UUID, OrderRow]:
    """Return orders by id, for a room above that checks who may see; unknown ones are left out."""
    return {row.id: order_row(row) for row in Order.objects.filter(id__in=order_ids)}


def count_orders(*, actor: Actor, filters: OrderFilters) -> OrderCount:
    """Return how many orders the filters show: exact up to 10,000, else the planner's estimate."""
    found = _filtered(actor, filters).order_by()
    exact = len(found.values_list("key", flat=True)[: EXACT_COUNT + 1])
    if exact <= EXACT_COUNT:
        return OrderCount(exact, is_exact=True)
    statement, params = found.values("key").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
        (plan,) = cursor.fetchone() or ("[]",)
    tree = json.loads(plan) if isinstance(plan, str) else plan
    return OrderCount(max(int(tree[0]["Plan"]["Plan Rows"]), exact), is_exact=False)


def find_by_external(
    *, actor: Actor, external_id: str, place: str = "", channel: str = ""
) -> tuple[OrderRow, ...]:
    """Return the orders of an outside id in scope: at a place (its code), in a channel, or any.

    Raises: NotAllowedError.
    """
    found = orders_in_scope(actor).filter(external_id=external_id).order_by("-placed_at", "-key")
    rows = list(found)
    places = places_by_key(keys={row.place_key for row in rows})
    return tuple(
        order_row(row)
        for row in rows
        if (not place or places[row.place_key].code == place)
        and (not channel or places[row.place_key].channel == channel)
    )


def orders_in_scope(actor: Actor) -> "QuerySet[Order]":
    """Return the orders of the places the actor may see. Raises: NotAllowedError."""
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    found = Order.objects.all()
    return found if scope.everything else found.filter(place_key__in=scope.places)


def order_row(row: Order) -> OrderRow:
    """Return an order's row as a contract."""
    return OrderRow(
        key=row.key,
        id=encode("ord", row.id),
        place_key=row.place_key,
        company_key=row.company_key,
        external_id=row.external_id,
        number=row.number,
        placed_at=row.placed_at,
        business_date=row.business_date,
        status=OrderStatus(row.status),
        channel_status=row.channel_status,
        subject_key=row.subject_key,
        total=Money(row.total_minor, row.currency),
        refunded=Money(row.refunded_minor, row.currency),
        item_count=row.item_count,
        line_count=row.line_count,
        country=row.country,
        city=row.city,
    )


def _filtered(actor: Actor, filters: OrderFilters) -> "QuerySet[Order]":
    found = orders_in_scope(actor)
    places = filters.place_keys
    if filters.channel:
        of_channel = {
            key for key, place in places_by_key().items() if place.channel == filters.channel
        }
        places = frozenset(of_channel if places is None else of_channel & places)
    wanted = {
        "place_key__in": places,
        "company_key__in": filters.company_keys,
        "status__in": {status.value for status in filters.statuses} or None,
        "business_date__gte": filters.first,
        "business_date__lte": filters.last,
        "subject_key__in": filters.subject_keys,
        "currency": filters.currency or None,
        "total_minor__gte": filters.min_total_minor,
        "total_minor__lte": filters.max_total_minor,
    }
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    if filters.missing is OrderGap.CUSTOMER:
        found = found.filter(subject_key__isnull=True)
    elif filters.missing:
        found = found.filter(**{filters.missing.value: ""})
    if filters.text:
        found = found.filter(Q(number__startswith=filters.text) | Q(external_id=filters.text))
    return found

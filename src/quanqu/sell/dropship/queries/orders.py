"""Orders to suppliers, as an actor may see them."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.paging import Page
from quanqu.sell.dropship.contracts import (
    ANSWERABLE,
    DropshipAddress,
    DropshipDetail,
    DropshipFilters,
    DropshipLine,
    DropshipNotFoundError,
    DropshipRow,
    DropshipState,
    DropshipStateError,
    DropshipStep,
    DropStep,
    LineState,
    RejectReason,
)
from quanqu.sell.dropship.models import Line, Message, Order, StepTaken
from quanqu.sell.dropship.queries.rights import SUPPLY, VIEW, orders_in_scope, scope_of
from quanqu.sell.dropship.rules.orders import cost_of
from quanqu.sell.orders.contracts import OrderNotFoundError
from quanqu.sell.orders.facade import reveal_address

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "SHIPPING_LINES",
    "count_orders",
    "get_order",
    "list_orders",
    "order_view",
    "orders_for",
    "ship_to",
]

SHIPPING_LINES: Final = (LineState.OPEN.value, LineState.ACCEPTED.value)
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_orders(
    *, actor: Actor, filters: DropshipFilters, cursor: str | None = None, limit: int = 50
) -> Page[DropshipRow]:
    """Return a page of orders to suppliers, the newest first.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    rows, following = _NEWEST.page(_found(actor, filters), cursor, limit)
    return Page(tuple(_rows(rows)), following)


def count_orders(*, actor: Actor, filters: DropshipFilters) -> int:
    """Return how many orders match. Raises: NotAllowedError, UnitNotFoundError."""
    return _found(actor, filters).count()


def get_order(*, actor: Actor, order_id: UUID) -> DropshipDetail:
    """Return an order to a supplier with its lines and its story.

    Raises: NotAllowedError, DropshipNotFoundError.
    """
    row = orders_in_scope(actor).filter(id=order_id).first()
    if row is None:
        raise DropshipNotFoundError(ref=encode("dso", order_id))
    return order_view(row)


def orders_for(*, actor: Actor, order_id: UUID) -> tuple[DropshipRow, ...]:
    """Return the orders to suppliers that a buyer's order made. Raises: NotAllowedError."""
    if not (actor.can(VIEW) or actor.can(SUPPLY)):
        return ()
    return tuple(_rows(orders_in_scope(actor).filter(order_id=order_id).order_by("part_no")))


def ship_to(*, actor: Actor, order_id: UUID, now: datetime) -> DropshipAddress | None:
    """Return where the supplier ships an order to, in clear, as long as it is to ship it; None
    where nobody told.  The trail of sell.orders keeps that this room asked.

    Raises: NotAllowedError, DropshipNotFoundError; DropshipStateError once it is not to ship it.
    """
    scope = scope_of(actor, SUPPLY)
    row = Order.objects.filter(id=order_id).first()
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise DropshipNotFoundError(ref=encode("dso", order_id))
    if row.state not in ANSWERABLE:
        raise DropshipStateError(ref=encode("dso", order_id), state=row.state)
    try:
        told = reveal_address(actor=SYSTEM, order_id=encode("ord", row.order_id), now=now)
    except OrderNotFoundError:
        return None
    return DropshipAddress(
        told.name, told.phone, told.street, told.postcode, told.city, told.region, told.country
    )


def order_view(row: Order) -> DropshipDetail:
    """Return a row with its lines and story, as others see it."""
    return DropshipDetail(
        row=_rows([row])[0],
        lines=tuple(
            DropshipLine(
                line_no=one.line_no,
                variant_key=one.variant_key,
                sku=one.sku,
                name=one.name,
                supplier_code=one.supplier_code,
                quantity=one.quantity,
                unit_cost_minor=one.unit_cost_minor,
                state=LineState(one.state),
                reason=RejectReason(one.reason) if one.reason else None,
            )
            for one in Line.objects.filter(order_key=row.key).order_by("line_no")
        ),
        steps=tuple(
            DropshipStep(one.at, one.actor, DropStep(one.step), one.detail)
            for one in StepTaken.objects.filter(order_key=row.key).order_by("key")
        ),
    )


def _rows(rows: Collection[Order]) -> list[DropshipRow]:
    keys = [row.key for row in rows]
    lines: dict[int, list[tuple[int, int]]] = {}
    shipping = Line.objects.filter(order_key__in=keys, state__in=SHIPPING_LINES)
    for key, units, cost in shipping.values_list("order_key", "quantity", "unit_cost_minor"):
        lines.setdefault(key, []).append((units, cost))
    told = {
        (one.order_key, one.version): one
        for one in Message.objects.filter(order_key__in=keys, kind="placed")
    }
    return [_row(row, lines.get(row.key, []), told.get((row.key, row.version))) for row in rows]


def _row(row: Order, lines: list[tuple[int, int]], told: Message | None) -> DropshipRow:
    return DropshipRow(
        id=row.id,
        key=row.key,
        order_id=row.order_id,
        part_no=row.part_no,
        number=row.number,
        place_key=row.place_key,
        sold_at_key=row.sold_at_key,
        company_key=row.company_key,
        supplier_id=row.supplier_id,
        state=DropshipState(row.state),
        version=row.version,
        currency=row.currency,
        cost_minor=cost_of(lines),
        units=sum(units for units, _ in lines),
        made_at=row.made_at,
        answer_by=row.answer_by,
        due_on=row.due_on,
        promised_on=row.promised_on,
        sent_at=told.sent_at if told else None,
        answered_at=row.answered_at,
        shipped_at=row.shipped_at,
        sending_fails=told.failing if told else "",
    )


def _found(actor: Actor, filters: DropshipFilters) -> "QuerySet[Order]":
    rows = orders_in_scope(actor, filters.unit_id)
    if filters.states:
        rows = rows.filter(state__in=[one.value for one in filters.states])
    if filters.supplier_id:
        rows = rows.filter(supplier_id=filters.supplier_id)
    if filters.late_at is not None:
        day = filters.late_at.date()
        rows = rows.filter(
            Q(state=DropshipState.PLACED.value, answer_by__lt=filters.late_at)
            | Q(state=DropshipState.ACCEPTED.value, promised_on__lt=day)
            | Q(state=DropshipState.TIMED_OUT.value)
        )
    if text := filters.search.strip():
        wanted = Q(number__istartswith=text)
        with suppress(MalformedIdError):
            wanted |= Q(id=decode("dso", text))
        with suppress(MalformedIdError):
            wanted |= Q(order_id=decode("ord", text))
        rows = rows.filter(wanted)
    return rows

"""Live orders, as an actor may see them."""

import json
from collections.abc import Collection
from datetime import date, datetime
from hmac import compare_digest
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveFilters,
    LiveLine,
    LiveOrder,
    LiveOrderDetail,
    LiveOrderNotFoundError,
    LiveState,
    OrderHoldKind,
    OrderHoldView,
    PartState,
    PartView,
    Step,
    StepView,
)
from quanqu.sell.checkout.models import Contact, Line, Order, OrderHold, Part, StepTaken

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "CONTACT_PURPOSE",
    "contact_of",
    "contacts_of",
    "count_live_orders",
    "find_live_order",
    "get_live_order",
    "lines_of",
    "list_live_orders",
    "live_orders_by_id",
    "order_number",
    "orders_by_id",
    "orders_with_code",
    "part_view",
    "view_of",
]

VIEW: Final = "orders.view"
CONTACT_PURPOSE: Final = "checkout.contact"
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_live_orders(
    *, actor: Actor, filters: LiveFilters, cursor: str | None = None, limit: int = 50
) -> Page[LiveOrder]:
    """Return a page of live orders, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_found(actor, filters), cursor, limit)
    return Page(tuple(map(view_of, rows)), following)


def count_live_orders(*, actor: Actor, filters: LiveFilters) -> int:
    """Return how many live orders match. Raises: NotAllowedError, UnitNotFoundError."""
    return _found(actor, filters).count()


def _found(actor: Actor, filters: LiveFilters) -> "QuerySet[Order]":
    found = _seen(actor, filters.unit_id)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    if filters.delivery is not None:
        found = found.filter(delivery=filters.delivery.value)
    if filters.is_held_up is not None:
        found = found.annotate(held=_HELD_UP).filter(
            Q(held=True) | Q(due_minor__gt=0) if filters.is_held_up else Q(held=False, due_minor=0)
        )
    if filters.search:
        found = found.filter(_named(filters.search))
    return found


def get_live_order(*, actor: Actor, order_id: UUID) -> LiveOrderDetail:
    """Return a live order with its lines and steps.

    Raises: NotAllowedError, LiveOrderNotFoundError.
    """
    row = _seen(actor, None).filter(id=order_id).first()
    if row is None:
        raise LiveOrderNotFoundError(ref=encode("ord", order_id))
    taken = StepTaken.objects.filter(order_key=row.key).order_by("key")
    return LiveOrderDetail(
        order=view_of(row),
        lines=tuple(lines_of([row.key])[row.key]),
        steps=tuple(
            StepView(
                one.at, one.actor, Step(one.step), LiveState(one.state), one.detail, one.part_no
            )
            for one in taken
        ),
        parts=tuple(map(part_view, Part.objects.filter(order_key=row.key).order_by("no"))),
        holds=tuple(
            OrderHoldView(
                OrderHoldKind(one.kind), one.note, one.put_at, one.put_by, one.released_at
            )
            for one in OrderHold.objects.filter(order_key=row.key).order_by("key")
        ),
    )


def find_live_order(*, actor: Actor, order_id: UUID) -> LiveOrderDetail | None:
    """Return a live order the actor may see; None for an order that was only recorded."""
    try:
        return get_live_order(actor=actor, order_id=order_id)
    except LiveOrderNotFoundError:
        return None


def live_orders_by_id(*, order_ids: Collection[UUID]) -> dict[UUID, LiveOrder]:
    """Return live orders by id, for a room above that checks who may see; unknown are left out."""
    return {row.id: view_of(row) for row in Order.objects.filter(id__in=order_ids)}


def orders_by_id(ids: Collection[UUID]) -> tuple[dict[UUID, LiveOrder], dict[UUID, bytes]]:
    """Return the orders that are there by id, and what each was asked as."""
    found = {row.id: row for row in Order.objects.filter(id__in=ids)}
    views = {key: view_of(row) for key, row in found.items()}
    return views, {key: bytes(row.fingerprint) for key, row in found.items()}


def lines_of(order_keys: Collection[int]) -> dict[int, list[LiveLine]]:
    """Return the lines of orders in their order, by the order's key."""
    lines: dict[int, list[LiveLine]] = {key: [] for key in order_keys}
    for row in Line.objects.filter(order_key__in=order_keys).order_by("order_key", "line_no"):
        lines[row.order_key].append(
            LiveLine(
                row.line_no, row.variant_key, row.sku, row.name, row.quantity,
                row.unit_price_minor, row.amount_minor, row.from_place_key, row.part_no,
                row.drop_no,
            )
        )  # fmt: skip
    return lines


def contact_of(order_key: int) -> dict[str, str]:
    """Return who gets the goods of an order and where, with the pickup code; empty if not told."""
    row = Contact.objects.filter(order_key=order_key).first()
    if row is None:
        return {}
    told: dict[str, str] = json.loads(decrypt(bytes(row.sealed), purpose=CONTACT_PURPOSE))
    return told


def orders_with_code(*, order_ids: Collection[UUID], code: str) -> set[UUID]:
    """Return which of some orders have a pickup code, for a room above that checks who may find by
    it."""
    keys = dict(Order.objects.filter(id__in=order_ids).values_list("key", "id"))
    told = code.strip().encode()
    return {
        keys[key]
        for key, words in contacts_of(keys).items()
        if (known := words.get("pickup_code", "")) and compare_digest(known.encode(), told)
    }


def contacts_of(order_keys: Collection[int]) -> dict[int, dict[str, str]]:
    """Return what `contact_of` does of several orders, by key."""
    rows = Contact.objects.filter(order_key__in=order_keys)
    told = {
        row.order_key: json.loads(decrypt(bytes(row.sealed), purpose=CONTACT_PURPOSE))
        for row in rows
    }
    return {key: told.get(key, {}) for key in order_keys}


def order_number(day: date, key: int) -> str:
    """Return the number people call an order by: its day and its key."""
    return f"{day:%y%m%d}-{key:06d}"


def view_of(row: Order) -> LiveOrder:
    """Return a row as others see it."""
    return LiveOrder(
        id=row.id,
        key=row.key,
        company_key=row.company_key,
        place_key=row.place_key,
        number=order_number(row.business_date, row.key),
        state=LiveState(row.state),
        delivery=Delivery(row.delivery),
        pickup_place_key=row.pickup_place_key,
        currency=row.currency,
        goods_minor=row.goods_minor,
        shipping_minor=row.shipping_minor,
        total_minor=row.total_minor,
        placed_at=row.placed_at,
        business_date=row.business_date,
        pay_until=row.pay_until,
        subject_key=row.subject_key,
        cancel_reason=CancelReason(row.cancel_reason) if row.cancel_reason else None,
        note=row.note,
        sourcing_id=row.sourcing_id,
        edition=row.edition,
        due_minor=row.due_minor,
        slot_starts_at=row.slot_starts_at,
        slot_ends_at=row.slot_ends_at,
        is_reservation=row.is_reservation,
    )


_HELD_UP: Final = Exists(
    OrderHold.objects.filter(order_key=OuterRef("key"), released_at__isnull=True)
)


def _named(text: str) -> Q:
    """Return what finds the order a text names: its id, or the number people call it by."""
    try:
        return Q(id=decode("ord", text.strip()))
    except MalformedIdError:
        pass
    day, _, number = text.strip().rpartition("-")
    if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        return Q(pk__in=[])
    try:
        told = {"business_date": datetime.strptime(day, "%y%m%d").date()} if day else {}  # noqa: DTZ007 - a date
    except ValueError:
        return Q(pk__in=[])
    return Q(key=int(number), **told)


_LONGEST_NUMBER: Final = 15


def _seen(actor: Actor, unit_id: str | None) -> "QuerySet[Order]":
    """Return the orders of the actor's places, and those of which a part leaves one of them."""
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    if scope.everything:
        return Order.objects.all()
    parts = Part.objects.filter(order_key=OuterRef("key"), place_key__in=scope.places)
    return Order.objects.filter(Q(place_key__in=scope.places) | Exists(parts))


def part_view(row: Part) -> PartView:
    """Return a part as others see it."""
    return PartView(
        row.no, row.place_key, PartState(row.state), row.hold_id, row.changed_at, row.drop_no,
        row.wanted_on,
    )  # fmt: skip

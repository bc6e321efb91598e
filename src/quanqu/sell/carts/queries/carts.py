"""Carts, as an actor may see them: priced and looked up as of now."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.carts.contracts import (
    CartDetail,
    CartFilters,
    CartKind,
    CartLine,
    CartLineDraft,
    CartNotFoundError,
    CartRow,
    CartState,
)
from quanqu.sell.carts.models import Cart, Line
from quanqu.sell.carts.rules.carts import ABANDONED_AFTER
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.inventory.facade import available_at

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "count_carts",
    "find_shared_cart",
    "get_cart",
    "lines_in",
    "list_abandoned",
    "list_carts",
    "row_of",
]

VIEW: Final = "orders.view"
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def get_cart(*, actor: Actor, cart_id: UUID) -> CartDetail:
    """Return a cart with what its lines cost and whether they are there, now.

    Three queries beside the cart's, however many lines.
    Raises: NotAllowedError, CartNotFoundError.
    """
    row = _seen(actor, None).filter(id=cart_id).first()
    if row is None:
        raise CartNotFoundError(ref=encode("crt", cart_id))
    return _detail(row)


def find_shared_cart(*, actor: Actor, code: str) -> CartDetail:
    """Return the open cart a code was made for, whoever scans it.

    Raises: NotAllowedError, CartNotFoundError.
    """
    told = code.strip().upper()
    row = (
        None
        if not told
        else _seen(actor, None).filter(share_code=told, state=CartState.OPEN.value).first()
    )
    if row is None:
        raise CartNotFoundError(ref=told)
    return _detail(row)


def list_carts(
    *, actor: Actor, filters: CartFilters, cursor: str | None = None, limit: int = 50
) -> Page[CartRow]:
    """Return a page of carts, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_found(actor, filters), cursor, limit)
    return Page(_rows(rows), following)


def count_carts(*, actor: Actor, filters: CartFilters) -> int:
    """Return how many carts match. Raises: NotAllowedError, UnitNotFoundError."""
    return _found(actor, filters).count()


def list_abandoned(
    *, actor: Actor, now: datetime, cursor: str | None = None, limit: int = 50
) -> Page[CartRow]:
    """Return a page of the carts with goods in them that were left lying, newest first.

    Raises: NotAllowedError.
    """
    filters = CartFilters(states=(CartState.OPEN,), untouched_since=now - ABANDONED_AFTER)
    return list_carts(actor=actor, filters=filters, cursor=cursor, limit=limit)


def lines_in(cart_key: int) -> list[CartLineDraft]:
    """Return the lines of a cart, the first that came first."""
    return [
        CartLineDraft(
            one.variant_key, one.quantity, one.place_key or None, one.is_saved, one.is_gift
        )
        for one in Line.objects.filter(cart_key=cart_key).order_by("added_at", "variant_key")
    ]


def row_of(row: Cart, *, lines: int = 0, units: int = 0) -> CartRow:
    """Return a cart as others see it."""
    return CartRow(
        id=row.id,
        key=row.key,
        place_key=row.place_key,
        company_key=row.company_key,
        kind=CartKind(row.kind),
        state=CartState(row.state),
        currency=row.currency,
        subject_key=row.subject_key,
        share_code=row.share_code,
        order_id=row.order_id,
        lines=lines,
        units=units,
        made_at=row.made_at,
        touched_at=row.touched_at,
    )


def _detail(row: Cart) -> CartDetail:
    told = lines_in(row.key)
    items = {one.variant_key for one in told}
    offers = offers_at(place_key=row.place_key, company_key=row.company_key, variant_keys=items)
    there = _available(items)
    lines = []
    for one in told:
        offer = offers.get(one.variant_key)
        price = offer.price_minor if offer and offer.currency == row.currency else None
        lines.append(
            CartLine(
                variant_key=one.variant_key,
                sku=offer.sku if offer else "",
                name=offer.name if offer else "",
                quantity=one.quantity,
                place_key=one.place_key,
                is_saved=one.is_saved,
                is_gift=one.is_gift,
                unit_price_minor=price,
                available=there.get((one.variant_key, one.place_key or 0), 0),
            )
        )
    wanted = [one for one in told if not one.is_saved]
    head = row_of(row, lines=len(wanted), units=sum(one.quantity for one in wanted))
    return CartDetail(head, tuple(lines))


def _available(items: Collection[int]) -> dict[tuple[int, int], int]:
    """Return what can be promised of items by place, and at the best place as place 0."""
    if not items:
        return {}
    found = available_at(actor=SYSTEM, variant_keys=items)
    told: dict[tuple[int, int], int] = {}
    columns = (found.variant_keys, found.place_keys, found.units)
    for item, place, units in zip(*(one.tolist() for one in columns), strict=True):
        told[item, place] = units
        told[item, 0] = max(told.get((item, 0), 0), units)
    return told


def _rows(rows: Sequence[Cart]) -> tuple[CartRow, ...]:
    counted = {
        one["cart_key"]: (one["lines"], one["units"])
        for one in Line.objects.filter(cart_key__in=[row.key for row in rows], is_saved=False)
        .values("cart_key")
        .annotate(lines=Count("variant_key"), units=Sum("quantity"))
    }
    told = [(row, *counted.get(row.key, (0, 0))) for row in rows]
    return tuple(row_of(row, lines=lines, units=units) for row, lines, units in told)


_HAS_LINES: Final = Exists(Line.objects.filter(cart_key=OuterRef("key"), is_saved=False))


def _found(actor: Actor, filters: CartFilters) -> "QuerySet[Cart]":
    found = _seen(actor, filters.unit_id)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    if filters.kind is not None:
        found = found.filter(kind=filters.kind.value)
    if filters.untouched_since is not None:
        found = found.filter(_HAS_LINES, touched_at__lte=filters.untouched_since)
    if text := filters.search.strip():
        wanted = Q(share_code=text.upper()) & ~Q(share_code="")
        with suppress(MalformedIdError):
            wanted |= Q(id=decode("crt", text))
        found = found.filter(wanted)
    return found


def _seen(actor: Actor, unit_id: str | None) -> "QuerySet[Cart]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    rows = Cart.objects.all()
    return rows if scope.everything else rows.filter(place_key__in=scope.places)

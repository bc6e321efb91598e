"""Parts of live orders: what leaves which place, as that place sees it."""

from collections.abc import Collection
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.checkout.contracts import LiveState, PartFilters, PartView, PartWork
from quanqu.sell.checkout.models import Order, OrderHold, Part
from quanqu.sell.checkout.queries.orders import VIEW, lines_of, part_view, view_of

__all__ = ["list_parts", "parts_by_order"]

_OLDEST: Final = Sorting("oldest", "key", is_descending=False, read=read_number)


def parts_by_order(order_keys: Collection[int]) -> dict[int, list[PartView]]:
    """Return the parts of orders, by the order's key."""
    found: dict[int, list[PartView]] = {}
    for row in Part.objects.filter(order_key__in=order_keys).order_by("order_key", "no"):
        found.setdefault(row.order_key, []).append(part_view(row))
    return found


def list_parts(
    *, actor: Actor, filters: PartFilters, cursor: str | None = None, limit: int = 50
) -> Page[PartWork]:
    """Return a page of the parts that leave places of the actor, the oldest first, with what their
    orders are.  Raises: NotAllowedError, UnitNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=filters.unit_id)
    found = Part.objects.all()
    if not scope.everything:
        found = found.filter(place_key__in=scope.places)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    orders = Order.objects.exclude(state__in=_NOT_YET)
    if filters.delivery is not None:
        orders = orders.filter(delivery=filters.delivery.value)
    if filters.order_ids is not None:
        orders = orders.filter(id__in=filters.order_ids)
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    found = found.filter(order_key__in=orders.values("key"))
    rows, following = _OLDEST.page(found, cursor, limit)
    keys = [row.order_key for row in rows]
    heads = {row.key: view_of(row) for row in Order.objects.filter(key__in=keys)}
    lines = lines_of(keys)
    held_up = set(
        OrderHold.objects.filter(order_key__in=keys, released_at__isnull=True)
        .values_list("order_key", flat=True)
    )  # fmt: skip
    return Page(
        tuple(
            PartWork(
                order=heads[row.order_key],
                part=part_view(row),
                lines=tuple(one for one in lines[row.order_key] if one.part_no == row.no),
                is_held_up=row.order_key in held_up or heads[row.order_key].due_minor > 0,
            )
            for row in rows
        ),
        following,
    )


_NOT_YET: Final = [LiveState.AWAITING_PAYMENT.value, LiveState.CANCELLED.value]

"""Subscriptions, as an actor may see them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.checkout.facade import live_orders_by_id
from quanqu.sell.subscriptions.contracts import (
    Act,
    DeliveryState,
    DeliveryView,
    Every,
    ItemDraft,
    OnShort,
    PlanDetail,
    PlanRow,
    PlanState,
    StepView,
    SubscriptionNotFoundError,
)
from quanqu.sell.subscriptions.models import DeliveryRow, Item, Plan, StepTaken

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "deliveries_unlike_the_orders",
    "get_subscription",
    "items_of",
    "list_subscriptions",
    "row_of",
]

VIEW: Final = "orders.view"
_NEWEST: Final = Sorting("newest", "key", read=read_number)
_AT_ONCE: Final = 2_000


def list_subscriptions(
    *,
    actor: Actor,
    states: Sequence[PlanState] = (),
    unit_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[PlanRow]:
    """Return a page of subscriptions, newest first. Raises: NotAllowedError, UnitNotFoundError."""
    found = _seen(actor, unit_id)
    if states:
        found = found.filter(state__in=[one.value for one in states])
    rows, following = _NEWEST.page(found, cursor, limit)
    return Page(tuple(map(row_of, rows)), following)


def get_subscription(*, actor: Actor, subscription_id: UUID) -> PlanDetail:
    """Return a subscription with its items, its last deliveries and its history.

    Raises: NotAllowedError, SubscriptionNotFoundError.
    """
    row = _seen(actor, None).filter(id=subscription_id).first()
    if row is None:
        raise SubscriptionNotFoundError(ref=encode("sub", subscription_id))
    deliveries = DeliveryRow.objects.filter(plan_key=row.key).order_by("-no")[:200]
    steps = StepTaken.objects.filter(plan_key=row.key).order_by("-key")[:200]
    return PlanDetail(
        row_of(row),
        tuple(items_of(row.key)),
        tuple(
            DeliveryView(one.no, one.due_on, DeliveryState(one.state), one.order_id, one.detail)
            for one in deliveries
        ),
        tuple(StepView(one.at, one.actor, Act(one.act), one.detail) for one in steps),
    )


def items_of(plan_key: int) -> list[ItemDraft]:
    """Return what every delivery of a subscription has."""
    rows = Item.objects.filter(plan_key=plan_key).order_by("variant_key")
    return [ItemDraft(one.variant_key, one.quantity) for one in rows]


def row_of(row: Plan) -> PlanRow:
    """Return a row as others see it."""
    return PlanRow(
        id=row.id,
        key=row.key,
        place_key=row.place_key,
        company_key=row.company_key,
        currency=row.currency,
        state=PlanState(row.state),
        every=row.every,
        unit=Every(row.unit),
        next_on=row.next_on,
        try_on=row.try_on,
        tender=row.tender,
        on_short=OnShort(row.on_short),
        subject_key=row.subject_key,
        delivery=Delivery(row.delivery),
        reason=row.reason,
        made_at=row.made_at,
    )


def deliveries_unlike_the_orders() -> list[str]:
    """Deliveries that say they are an order which is not there, or are not said and are."""
    broken: list[str] = []
    after = (0, 0)
    found = DeliveryRow.objects.filter(order_id__isnull=False).order_by("plan_key", "no")
    while rows := list(found.filter(pk__gt=after)[:_AT_ONCE]):
        after = (rows[-1].plan_key, rows[-1].no)
        there = live_orders_by_id(order_ids=[row.order_id for row in rows if row.order_id])
        broken += [
            f"delivery {row.no} of subscription {row.plan_key} is {row.state}: its order is "
            f"{'there' if row.order_id in there else 'not there'}"
            for row in rows
            if (row.order_id in there) != (row.state == DeliveryState.PLACED)
            and row.state != DeliveryState.PLACING
        ]
    return broken


def _seen(actor: Actor, unit_id: str | None) -> "QuerySet[Plan]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    rows = Plan.objects.all()
    return rows if scope.everything else rows.filter(place_key__in=scope.places)

"""One subscription: what comes when, its deliveries, its history, and what can be done."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.return_words import tender_title
from quanqu.doors.console.pages.subscription_words import (
    ACTS,
    DELIVERY_STATES,
    ON_SHORT,
    PLAN_STATES,
    UNITS,
    interval,
)
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode, encode
from quanqu.know.org.facade import display_names
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.subscriptions import facade
from quanqu.sell.subscriptions.contracts import (
    DeliveryState,
    DeliveryView,
    Every,
    OnShort,
    PlanChange,
    PlanDetail,
    PlanState,
    SubscriptionFieldError,
)

__all__ = ["SubscriptionPage"]

_LONGEST: Final = 300


class SubscriptionPage(ConsoleView):
    """Everything known of a subscription, with its buttons."""

    page_code = "orders"
    permission = "orders.view"
    is_detail = True

    def get(self, request: HttpRequest, subscription_id: str) -> HttpResponse:
        """Show it."""
        return self._draw(subscription_id)

    def post(self, request: HttpRequest, subscription_id: str) -> HttpResponse:
        """Do something to it, or say why not."""
        act = _ACTS.get(request.POST.get("act", ""))
        key = decode("sub", subscription_id)
        facade.get_subscription(actor=self.frame.person, subscription_id=key)
        if act is not None:
            try:
                messages.success(request, act(self, key))
            except (InvalidError, RefusedError, NotFoundError) as error:
                return self._draw(subscription_id, mistake=said(error))
        return redirect(self.frame.link(reverse("console:subscription", args=[subscription_id])))

    def _draw(self, subscription_id: str, *, mistake: str = "") -> HttpResponse:
        key = decode("sub", subscription_id)
        found = facade.get_subscription(actor=self.frame.actor, subscription_id=key)
        row = found.row
        title, tone, icon = PLAN_STATES[row.state]
        scope = self.frame.person.scope("orders.manage")
        context = {
            "row": row,
            "id": subscription_id,
            "mistake": mistake,
            "state": chip(str(title), tone, icon),
            "interval": interval(row),
            "place": self.frame.places.get(row.place_key),
            "tender": tender_title(row.tender),
            "if_short": ON_SHORT[row.on_short],
            "items": self._items(found),
            "deliveries": [self._delivery(one) for one in found.deliveries],
            "steps": self._steps(found),
            "may_act": (scope.everything or row.place_key in scope.places)
            and row.state is not PlanState.ENDED,
            "is_paused": row.state is PlanState.PAUSED,
            "is_waiting": row.try_on != row.next_on,
            "units": [(unit.value, title) for unit, title in UNITS.items()],
            "shorts": [(code.value, title) for code, title in ON_SHORT.items()],
        }
        return self.page("console/orders/subscription.html", context, 422 if mistake else 200)

    def _items(self, found: PlanDetail) -> list[tuple[int, str, str]]:
        labels = variant_labels(variant_keys={one.variant_key for one in found.items})
        return [
            (one.quantity, labels[one.variant_key].name, labels[one.variant_key].sku)
            for one in found.items
        ]

    def _delivery(self, one: DeliveryView) -> dict[str, Any]:
        title, tone, icon = DELIVERY_STATES[one.state]
        is_order = one.state is DeliveryState.PLACED and one.order_id is not None
        order_id = encode("ord", one.order_id) if one.order_id else ""
        return {
            "delivery": one,
            "state": chip(str(title), tone, icon),
            "href": self.frame.link(reverse("console:order", args=[order_id])) if is_order else "",
        }

    def _steps(self, found: PlanDetail) -> list[dict[str, Any]]:
        names = display_names(actor_ids={one.actor for one in found.steps})
        return [
            {
                "at": one.at,
                "title": ACTS[one.act][0],
                "icon": ACTS[one.act][1],
                "detail": one.detail,
                "actor": _("Quanqu itself") if one.actor == SYSTEM.id else names.get(one.actor, ""),
            }
            for one in found.steps
        ]


def _skip(page: SubscriptionPage, key: UUID) -> str:
    due_on = _day(page.request.POST.get("due_on", ""))
    if due_on is None:
        raise SubscriptionFieldError(field="due_on", problem="a day is written as 2026-11-28")
    facade.skip_delivery(
        actor=page.frame.person, subscription_id=key, due_on=due_on, now=page.frame.now
    )
    return _("The delivery is left out.")


def _pause(page: SubscriptionPage, key: UUID) -> str:
    facade.pause_subscription(
        actor=page.frame.person, subscription_id=key, reason=_reason(page), now=page.frame.now
    )
    return _("Nothing is delivered until it goes on.")


def _resume(page: SubscriptionPage, key: UUID) -> str:
    facade.resume_subscription(actor=page.frame.person, subscription_id=key, now=page.frame.now)
    return _("The subscription goes on.")


def _end(page: SubscriptionPage, key: UUID) -> str:
    facade.end_subscription(
        actor=page.frame.person, subscription_id=key, reason=_reason(page), now=page.frame.now
    )
    return _("The subscription has ended.")


def _change(page: SubscriptionPage, key: UUID) -> str:
    post = page.request.POST
    every, unit, on_short = post.get("every", ""), post.get("unit", ""), post.get("on_short", "")
    if not (every.isascii() and every.isdigit()):
        raise SubscriptionFieldError(field="every", problem="a quantity is a whole number")
    row = facade.get_subscription(actor=page.frame.person, subscription_id=key).row
    day = _day(post.get("next_on", ""))
    facade.change_subscription(
        actor=page.frame.person,
        subscription_id=key,
        change=PlanChange(
            every=min(int(every[:6]), 10**4),
            unit=Every(unit) if unit in set(Every) else None,
            next_on=day if day != row.next_on else None,
            on_short=OnShort(on_short) if on_short in set(OnShort) else None,
        ),
        now=page.frame.now,
    )
    return _("The subscription is changed.")


_ACTS: Final[dict[str, Callable[[SubscriptionPage, UUID], str]]] = {
    "skip": _skip,
    "pause": _pause,
    "resume": _resume,
    "end": _end,
    "change": _change,
}


def _reason(page: SubscriptionPage) -> str:
    return page.request.POST.get("reason", "").strip().replace("\0", "")[:_LONGEST]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None

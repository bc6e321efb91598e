"""Subscriptions: what buyers get again and again."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, day_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.pages.subscription_words import PLAN_STATES, interval
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.subscriptions.contracts import PlanRow, PlanState
from quanqu.sell.subscriptions.facade import list_subscriptions

__all__ = ["SubscriptionsPage"]


def _state(row: PlanRow, frame: Frame) -> Cell:
    title, tone, icon = PLAN_STATES[row.state]
    return chip(str(title), tone, icon)


def _place(row: PlanRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


class SubscriptionsPage(ListView):
    """The subscriptions in scope, the newest first."""

    page_code = "orders"
    views_code = "subscriptions"
    permission = "orders.view"
    export_permission = "orders.export"
    title = gettext_lazy("Orders")
    lede = gettext_lazy("What buyers get again and again, each delivery one order.")
    empty = Empty(
        "rotate-ccw",
        gettext_lazy("No subscriptions yet"),
        gettext_lazy(
            "Shops begin them when a buyer wants something every so many weeks or months; they "
            "appear here with their next delivery."
        ),
    )
    columns = (
        Column(
            "interval",
            gettext_lazy("Subscription"),
            lambda row, frame: text_cell(interval(row), sub=encode("sub", row.id)),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), _state),
        Column("place", gettext_lazy("Place"), _place),
        Column(
            "next",
            gettext_lazy("Next delivery"),
            lambda row, frame: day_cell(row.next_on, frame.language),
        ),
    )
    filters = (
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in PLAN_STATES.items()
            ],
        ),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of subscriptions."""
        states, place = set(PlanState), asked.one("place")
        return list_subscriptions(
            actor=self.frame.actor,
            states=tuple(PlanState(one) for one in asked.many("state") if one in states),
            unit_id=place if place in {one.id for one in self.frame.visible_places} else None,
            cursor=cursor,
            limit=limit,
        )

    def head(self, asked: Asked) -> dict[str, Any]:
        """Return the tabs."""
        return {"above_template": "console/orders/tabs.html", "tab": "subscriptions"}

    def identify(self, row: PlanRow) -> str:
        """Return the subscription's outside id."""
        return encode("sub", row.id)

    def href(self, row: PlanRow) -> str:
        """Return the address of a subscription."""
        return reverse("console:subscription", args=[self.identify(row)])

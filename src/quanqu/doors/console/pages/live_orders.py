"""Orders under way: those placed through this house, as they stand now."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, moment_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.live_words import DELIVERIES, LIVE_STATES
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.checkout.contracts import Delivery, LiveFilters, LiveOrder, LiveState
from quanqu.sell.checkout.facade import count_live_orders, list_live_orders

__all__ = ["LiveOrdersPage"]


def _placed(row: LiveOrder, frame: Frame) -> Cell:
    return moment_cell(row.placed_at, now=frame.now, zone=frame.zone, language=frame.language)


def _place(row: LiveOrder, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _state(row: LiveOrder, frame: Frame) -> Cell:
    title, tone, icon = LIVE_STATES[row.state]
    return chip(str(title), tone, icon)


def _delivery(row: LiveOrder, frame: Frame) -> Cell:
    pickup = frame.places.get(row.pickup_place_key or 0)
    return text_cell(str(DELIVERIES[row.delivery]), sub=pickup.name if pickup else "")


def _until(row: LiveOrder, frame: Frame) -> Cell:
    if row.state is not LiveState.AWAITING_PAYMENT or row.pay_until is None:
        return text_cell("")
    return moment_cell(row.pay_until, now=frame.now, zone=frame.zone, language=frame.language)


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in LIVE_STATES.items()]


def _deliveries(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in DELIVERIES.items()]


def _held(frame: Frame) -> list[Option]:
    return [Option("yes", _("Held up"))]


class LiveOrdersPage(ListView):
    """The live orders in scope, the newest first."""

    page_code = "orders"
    views_code = "live_orders"
    permission = "orders.view"
    title = gettext_lazy("Orders")
    lede = gettext_lazy("Orders placed here, as they stand now: paid, picked, sent, collected.")
    search_label = gettext_lazy("Order number or id")
    empty = Empty(
        "receipt-text",
        gettext_lazy("No order is under way"),
        gettext_lazy(
            "Orders that are placed through the API or a till of this house appear here, with "
            "their goods promised and their money asked for."
        ),
        gettext_lazy("All orders"),
        "console:orders",
    )
    columns = (
        Column("number", gettext_lazy("Order"), lambda row, frame: text_cell(row.number),
               is_title=True),
        Column("placed", gettext_lazy("Placed at"), _placed),
        Column("place", gettext_lazy("Place"), _place),
        Column("state", gettext_lazy("State"), _state),
        Column("delivery", gettext_lazy("Goods are"), _delivery),
        Column("until", gettext_lazy("Money awaited until"), _until),
        Column(
            "total",
            gettext_lazy("Total"),
            lambda row, frame: money_cell(Money(row.total_minor, row.currency)),
            is_number=True,
        ),
    )  # fmt: skip
    filters = (
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("delivery", gettext_lazy("Goods are"), options=_deliveries, is_single=True),
        Filter("held", gettext_lazy("Held up"), options=_held, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of live orders."""
        return list_live_orders(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many live orders match."""
        return Total(count_live_orders(actor=self.frame.actor, filters=self._filters(asked)))

    def _filters(self, asked: Asked) -> LiveFilters:
        states, deliveries = set(LiveState), set(Delivery)
        told, place = asked.one("delivery"), asked.one("place")
        return LiveFilters(
            unit_id=place if place in {one.id for one in self.frame.visible_places} else None,
            states=tuple(LiveState(one) for one in asked.many("state") if one in states),
            delivery=Delivery(told) if told in deliveries else None,
            is_held_up=True if asked.one("held") == "yes" else None,
            search=asked.text,
        )

    def identify(self, row: LiveOrder) -> str:
        """Return the order's outside id."""
        return encode("ord", row.id)

    def href(self, row: LiveOrder) -> str:
        """Return the address of an order."""
        return reverse("console:order", args=[self.identify(row)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the way to all orders."""
        return {"above_template": "console/orders/tabs.html", "tab": "live"}

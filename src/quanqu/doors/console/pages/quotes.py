"""Quotes: prices agreed with companies until a day."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, day_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.pages.quote_words import QUOTE_STATES
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.quotes.contracts import QuoteFilters, QuoteRow, QuoteState
from quanqu.sell.quotes.facade import count_quotes, list_quotes

__all__ = ["QuotesPage"]


def _state(row: QuoteRow, frame: Frame) -> Cell:
    title, tone, icon = QUOTE_STATES[row.state]
    if row.needs_approval:
        return chip(str(gettext_lazy("To be approved")), "warn", "hourglass")
    return chip(str(title), tone, icon)


def _place(row: QuoteRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


class QuotesPage(ListView):
    """The quotes in scope, the newest first."""

    page_code = "orders"
    views_code = "quotes"
    permission = "orders.view"
    export_permission = "orders.export"
    title = gettext_lazy("Orders")
    lede = gettext_lazy("Prices agreed with companies, until a day.")
    search_label = gettext_lazy("Buyer or number")
    is_search_personal = True
    head_template = "console/orders/quotes_head.html"
    empty = Empty(
        "file-text",
        gettext_lazy("No quotes yet"),
        gettext_lazy(
            "Write what a company may have at which prices and until when, for example 200 mugs at "
            "8.50 until the end of the month. Once it says yes, it is an order with one button."
        ),
        gettext_lazy("Write a quote"),
        "console:quote_new",
        "orders.manage",
    )
    columns = (
        Column(
            "number",
            gettext_lazy("Quote"),
            lambda row, frame: text_cell(row.number, sub=row.buyer),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), _state),
        Column("place", gettext_lazy("Place"), _place),
        Column(
            "until",
            gettext_lazy("Holds until"),
            lambda row, frame: day_cell(row.valid_until, frame.language),
        ),
        Column(
            "total",
            gettext_lazy("Total"),
            lambda row, frame: money_cell(Money(row.total_minor, row.currency)),
            is_number=True,
        ),
    )
    filters = (
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in QUOTE_STATES.items()
            ],
        ),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of quotes."""
        return list_quotes(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many quotes match."""
        return Total(count_quotes(actor=self.frame.actor, filters=self._filters(asked)))

    def head(self, asked: Asked) -> dict[str, Any]:
        """Return the tabs."""
        return {"above_template": "console/orders/tabs.html", "tab": "quotes"}

    def identify(self, row: QuoteRow) -> str:
        """Return the quote's outside id."""
        return encode("quo", row.id)

    def href(self, row: QuoteRow) -> str:
        """Return the address of a quote."""
        return reverse("console:quote", args=[self.identify(row)])

    def _filters(self, asked: Asked) -> QuoteFilters:
        states, place = set(QuoteState), asked.one("place")
        return QuoteFilters(
            unit_id=place if place in {one.id for one in self.frame.visible_places} else None,
            states=tuple(QuoteState(one) for one in asked.many("state") if one in states),
            search=asked.text,
        )

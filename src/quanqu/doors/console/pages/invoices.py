"""Invoices: what was written at which place, and what was taken back."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, day_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.invoice_words import BUYERS, KINDS, invoice_chip
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.invoicing.contracts import InvoiceFilters, InvoiceKind, InvoiceRow
from quanqu.sell.invoicing.facade import count_invoices, list_invoices

__all__ = ["InvoicesPage"]


def _place(row: InvoiceRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _amount(minor: int, row: InvoiceRow) -> Cell:
    sign = -1 if row.kind is InvoiceKind.RED else 1
    return money_cell(Money(sign * minor, row.currency), with_code=True)


class InvoicesPage(ListView):
    """The invoices of places in scope, the newest first."""

    page_code = "invoices"
    permission = "invoices.view"
    export_permission = "invoices.manage"
    title = gettext_lazy("Invoices")
    lede = gettext_lazy("What was charged with its tax, numbered without gaps.")
    search_label = gettext_lazy("Number of an invoice or of its order")
    head_template = "console/invoices/head.html"
    empty = Empty(
        "receipt-text",
        gettext_lazy("No invoices yet"),
        gettext_lazy(
            "Say once how a company writes invoices and how its goods are taxed. Then any order "
            "whose goods the buyer has can be invoiced, also long after it was bought."
        ),
        gettext_lazy("Tax rules"),
        "console:tax_rules",
        "invoices.view",
    )
    filters = (
        Filter("from", gettext_lazy("Written"), kind="days"),
        Filter(
            "kind",
            gettext_lazy("Kind"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in KINDS.items()
            ],
        ),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )
    columns = (
        Column(
            "number",
            gettext_lazy("Invoice"),
            lambda row, frame: text_cell(row.number, sub=row.original_number),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), lambda row, frame: invoice_chip(row)),
        Column("order", gettext_lazy("Order"), lambda row, frame: text_cell(row.order_number)),
        Column(
            "buyer",
            gettext_lazy("Made out to"),
            lambda row, frame: text_cell(str(BUYERS[row.buyer_kind])),
        ),
        Column("place", gettext_lazy("Place"), _place),
        Column(
            "net",
            gettext_lazy("Net"),
            lambda row, frame: _amount(row.net_minor, row),
            is_number=True,
            by_default=False,
        ),
        Column(
            "tax",
            gettext_lazy("Tax"),
            lambda row, frame: _amount(row.tax_minor, row),
            is_number=True,
        ),
        Column(
            "gross",
            gettext_lazy("Total"),
            lambda row, frame: _amount(row.gross_minor, row),
            is_number=True,
        ),
        Column(
            "day",
            gettext_lazy("Written"),
            lambda row, frame: day_cell(row.issued_on, frame.language),
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of invoices."""
        return list_invoices(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many invoices match."""
        return Total(count_invoices(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Any) -> str:
        """Return the outside id of an invoice."""
        return encode("inv", row.id)

    def href(self, row: Any) -> str:
        """Return the address of an invoice."""
        return reverse("console:invoice", args=[encode("inv", row.id)])

    def _filters(self, asked: Asked) -> InvoiceFilters:
        keys = place_keys(self.frame, asked.many("place"))
        return InvoiceFilters(
            kinds=frozenset(
                InvoiceKind(one) for one in asked.many("kind") if one in set(InvoiceKind)
            ),
            place_keys=None if keys is None else frozenset(keys),
            first=asked.first,
            last=asked.last,
            text=asked.text,
        )

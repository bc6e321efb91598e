"""Purchase orders: what is bought, for where, and how far it has come."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from quanqu.doors.console.kit.cells import (
    Cell,
    chip,
    count_cell,
    day_cell,
    moment_cell,
    money_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.supply_words import PURCHASE_STATES, state_chip
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.sell.supply.contracts import (
    OPEN_STATES,
    PurchaseFilters,
    PurchaseOrder,
    PurchaseSort,
    PurchaseState,
    SupplierFilters,
)
from quanqu.sell.supply.facade import count_orders, list_orders, list_suppliers

__all__ = ["PurchasesPage"]

_OVERDUE = "yes"
_MOST_SUPPLIERS = 200


def _place(row: PurchaseOrder, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name) if place else text_cell("")


def _due(row: PurchaseOrder, frame: Frame) -> Cell:
    if _is_overdue(row, frame):
        told = day_cell(row.expected_on, frame.language)
        late = chip(told.text, "bad", "clock")
        return Cell(late.text, tone="bad", icon="clock", is_chip=True, plain=row.expected_on)
    return day_cell(row.expected_on, frame.language)


def _is_overdue(row: PurchaseOrder, frame: Frame) -> bool:
    if row.expected_on is None or row.state not in OPEN_STATES:
        return False
    return row.expected_on < local_date(frame.now, frame.zone)


def _suppliers(frame: Frame) -> list[Option]:
    found = list_suppliers(actor=frame.actor, filters=SupplierFilters(), limit=_MOST_SUPPLIERS)
    return [Option(one.id, one.name, one.code) for one in found.items]


class PurchasesPage(ListView):
    """Every purchase order to the places in scope, newest first."""

    page_code = "purchases"
    permission = "supply.view"
    export_permission = "supply.view"
    title = gettext_lazy("Purchase orders")
    lede = gettext_lazy("What is ordered from suppliers, and what came of it.")
    search_label = gettext_lazy("Order number, or its beginning")
    head_template = "console/supply/purchases_head.html"
    empty = Empty(
        "shopping-cart",
        gettext_lazy("No purchase orders yet"),
        gettext_lazy(
            "Order goods from a supplier for a store or warehouse: once it is sent, they count as "
            "incoming stock, and as on hand when they are received."
        ),
        gettext_lazy("Draft an order"),
        "console:purchase_new",
        "supply.manage",
    )
    default_sort = PurchaseSort.NEWEST.value
    filters = (
        Filter("from", gettext_lazy("Expected"), kind="days"),
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in PURCHASE_STATES.items()
            ],
        ),
        Filter(
            "overdue",
            gettext_lazy("Overdue"),
            options=lambda frame: [Option(_OVERDUE, str(gettext_lazy("Overdue only")))],
            is_single=True,
        ),
        Filter("supplier", gettext_lazy("Supplier"), options=_suppliers, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )
    columns = (
        Column(
            "number",
            gettext_lazy("Order"),
            lambda row, frame: text_cell(row.number),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), lambda row, frame: state_chip(row.state)),
        Column(
            "supplier", gettext_lazy("Supplier"), lambda row, frame: text_cell(row.supplier_name)
        ),
        Column("place", gettext_lazy("Deliver to"), _place),
        Column("due", gettext_lazy("Expected"), _due),
        Column(
            "ordered",
            gettext_lazy("Ordered"),
            lambda row, frame: count_cell(row.ordered),
            is_number=True,
        ),
        Column(
            "received",
            pgettext_lazy("units", "Received"),
            lambda row, frame: count_cell(row.received),
            is_number=True,
        ),
        Column(
            "total",
            gettext_lazy("Total"),
            lambda row, frame: money_cell(row.total),
            is_number=True,
            sorts=(PurchaseSort.HIGHEST, PurchaseSort.LOWEST),
        ),
        Column(
            "created",
            gettext_lazy("Drafted"),
            lambda row, frame: moment_cell(
                row.created_at, now=frame.now, zone=frame.zone, language=frame.language
            ),
            sorts=(PurchaseSort.NEWEST, PurchaseSort.OLDEST),
        ),
        Column(
            "version",
            gettext_lazy("Version"),
            lambda row, frame: count_cell(row.version),
            is_number=True,
            by_default=False,
        ),
        Column(
            "company",
            gettext_lazy("Company"),
            lambda row, frame: text_cell(frame.company_name(row.company_key)),
            by_default=False,
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of purchase orders."""
        known = asked.sort in set(PurchaseSort)
        return list_orders(
            actor=self.frame.actor,
            filters=self._filters(asked),
            cursor=cursor,
            limit=limit,
            sort=PurchaseSort(asked.sort) if known else PurchaseSort.NEWEST,
        )

    def count(self, asked: Asked) -> Total:
        """Return how many purchase orders match."""
        return Total(count_orders(actor=self.frame.actor, filters=self._filters(asked)))

    def href(self, row: Any) -> str:
        """Return the address of a purchase order."""
        return reverse("console:purchase", args=[row.id])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say whether the reader may draft an order."""
        return {"may_draft": self.frame.person.can("supply.manage")}

    def _filters(self, asked: Asked) -> PurchaseFilters:
        places = place_keys(self.frame, asked.many("place"))
        states: Sequence[str] = asked.many("state")
        is_overdue = asked.one("overdue") == _OVERDUE
        return PurchaseFilters(
            text=asked.text,
            place_keys=None if places is None else frozenset(places),
            company_keys=company_keys(self.frame, asked.many("company")),
            states=frozenset(PurchaseState(code) for code in states if code in set(PurchaseState)),
            supplier_id=asked.one("supplier") or "",
            due_from=asked.first,
            due_to=asked.last,
            overdue_on=local_date(self.frame.now, self.frame.zone) if is_overdue else None,
        )

"""Suppliers: who is bought from, and how they deliver."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, money_cell, rate_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import company_keys, company_options
from quanqu.doors.console.rules.numbers import decimal_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.sell.supply.contracts import LeadTime, Supplier, SupplierFilters
from quanqu.sell.supply.facade import count_suppliers, list_lead_times, list_suppliers

__all__ = ["SuppliersPage", "days_text"]


def days_text(days: float) -> str:
    """Write a number of days."""
    return _("%(days)s d") % {"days": decimal_text(days, 1)}


def _states(frame: Frame) -> list[Option]:
    return [Option("active", _("Active")), Option("away", _("Put away"))]


def _state(row: Supplier, frame: Frame) -> Cell:
    return chip(_("Active"), "good", "check") if row.is_active else chip(_("Put away"), "hollow")


def _agreed(row: Supplier, frame: Frame) -> Cell:
    days = row.lead_time_days
    told = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return Cell(told, plain=days)


class SuppliersPage(ListView):
    """The suppliers of the companies in scope, by name."""

    page_code = "suppliers"
    permission = "supply.view"
    export_permission = "supply.view"
    title = gettext_lazy("Suppliers")
    lede = gettext_lazy("Who you buy from, and how fast and fully they deliver.")
    search_label = gettext_lazy("Name or code")
    head_template = "console/supply/suppliers_head.html"
    empty = Empty(
        "building-2",
        gettext_lazy("No suppliers yet"),
        gettext_lazy(
            "A supplier has a currency, a lead time and a catalogue of what its items cost. "
            "Purchase orders begin with one."
        ),
        gettext_lazy("Add a supplier"),
        "console:supplier_new",
        "supply.manage",
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=_states, is_single=True),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """The columns, with how each supplier delivered."""
        return (
            Column(
                "name",
                gettext_lazy("Supplier"),
                lambda row, frame: text_cell(row.name, sub=row.code),
                is_title=True,
            ),
            Column(
                "company",
                gettext_lazy("Company"),
                lambda row, frame: text_cell(frame.company_name(row.company_key)),
            ),
            Column("state", gettext_lazy("State"), _state),
            Column("agreed", gettext_lazy("Agreed lead time"), _agreed, is_number=True),
            Column("median", gettext_lazy("Median lead time"), self._median, is_number=True),
            Column("on_time", gettext_lazy("On time"), self._on_time, is_number=True),
            Column("fill", gettext_lazy("Fill rate"), self._fill, is_number=True),
            Column("lines", gettext_lazy("Lines delivered"), self._lines, is_number=True),
            Column(
                "minimum",
                gettext_lazy("Least order"),
                lambda row, frame: (
                    money_cell(row.minimum) if row.minimum.minor else Cell("–", plain=0)
                ),
                is_number=True,
                by_default=False,
            ),
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read how the suppliers of a page delivered at once."""
        companies = frozenset(row.company_key for row in rows)
        found = list_lead_times(actor=self.frame.actor, company_keys=companies) if rows else ()
        self._times: dict[str, LeadTime] = {one.supplier_id: one for one in found}

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of suppliers."""
        return list_suppliers(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many suppliers match."""
        return Total(count_suppliers(actor=self.frame.actor, filters=self._filters(asked)))

    def href(self, row: Any) -> str:
        """Return the address of a supplier."""
        return reverse("console:supplier", args=[row.id])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say whether the reader may add a supplier."""
        return {"may_add": self.frame.person.can("supply.manage")}

    def _filters(self, asked: Asked) -> SupplierFilters:
        states = {"active": True, "away": False}
        return SupplierFilters(
            text=asked.text,
            company_keys=company_keys(self.frame, asked.many("company")),
            is_active=states.get(asked.one("state") or ""),
        )

    def _median(self, row: Supplier, frame: Frame) -> Cell:
        told = self._times.get(row.id)
        return Cell(days_text(told.median_days), plain=told.median_days) if told else _NONE

    def _on_time(self, row: Supplier, frame: Frame) -> Cell:
        told = self._times.get(row.id)
        return rate_cell(told.on_time_rate if told else None)

    def _fill(self, row: Supplier, frame: Frame) -> Cell:
        told = self._times.get(row.id)
        return rate_cell(told.fill_rate if told else None)

    def _lines(self, row: Supplier, frame: Frame) -> Cell:
        told = self._times.get(row.id)
        return count_cell(told.count if told else None)


_NONE = Cell("–", plain="")

"""Suppliers that ship to shoppers, and how."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import Cell, chip, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.dropship_words import clock_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.sell.dropship.contracts import Terms
from quanqu.sell.dropship.facade import list_terms

__all__ = ["DropshipSuppliersPage"]


def _ships(row: Terms, frame: Frame) -> Cell:
    days = row.draft.lead_days
    told = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return Cell(told, plain=days)


class DropshipSuppliersPage(ListView):
    """The suppliers in scope that ship to shoppers, by name."""

    page_code = "dropship"
    permission = "dropship.view"
    export_permission = "dropship.view"
    views_code = "dropship_suppliers"
    title = gettext_lazy("Suppliers that ship")
    lede = gettext_lazy("How fast each answers and ships, and how it hears of orders.")
    search_label = gettext_lazy("Name")
    head_template = "console/dropship/suppliers_head.html"
    empty = Empty(
        "truck",
        gettext_lazy("No supplier ships to shoppers yet"),
        gettext_lazy(
            "A supplier ships from a place of the kind Supplier. Give it terms and offers, and an "
            "API key with the role Supplier over that place."
        ),
        gettext_lazy("Let a supplier ship"),
        "console:dropship_supplier_new",
        "dropship.manage",
    )
    columns = (
        Column(
            "name",
            gettext_lazy("Supplier"),
            lambda row, frame: text_cell(
                row.supplier_name,
                sub=place.name if (place := frame.places.get(row.draft.place_key)) else "",
            ),
            is_title=True,
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda row, frame: (
                chip(_("Ships"), "good", "check")
                if row.draft.is_active
                else chip(_("Put away"), "hollow")
            ),
        ),
        Column(
            "answers",
            gettext_lazy("Answers within"),
            lambda row, frame: Cell(
                _("%(n)s min") % {"n": row.draft.answer_minutes}, plain=row.draft.answer_minutes
            ),
            is_number=True,
        ),
        Column("ships", gettext_lazy("Ships within"), _ships, is_number=True),
        Column(
            "cut_off",
            gettext_lazy("Cut-off"),
            lambda row, frame: text_cell(clock_text(row.draft.cut_off) or "–"),
        ),
        Column(
            "hears",
            gettext_lazy("Hears of orders"),
            lambda row, frame: text_cell(_("by webhook") if row.draft.url else _("fetches them")),
        ),
        Column(
            "company",
            gettext_lazy("Company"),
            lambda row, frame: text_cell(frame.company_name(row.company_key)),
            by_default=False,
        ),
    )

    def head(self, asked: Asked) -> dict[str, Any]:
        """Stand among the pages of drop-shipping."""
        return {
            "above_template": "console/dropship/tabs.html",
            "tab": "suppliers",
            "may_add": self.frame.person.can("dropship.manage"),
        }

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return all that match."""
        return Page(self._found(asked))

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(len(self._found(asked)))

    def identify(self, row: Terms) -> str:
        """Return the supplier's outside id."""
        return row.draft.supplier_id

    def href(self, row: Terms) -> str:
        """Return the address of a supplier's terms."""
        place = self.frame.places.get(row.draft.place_key)
        return reverse("console:dropship_supplier", args=[place.id]) if place else ""

    def _found(self, asked: Asked) -> tuple[Terms, ...]:
        text, seen = asked.text.lower(), {place.key for place in self.frame.visible_places}
        return tuple(
            one
            for one in list_terms(actor=self.frame.actor)
            if text in one.supplier_name.lower() and one.draft.place_key in seen
        )

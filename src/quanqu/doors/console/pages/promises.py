"""Promises: what waits for goods that are to come, and what is at risk."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, day_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.replenishment.contracts import Promise, PromiseFilters
from quanqu.sell.replenishment.facade import count_promises, list_promises

__all__ = ["PromisesPage"]

_RISK: Final = "risk"


def _place(row: Promise, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _state(row: Promise, frame: Frame) -> Cell:
    if row.promised_on is None:
        return chip(_("No delivery"), "bad", "circle-x")
    if row.is_at_risk:
        return chip(_("Later than told"), "warn", "clock")
    return chip(_("As told"), "good", "check")


class PromisesPage(ListView):
    """What waits for goods at the places in scope, the newest first."""

    page_code = "replenishment"
    views_code = "promises"
    permission = "stock.view"
    title = gettext_lazy("Replenishment")
    lede = gettext_lazy("Sold before it is there: what waits, and when it is to come.")
    empty = Empty(
        "circle-check",
        gettext_lazy("Nothing waits for goods"),
        gettext_lazy(
            "Where an item may be sold beyond what is there, what is sold so stands here with the "
            "day on which open purchase orders bring it."
        ),
    )
    filters = (
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [Option(_RISK, _("At risk"))],
            is_single=True,
        ),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override] # names are read once a page
        """The columns; the names of items are read once per page."""
        return (
            Column("item", gettext_lazy("Product"), self._item, is_title=True),
            Column("place", gettext_lazy("Place"), _place),
            Column("state", gettext_lazy("State"), _state),
            Column(
                "units",
                gettext_lazy("Units"),
                lambda row, frame: count_cell(row.units),
                is_number=True,
            ),
            Column(
                "promised",
                gettext_lazy("To be there on"),
                lambda row, frame: day_cell(row.promised_on, frame.language),
            ),
            Column(
                "first",
                gettext_lazy("First told"),
                lambda row, frame: day_cell(row.first_on, frame.language),
            ),
            Column("owner", gettext_lazy("For"), lambda row, frame: text_cell(row.owner)),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of promises."""
        return list_promises(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        self._labels: dict[int, VariantLabel] = variant_labels(
            variant_keys={row.variant_key for row in rows}
        )

    def count(self, asked: Asked) -> Total:
        """Return how many promises match."""
        return Total(count_promises(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Promise) -> str:
        """Return the hold and the line it is for."""
        return f"{encode('hld', row.request_id)}/{row.line_no}"

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the tabs."""
        return {"above_template": "console/replenishment/above.html", "tab": "promises"}

    def _item(self, row: Promise, frame: Frame) -> Cell:
        label = self._labels.get(row.variant_key)
        return text_cell(item_title(label), sub=label.sku if label else "")

    def _filters(self, asked: Asked) -> PromiseFilters:
        places = place_keys(self.frame, asked.many("place"))
        return PromiseFilters(
            place_keys=None if places is None else frozenset(places),
            company_keys=company_keys(self.frame, asked.many("company")),
            is_at_risk=True if asked.one("state") == _RISK else None,
        )

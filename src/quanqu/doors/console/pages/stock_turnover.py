"""How fast stock turns over, how long it lasts, and how old it is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import Cell, count_cell, text_cell
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
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variants_called
from quanqu.sell.inventory.contracts import Turnover, TurnoverFilters, TurnoverSort
from quanqu.sell.inventory.facade import count_turnover, list_turnover

__all__ = ["StockTurnoverPage"]

_SPANS: Final = (28, 90, 365)
_USUAL: Final = 90
_SHOWN_AGES: Final = frozenset({0, 3, 4})
_AGES: Final = (
    gettext_lazy("Under 30 days"),
    gettext_lazy("30 to 59 days"),
    gettext_lazy("60 to 89 days"),
    gettext_lazy("90 to 179 days"),
    gettext_lazy("180 days and more"),
)


def _spans(frame: Frame) -> list[Option]:
    text = "%(n)s day", "%(n)s days"
    return [Option(str(days), ngettext(*text, days) % {"n": grouped(days)}) for days in _SPANS]


def _place(row: Turnover, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _turns(row: Turnover, frame: Frame) -> Cell:
    return text_cell("") if row.turns is None else Cell(f"{row.turns:,.2f}", plain=row.turns)


def _lasting(row: Turnover, frame: Frame) -> Cell:
    if row.supply_days is not None:
        return count_cell(row.supply_days)
    return text_cell(_("not sold"))


def _age(number: int) -> Any:
    return lambda row, frame: count_cell(row.ages[number])


class StockTurnoverPage(ListView):
    """The items at the places in scope, those that last longest first."""

    page_code = "stock"
    views_code = "stock_turnover"
    permission = "stock.view"
    title = gettext_lazy("Turnover and age")
    lede = gettext_lazy("How fast stock sells, how long it lasts, and how old it is.")
    search_label = gettext_lazy("SKU, or part of a name")
    empty = Empty(
        "gauge",
        gettext_lazy("Nothing is there"),
        gettext_lazy(
            "Once goods come and are sold, this tells how often they turn over, for how many days "
            "they last, and how long they have been there."
        ),
    )
    default_sort = TurnoverSort.SLOWEST.value
    filters = (
        Filter("days", gettext_lazy("Period"), options=_spans, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override] # names are read once a page
        """The columns; the names of items are read once per page."""
        return (
            Column("item", gettext_lazy("Product"), self._item, is_title=True),
            Column("place", gettext_lazy("Place"), _place),
            Column(
                "sold",
                gettext_lazy("Sold"),
                lambda row, frame: count_cell(row.sold),
                is_number=True,
                sorts=(TurnoverSort.MOST_SOLD, ""),
            ),
            Column(
                "average",
                gettext_lazy("Average on hand"),
                lambda row, frame: Cell(f"{row.average:,.1f}", plain=round(row.average, 2)),
                is_number=True,
                by_default=False,
            ),
            Column("turns", gettext_lazy("Turnover"), _turns, is_number=True),
            Column(
                "on_hand",
                gettext_lazy("On hand"),
                lambda row, frame: count_cell(row.on_hand),
                is_number=True,
            ),
            Column(
                "lasting",
                gettext_lazy("Lasts (days)"),
                _lasting,
                is_number=True,
                sorts=(TurnoverSort.SLOWEST, ""),
            ),
            *(
                Column(
                    f"age_{number + 1}",
                    title,
                    _age(number),
                    is_number=True,
                    by_default=number in _SHOWN_AGES,
                    sorts=(TurnoverSort.OLDEST, "") if number == len(_AGES) - 1 else ("", ""),
                )
                for number, title in enumerate(_AGES)
            ),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of items at places."""
        known = asked.sort in set(TurnoverSort)
        return list_turnover(
            actor=self.frame.actor,
            filters=self._filters(asked),
            sort=TurnoverSort(asked.sort) if known else TurnoverSort.SLOWEST,
            cursor=cursor,
            limit=limit,
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        self._labels: dict[int, VariantLabel] = variant_labels(
            variant_keys={row.variant_key for row in rows}
        )

    def count(self, asked: Asked) -> Total:
        """Return how many items at places match."""
        return Total(count_turnover(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Turnover) -> str:
        """Return how a file names the row: its place and item."""
        label = self._labels.get(row.variant_key)
        place = self.frame.places.get(row.place_key)
        return f"{place.code if place else ''}/{label.sku if label else ''}"

    def href(self, row: Turnover) -> str:
        """Return the address of the movements behind a row."""
        label = self._labels.get(row.variant_key)
        place = self.frame.places.get(row.place_key)
        if label is None or place is None:
            return ""
        return reverse("console:stock_ledger", args=[place.id, label.variant_id])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the way back to the board."""
        return {"crumbs_template": "console/stock/turnover_crumbs.html"}

    def _item(self, row: Turnover, frame: Frame) -> Cell:
        label = self._labels.get(row.variant_key)
        return text_cell(item_title(label), sub=label.sku if label else "")

    def _filters(self, asked: Asked) -> TurnoverFilters:
        wanted = asked.one("days")
        days = int(wanted) if wanted in {str(one) for one in _SPANS} else _USUAL
        places = place_keys(self.frame, asked.many("place"))
        owners = company_keys(self.frame, asked.many("company"))
        seen = {
            place.key
            for place in self.frame.visible_places
            if (places is None or place.key in places)
            and (owners is None or place.company_key in owners)
        }
        items = None
        if asked.text:
            companies = {place.company_key for place in self.frame.visible_places}
            items = frozenset(variants_called(text=asked.text, company_keys=companies))
        now = self.frame.now
        return TurnoverFilters(now - timedelta(days=days), now, frozenset(seen), items)

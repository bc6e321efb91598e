"""Stock: every item by place, as a heat map of what is counted."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import EMPTY, Cell, count_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.stock_words import MEASURES, TROUBLES
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variants_called
from quanqu.sell.inventory.contracts import (
    BoardFilters,
    BoardRow,
    BoardSort,
    Level,
    StockMeasure,
    StockTrouble,
)
from quanqu.sell.inventory.facade import count_board, list_board, stocked_places

__all__ = ["StockPage", "amount"]

MOST_PLACES: Final = 12
HEATS: Final = (1, 10, 50, 200, 1_000)
"""From how many units on a number is drawn one step stronger; below the first it is nothing."""

_WANTED: Final = frozenset({StockMeasure.AVAILABLE, StockMeasure.ON_HAND})


def amount(level: Level, measure: StockMeasure) -> int:
    """Return what a level has of a measure."""
    found: int = getattr(level, measure.value)
    return found


def _measures(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in MEASURES.items()]


def _troubles(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in TROUBLES.items()]


class StockPage(ListView):
    """Every item with what is there of it at each place; a number leads to its ledger."""

    page_code = "stock"
    permission = "stock.view"
    title = gettext_lazy("Stock")
    lede = gettext_lazy("Every item by place. A number leads to the movements that made it.")
    search_label = gettext_lazy("SKU, or part of a name")
    empty = Empty(
        "layers",
        gettext_lazy("No stock yet"),
        gettext_lazy(
            "Stock begins with a receipt: post what is there through the API "
            "(POST /api/v1/stock/movements), and every sale, return and count after it."
        ),
    )
    head_template = "console/stock/turnover_button.html"
    default_sort = BoardSort.MOST.value
    filters = (
        Filter("show", gettext_lazy("Show"), options=_measures, is_single=True),
        Filter("trouble", gettext_lazy("Attention"), options=_troubles, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """The item, a column for each place that keeps stock, and the sum over them."""
        shown = self._board_places
        return (
            Column("item", gettext_lazy("Product"), self._item, is_title=True),
            *(
                Column(
                    place.id,
                    self._place_title(place),
                    self._at(place),
                    is_number=True,
                    by_default=number < MOST_PLACES,
                )
                for number, place in enumerate(shown)
            ),
            Column(
                "total",
                MEASURES[self._measure],
                lambda row, frame: count_cell(row.total),
                is_number=True,
                sorts=(BoardSort.MOST, BoardSort.LEAST),
            ),
            *(
                Column(
                    f"all_{measure}",
                    title,
                    self._sum(measure),
                    is_number=True,
                    by_default=measure is StockMeasure.ON_HAND
                    and self._measure is not StockMeasure.ON_HAND,
                )
                for measure, title in MEASURES.items()
                if measure is not self._measure
            ),
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        self._labels: dict[int, VariantLabel] = variant_labels(
            variant_keys={row.variant_key for row in rows}
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of items."""
        return list_board(
            actor=self.frame.actor,
            filters=self._filters(asked),
            measure=self._measure,
            sort=BoardSort(asked.sort) if asked.sort in set(BoardSort) else BoardSort.MOST,
            cursor=cursor,
            limit=limit,
        )

    def count(self, asked: Asked) -> Total:
        """Return how many items match."""
        return Total(count_board(actor=self.frame.actor, filters=self._filters(asked)))

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say which places are simulated."""
        return {"above_template": "console/stock/note.html"}

    def identify(self, row: BoardRow) -> str:
        """Return the item's outside id."""
        label = self._labels.get(row.variant_key)
        return label.variant_id if label else ""

    def href(self, row: BoardRow) -> str:
        """Return the address of the item's product, for whoever may open it."""
        label = self._labels.get(row.variant_key)
        if label is None or not self.frame.person.can("catalog.view"):
            return ""
        return reverse("console:product", args=[label.product_id])

    @cached_property
    def _measure(self) -> StockMeasure:
        told = self.request.GET.get("show", "")
        return StockMeasure(told) if told in set(StockMeasure) else StockMeasure.AVAILABLE

    @cached_property
    def _board_places(self) -> list[PlaceInfo]:
        """The places of the board, in the order of their names."""
        frame = self.frame
        keys = self._wanted_places(
            tuple(self.request.GET.getlist("place")), tuple(self.request.GET.getlist("company"))
        )
        seen = {place.key for place in frame.visible_places}
        wanted = seen if keys is None else seen & keys
        kept = stocked_places(actor=frame.actor, place_keys=wanted)
        return [place for place in frame.visible_places if place.key in kept]

    def _wanted_places(
        self, places: tuple[str, ...], companies: tuple[str, ...]
    ) -> frozenset[int] | None:
        chosen = place_keys(self.frame, tuple(filter(None, places)))
        owners = company_keys(self.frame, tuple(filter(None, companies)))
        if chosen is None and owners is None:
            return None
        return frozenset(
            place.key
            for place in self.frame.visible_places
            if (chosen is None or place.key in chosen)
            and (owners is None or place.company_key in owners)
        )

    def _filters(self, asked: Asked) -> BoardFilters:
        items = None
        if asked.text:
            companies = {place.company_key for place in self.frame.visible_places}
            items = variants_called(text=asked.text, company_keys=companies)
        trouble = asked.one("trouble")
        return BoardFilters(
            place_keys=self._wanted_places(asked.many("place"), asked.many("company")),
            variant_keys=items,
            trouble=StockTrouble(trouble) if trouble in set(StockTrouble) else None,
        )

    def _item(self, row: BoardRow, frame: Frame) -> Cell:
        label = self._labels.get(row.variant_key)
        if label is None:
            return EMPTY
        told = ", ".join(label.options.values())
        return text_cell(label.name or label.sku, sub=" · ".join(filter(None, (label.sku, told))))

    def _place_title(self, place: PlaceInfo) -> str:
        names = [one.name for one in self._board_places]
        return place.name if names.count(place.name) == 1 else f"{place.company_name} {place.name}"

    def _at(self, place: PlaceInfo) -> Callable[[BoardRow, Frame], Cell]:
        def cell(row: BoardRow, frame: Frame) -> Cell:
            level, label = row.levels.get(place.key), self._labels.get(row.variant_key)
            if level is None or label is None:
                return EMPTY
            units = amount(level, self._measure)
            return Cell(
                grouped(units),
                href=frame.link(reverse("console:stock_ledger", args=[place.id, label.variant_id])),
                hint=_said(level),
                heat=_heat(units, self._measure),
                plain=units,
            )

        return cell

    def _sum(self, measure: StockMeasure) -> Callable[[BoardRow, Frame], Cell]:
        return lambda row, frame: count_cell(
            sum(amount(level, measure) for level in row.levels.values())
        )


def _heat(units: int, measure: StockMeasure) -> int | None:
    """Return how strongly a number is drawn; nothing at all stands out where that is a want."""
    if not units and measure not in _WANTED:
        return None
    return sum(units >= least for least in HEATS)


def _said(level: Level) -> str:
    told = [
        f"{title} {grouped(amount(level, measure))}"
        for measure, title in MEASURES.items()
        if measure is StockMeasure.ON_HAND or amount(level, measure)
    ]
    if level.safety < level.safety_target:
        told.append(_("Below safety stock"))
    return " · ".join(told)

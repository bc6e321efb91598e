"""Why there is as much of an item at a place as there is: its movements with the balance."""

from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.stock import amount
from quanqu.doors.console.pages.stock_words import KINDS, MEASURES, STATES
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variant_refs
from quanqu.sell.inventory.contracts import (
    LedgerRow,
    LedgerSum,
    Level,
    StockItemError,
    StockMeasure,
    StockPlaceError,
    StockState,
)
from quanqu.sell.inventory.facade import explain_level, find_level, list_ledger

__all__ = ["StockLedgerPage"]

_ALWAYS: Final = frozenset(
    {
        StockMeasure.AVAILABLE,
        StockMeasure.ON_HAND,
        StockMeasure.HELD,
        StockMeasure.ALLOCATED,
        StockMeasure.SAFETY,
    }
)


def _when(row: LedgerRow, frame: Frame) -> Cell:
    return moment_cell(row.at, now=frame.now, zone=frame.zone, language=frame.language)


def _kind(row: LedgerRow, frame: Frame) -> Cell:
    title, tone = KINDS[row.kind]
    return chip(str(title), tone)


def _change(row: LedgerRow, frame: Frame) -> Cell:
    sign = "+" if row.quantity > 0 else ""
    return Cell(f"{sign}{grouped(row.quantity)}", plain=row.quantity)


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in STATES.items()]


class StockLedgerPage(ListView):
    """The movements of an item at a place, newest first, each with the balance after it."""

    page_code = "stock"
    views_code = "stock_ledger"
    permission = "stock.view"
    is_detail = True
    place: PlaceInfo
    label: VariantLabel
    empty = Empty(
        "layers",
        gettext_lazy("Nothing has moved here"),
        gettext_lazy("The item has never been at this place, or no movement fits the filter."),
    )
    filters = (Filter("state", gettext_lazy("State"), options=_states, is_single=True),)
    columns = (
        Column("kind", gettext_lazy("Movement"), _kind, is_title=True),
        Column(
            "state", gettext_lazy("State"), lambda row, frame: text_cell(str(STATES[row.state]))
        ),
        Column("change", gettext_lazy("Change"), _change, is_number=True),
        Column(
            "balance",
            gettext_lazy("Balance"),
            lambda row, frame: count_cell(row.balance),
            is_number=True,
        ),
        Column("at", gettext_lazy("When"), _when),
        Column(
            "reason", gettext_lazy("Reason"), lambda row, frame: text_cell(row.reason), is_wide=True
        ),
        Column("ref", gettext_lazy("Reference"), lambda row, frame: text_cell(row.ref)),
        Column("source", gettext_lazy("Told by"), lambda row, frame: text_cell(row.source)),
        Column(
            "actor",
            gettext_lazy("Posted by"),
            lambda row, frame: text_cell(row.actor),
            by_default=False,
        ),
    )

    def get(self, request: HttpRequest, place_id: str, item: str) -> HttpResponseBase:  # type: ignore[override]  # the address names place and item
        """Show the ledger, or send it as a file."""
        self._find(place_id, item)
        self.title = self.label.name or self.label.sku
        self.lede = f"{self.label.sku} · {self.place.name}"
        return super().get(request)

    def post(self, request: HttpRequest, place_id: str, item: str) -> HttpResponseBase:  # type: ignore[override]  # the address names place and item
        """Do nothing: the ledger is only ever added to."""
        self._find(place_id, item)
        return HttpResponseNotAllowed(["GET"])

    @property
    def export_subject(self) -> str:
        """Name the item in the audit trail."""
        return self.label.variant_id

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of movements."""
        state = asked.one("state")
        return list_ledger(
            actor=self.frame.actor,
            place_key=self.place.key,
            variant_key=self._key,
            state=StockState(state) if state in set(StockState) else None,
            cursor=cursor,
            limit=limit,
        )

    def count(self, asked: Asked) -> Total:
        """Return how many movements match."""
        state = asked.one("state")
        wanted = {state} if state in set(StockState) else set(StockState)
        return Total(sum(one.count for one in self._sums if one.state in wanted))

    def identify(self, row: LedgerRow) -> str:
        """Return the number of a movement."""
        return str(row.key)

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the level and what each kind of movement made of it."""
        actor = self.frame.actor
        level = find_level(actor=actor, place_key=self.place.key, variant_key=self._key)
        may_open = self.frame.person.can("catalog.view")
        return {
            "crumbs_template": "console/stock/crumbs.html",
            "above_template": "console/stock/level.html",
            "place": self.place,
            "level": level,
            "facts": _facts(level) if level else [],
            "sums": [
                (STATES[one.state], KINDS[one.kind][0], one.count, one.quantity)
                for one in self._sums
            ],
            "product_href": reverse("console:product", args=[self.label.product_id])
            if may_open
            else "",
        }

    def _find(self, place_id: str, item: str) -> None:
        """Read what the address names. Raises: StockPlaceError, StockItemError."""
        seen = {place.id: place for place in self.frame.visible_places}
        scope = self.frame.actor.scope(self.permission)
        place = seen.get(place_id)
        if place is None or not (scope.everything or place.key in scope.places):
            raise StockPlaceError(ref=place_id)
        ref = variant_refs(variant_ids=[item]).get(item)
        if ref is None or ref.company_key != place.company_key:
            raise StockItemError(ref=item, place=place_id)
        self.place, self._key = place, ref.key
        self.label = variant_labels(variant_keys=[ref.key])[ref.key]

    @cached_property
    def _sums(self) -> tuple[LedgerSum, ...]:
        return explain_level(
            actor=self.frame.actor, place_key=self.place.key, variant_key=self._key
        )


def _facts(level: Level) -> list[tuple[Any, int]]:
    """Return the measures that a level is made of, and the others it has any of."""
    return [
        (title, amount(level, measure))
        for measure, title in MEASURES.items()
        if measure in _ALWAYS or amount(level, measure)
    ]

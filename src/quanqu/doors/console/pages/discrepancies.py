"""Transfers that arrived short or over: what differs, and what waits for a decision."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.inventory.contracts import Discrepancy, DiscrepancyFilters
from quanqu.sell.inventory.facade import count_discrepancies, list_discrepancies

__all__ = ["DiscrepanciesPage", "open_chip"]

_YES: Final = "yes"
_NO: Final = "no"


def open_chip(row: Discrepancy) -> Cell:
    """Say what is still to be done."""
    if row.short_open or row.over_open:
        return chip(_("To be decided"), "warn", "circle-alert")
    if row.claims:
        return chip(_("Claim open"), "warn", "hourglass")
    return chip(_("Decided"), "good", "check")


def _way(row: Discrepancy, frame: Frame) -> Cell:
    origin = frame.places[row.transfer.from_place_key]
    target = frame.places[row.transfer.to_place_key]
    return text_cell(f"{origin.name} → {target.name}", sub=row.transfer.note)


def _sent(row: Discrepancy, frame: Frame) -> Cell:
    return moment_cell(
        row.transfer.sent_at, now=frame.now, zone=frame.zone, language=frame.language
    )


class DiscrepanciesPage(ListView):
    """The transfers in scope that arrived short or over, the newest first."""

    page_code = "transfers"
    views_code = "discrepancies"
    permission = "stock.view"
    title = gettext_lazy("Short and over")
    lede = gettext_lazy(
        "Transfers that arrived otherwise than they were sent, until it is decided."
    )
    search_label = gettext_lazy("Note, product, SKU or ID of a transfer")
    head_template = "console/stock/discrepancies_head.html"
    empty = Empty(
        "circle-check",
        gettext_lazy("Everything arrived as it was sent"),
        gettext_lazy(
            "When a place books less than was sent to it, or more, the transfer is listed here "
            "until somebody decides: written off, found, or claimed from the carrier."
        ),
        gettext_lazy("Transfers"),
        "console:transfers",
        "stock.view",
    )
    filters = (
        Filter("from", gettext_lazy("Sent"), kind="days"),
        Filter(
            "open",
            gettext_lazy("Stands"),
            options=lambda frame: [Option(_YES, _("Open")), Option(_NO, _("Decided"))],
            is_single=True,
        ),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )
    columns = (
        Column("way", gettext_lazy("Way"), _way, is_title=True),
        Column("stands", gettext_lazy("Stands"), lambda row, frame: open_chip(row)),
        Column(
            "short",
            gettext_lazy("Short, undecided"),
            lambda row, frame: count_cell(row.short_open),
            is_number=True,
        ),
        Column(
            "over",
            gettext_lazy("Over, undecided"),
            lambda row, frame: count_cell(row.over_open),
            is_number=True,
        ),
        Column(
            "decided",
            gettext_lazy("Decided"),
            lambda row, frame: count_cell(row.decided),
            is_number=True,
        ),
        Column(
            "claims",
            gettext_lazy("Open claims"),
            lambda row, frame: count_cell(len(row.claims)),
            is_number=True,
        ),
        Column("sent", gettext_lazy("Sent"), _sent),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of them."""
        return list_discrepancies(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(count_discrepancies(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Discrepancy) -> str:
        """Return the transfer's outside id."""
        return encode("trf", row.transfer.id)

    def href(self, row: Discrepancy) -> str:
        """Return the address where it is decided."""
        return reverse("console:discrepancy", args=[self.identify(row)])

    def _filters(self, asked: Asked) -> DiscrepancyFilters:
        place, zone = asked.one("place"), ZoneInfo(self.frame.zone)
        seen = {one.id: one.key for one in self.frame.visible_places}
        since = until = None
        if asked.first is not None:
            since = datetime.combine(asked.first, time(), zone)
        if asked.last is not None:
            until = datetime.combine(asked.last + timedelta(days=1), time(), zone)
        return DiscrepancyFilters(
            place_key=seen.get(place, -1) if place else None,
            is_open={_YES: True, _NO: False}.get(asked.one("open") or ""),
            since=since,
            until=until,
            text=asked.text,
        )

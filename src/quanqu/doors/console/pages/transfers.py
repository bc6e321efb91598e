"""Transfers: what is on its way between places, and what waits to be sent or received."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.pages.stock_words import TRANSFER_STATES
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.inventory.contracts import TransferFilters, TransferState, TransferView
from quanqu.sell.inventory.facade import count_transfers, list_transfers

__all__ = ["TransfersPage", "state_chip"]


def state_chip(row: TransferView) -> Cell:
    """Return the state of a transfer as a chip."""
    title, tone, icon = TRANSFER_STATES[row.state]
    return chip(str(title), tone, icon)


def _way(row: TransferView, frame: Frame) -> Cell:
    origin, target = frame.places[row.from_place_key], frame.places[row.to_place_key]
    return text_cell(f"{origin.name} → {target.name}", sub=row.note)


def _created(row: TransferView, frame: Frame) -> Cell:
    return moment_cell(row.created_at, now=frame.now, zone=frame.zone, language=frame.language)


def _sent(row: TransferView, frame: Frame) -> Cell:
    return moment_cell(row.sent_at, now=frame.now, zone=frame.zone, language=frame.language)


def _missing(row: TransferView, frame: Frame) -> Cell:
    units = sum(line.lost + line.damaged for line in row.lines)
    return count_cell(units) if units else text_cell("")


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in TRANSFER_STATES.items()]


class TransfersPage(ListView):
    """The transfers from or to places in scope, the newest first."""

    page_code = "transfers"
    permission = "stock.view"
    title = gettext_lazy("Transfers")
    lede = gettext_lazy("Goods on their way between places of a company.")
    head_template = "console/stock/transfer_new_button.html"
    empty = Empty(
        "arrow-right",
        gettext_lazy("No transfers yet"),
        gettext_lazy(
            "A transfer moves goods from one place to another: write it down, send it, and book "
            "what arrives. Try one from a warehouse to a store."
        ),
        gettext_lazy("New transfer"),
        "console:transfer_new",
        "stock.manage",
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )
    columns = (
        Column("way", gettext_lazy("Way"), _way, is_title=True),
        Column("state", gettext_lazy("State"), lambda row, frame: state_chip(row)),
        Column(
            "lines",
            gettext_lazy("Lines"),
            lambda row, frame: count_cell(len(row.lines)),
            is_number=True,
        ),
        Column(
            "units",
            gettext_lazy("Units"),
            lambda row, frame: count_cell(sum(line.quantity for line in row.lines)),
            is_number=True,
        ),
        Column(
            "arrived",
            gettext_lazy("Arrived"),
            lambda row, frame: count_cell(sum(line.received for line in row.lines)),
            is_number=True,
        ),
        Column("missing", gettext_lazy("Lost or broken"), _missing, is_number=True),
        Column("created", gettext_lazy("Made"), _created),
        Column("sent", gettext_lazy("Sent"), _sent),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of transfers."""
        return list_transfers(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many transfers match."""
        return Total(count_transfers(actor=self.frame.actor, filters=self._filters(asked)))

    def _filters(self, asked: Asked) -> TransferFilters:
        known = set(TransferState)
        place = asked.one("place")
        seen = {one.id: one.key for one in self.frame.visible_places}
        return TransferFilters(
            place_key=seen.get(place, -1) if place else None,
            states=frozenset(TransferState(one) for one in asked.many("state") if one in known),
        )

    def identify(self, row: TransferView) -> str:
        """Return the transfer's outside id."""
        return encode("trf", row.id)

    def href(self, row: TransferView) -> str:
        """Return the address of a transfer."""
        return reverse("console:transfer", args=[self.identify(row)])

"""Pick lists: who picks what, and what is still free."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.pages.fulfilment_words import (
    LIST_STATES,
    list_state_chip,
    options_of,
)
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.fulfilment.contracts import ListFilters, ListState, PickListView, PickState
from quanqu.sell.fulfilment.facade import list_pick_lists

__all__ = ["PickListsPage"]


def _title(row: PickListView, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(f"#{row.key}", sub=" · ".join(
        part for part in (place.name if place else "", row.zone) if part
    ))  # fmt: skip


def _left(row: PickListView, frame: Frame) -> Cell:
    return count_cell(sum(line.state is PickState.OPEN for line in row.lines))


def _made(row: PickListView, frame: Frame) -> Cell:
    return moment_cell(row.made_at, now=frame.now, zone=frame.zone, language=frame.language)


class PickListsPage(ListView):
    """The pick lists of the places in scope, the newest first."""

    page_code = "fulfilment"
    views_code = "pick_lists"
    permission = "fulfilment.view"
    title = gettext_lazy("Pick lists")
    lede = gettext_lazy("Each list has one picker, and leads from bin to bin.")
    empty = Empty(
        "list-checks",
        gettext_lazy("No pick lists"),
        gettext_lazy(
            "A list gathers the orders whose promise is due first, line by line in the order in "
            "which one walks. Make one from the board of a store or warehouse."
        ),
        gettext_lazy("Open the board"),
        "console:fulfilment",
        "fulfilment.view",
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=lambda frame: options_of(LIST_STATES)),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )
    columns = (
        Column("list", gettext_lazy("List"), _title, is_title=True),
        Column("state", gettext_lazy("State"), lambda row, frame: list_state_chip(row.state)),
        Column("picker", gettext_lazy("Picker"), lambda row, frame: text_cell(row.picker_name)),
        Column(
            "lines",
            gettext_lazy("Lines"),
            lambda row, frame: count_cell(len(row.lines)),
            is_number=True,
        ),
        Column("left", gettext_lazy("Still to pick"), _left, is_number=True),
        Column("made", gettext_lazy("Made"), _made),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of pick lists."""
        known = set(ListState)
        filters = ListFilters(
            asked.one("place"),
            tuple(ListState(one) for one in asked.many("state") if one in known),
        )
        return list_pick_lists(actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit)

    def head(self, asked: Asked) -> dict[str, Any]:
        """Stand among the pages of fulfilment."""
        return {"above_template": "console/fulfilment/tabs.html", "tab": "lists"}

    def identify(self, row: PickListView) -> str:
        """Return the list's outside id."""
        return encode("pkl", row.id)

    def href(self, row: PickListView) -> str:
        """Return the address of a list."""
        return reverse("console:pick_list", args=[self.identify(row)])

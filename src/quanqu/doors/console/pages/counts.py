"""Counts: what is being counted at which place, and what waits for approval."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.pages.stock_words import COUNT_STATES
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.inventory.contracts import CountFilters, CountState, CountView
from quanqu.sell.inventory.facade import count_counts, list_counts

__all__ = ["CountsPage", "count_title", "state_chip"]


def state_chip(row: CountView) -> Cell:
    """Return the state of a count as a chip."""
    title, tone, icon = COUNT_STATES[row.state]
    return chip(str(title), tone, icon)


def count_title(row: CountView) -> str:
    """Say what is counted."""
    if row.is_of_items:
        return _("Chosen products")
    return row.category or _("All that is there")


def _of(row: CountView, frame: Frame) -> Cell:
    place = frame.places[row.place_key].name
    return text_cell(f"{place} · {count_title(row)}", sub=row.note)


def _made(row: CountView, frame: Frame) -> Cell:
    return moment_cell(row.created_at, now=frame.now, zone=frame.zone, language=frame.language)


def _ended(row: CountView, frame: Frame) -> Cell:
    return moment_cell(row.settled_at, now=frame.now, zone=frame.zone, language=frame.language)


def _states(frame: Frame) -> list[Option]:
    return [Option(code.value, str(words[0])) for code, words in COUNT_STATES.items()]


class CountsPage(ListView):
    """The counts at places in scope, the newest first."""

    page_code = "counts"
    permission = "stock.view"
    title = gettext_lazy("Counts")
    lede = gettext_lazy("What is really there, counted blind, and the books corrected by it.")
    head_template = "console/stock/count_new_button.html"
    empty = Empty(
        "list-checks",
        gettext_lazy("No counts yet"),
        gettext_lazy(
            "A count compares what is on the shelf with the books. Whoever counts does not see the "
            "books; what differs is counted again, and posted once somebody approves it."
        ),
        gettext_lazy("New count"),
        "console:count_new",
        "stock.count",
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=_states),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )
    columns = (
        Column("of", gettext_lazy("What is counted"), _of, is_title=True),
        Column("state", gettext_lazy("State"), lambda row, frame: state_chip(row)),
        Column(
            "lines",
            gettext_lazy("Products"),
            lambda row, frame: count_cell(row.line_count),
            is_number=True,
        ),
        Column(
            "counted",
            gettext_lazy("Counted"),
            lambda row, frame: count_cell(row.counted_count),
            is_number=True,
        ),
        Column("made", gettext_lazy("Made"), _made),
        Column("ended", gettext_lazy("Ended"), _ended),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of counts."""
        return list_counts(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many counts match."""
        return Total(count_counts(actor=self.frame.actor, filters=self._filters(asked)))

    def _filters(self, asked: Asked) -> CountFilters:
        known, place = set(CountState), asked.one("place")
        seen = {one.id: one.key for one in self.frame.visible_places}
        return CountFilters(
            place_key=seen.get(place, -1) if place else None,
            states=frozenset(CountState(one) for one in asked.many("state") if one in known),
        )

    def identify(self, row: CountView) -> str:
        """Return the count's outside id."""
        return encode("cnt", row.id)

    def href(self, row: CountView) -> str:
        """Return the address of a count."""
        return reverse("console:count", args=[self.identify(row)])

"""Departures from the tracking plan, counted by day, each with the way to mend it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, count_cell, day_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.pages.failure_words import VIOLATIONS
from quanqu.doors.console.pages.timeline import source_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.know.timeline.contracts import ViolationFilters, ViolationKind, ViolationRow
from quanqu.know.timeline.facade import list_violations

__all__ = ["ViolationsPage"]


def _mend(row: ViolationRow, frame: Frame) -> Cell:
    is_new = row.kind is ViolationKind.UNPLANNED_EVENT
    address = frame.link(reverse("console:planned_event"), name=row.event)
    return text_cell(_("Plan the event") if is_new else _("Change the plan"), href=address)


class ViolationsPage(ListView):
    """How often events departed from the plan, by day."""

    page_code = "timeline"
    views_code = "violations"
    permission = "timeline.view"
    title = gettext_lazy("Timeline")
    lede = gettext_lazy("Where events depart from the tracking plan, counted by day.")
    empty = Empty(
        "list-checks",
        gettext_lazy("No violations"),
        gettext_lazy("Every event so far is as the tracking plan says."),
    )
    columns = (
        Column(
            "event", gettext_lazy("Event"), lambda row, frame: text_cell(row.event), is_title=True
        ),
        Column(
            "kind",
            gettext_lazy("Violation"),
            lambda row, frame: text_cell(str(VIOLATIONS[row.kind])),
        ),
        Column("property", gettext_lazy("Property"), lambda row, frame: text_cell(row.property)),
        Column("source", gettext_lazy("Source"), lambda row, frame: text_cell(row.source)),
        Column("day", gettext_lazy("Day"), lambda row, frame: day_cell(row.day, frame.language)),
        Column(
            "count",
            gettext_lazy("Events"),
            lambda row, frame: count_cell(row.count),
            is_number=True,
        ),
        Column("mend", gettext_lazy("Mend"), _mend),
    )
    filters = (
        Filter("source", gettext_lazy("Source"), options=source_options),
        Filter("event", gettext_lazy("Event"), kind="text"),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of violations."""
        filters = ViolationFilters(sources=asked.many("source"), events=asked.many("event"))
        return list_violations(actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit)

    def identify(self, row: ViolationRow) -> str:
        """Name a row for an export."""
        return f"{row.day}/{row.source}/{row.event}/{row.property}/{row.kind}"

    def href(self, row: ViolationRow) -> str:
        """Lead to a sample of it."""
        return reverse("console:event", args=[row.samples[0]]) if row.samples else ""

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the parts of the timeline."""
        return {"above_template": "console/timeline/tabs.html", "tab": "violations"}

"""Events that were refused or blocked: the list, and handing them in again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import (
    Cell,
    chip,
    moment_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import BulkAction, Empty, ListView, Total
from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.failure_words import REASONS
from quanqu.doors.console.pages.timeline import source_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.know.timeline.contracts import (
    FailedEventRow,
    FailedFilters,
    FailureCode,
)
from quanqu.know.timeline.facade import (
    count_failed_events,
    list_failed_events,
    replay_failed_events,
)

__all__ = ["FailedEventsPage", "FailedReplay"]


def _reason(row: FailedEventRow, frame: Frame) -> Cell:
    return text_cell(str(REASONS.get(row.code, row.code)), sub=row.reason)


def _state(row: FailedEventRow, frame: Frame) -> Cell:
    if row.is_replaying:
        return chip(_("Handed in again"), "info", "refresh-cw")
    return chip(_("Failed"), "bad", "circle-x")


def _received(row: FailedEventRow, frame: Frame) -> Cell:
    return moment_cell(row.received_at, now=frame.now, zone=frame.zone, language=frame.language)


def _codes(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in REASONS.items()]


class FailedEventsPage(ListView):
    """Nothing that was sent is lost: what could not be taken waits here with its reason."""

    page_code = "timeline"
    views_code = "failed_events"
    permission = "timeline.view"
    title = gettext_lazy("Timeline")
    lede = gettext_lazy("Events that could not be taken. Mend the plan or the sender, then retry.")
    bulk_permission = "timeline.manage"
    bulk = (BulkAction("replay", gettext_lazy("Hand in again"), "refresh-cw"),)
    empty = Empty(
        "circle-check",
        gettext_lazy("No failed events"),
        gettext_lazy("Every event that was sent has been taken."),
    )
    columns = (
        Column(
            "event",
            gettext_lazy("Event"),
            lambda row, frame: text_cell(row.event or row.message_id or row.id),
            is_title=True,
        ),
        Column("reason", gettext_lazy("Reason"), _reason, is_wide=True),
        Column("source", gettext_lazy("Source"), lambda row, frame: text_cell(row.source)),
        Column("received", gettext_lazy("Received"), _received),
        Column("state", gettext_lazy("State"), _state),
        Column(
            "message",
            gettext_lazy("Message id"),
            lambda row, frame: text_cell(row.message_id),
            by_default=False,
        ),
    )
    filters = (
        Filter("source", gettext_lazy("Source"), options=source_options),
        Filter("code", gettext_lazy("Reason"), options=_codes),
        Filter("event", gettext_lazy("Event"), kind="text"),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of failed events."""
        filters = _failed_filters(asked)
        return list_failed_events(
            actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit
        )

    def href(self, row: FailedEventRow) -> str:
        """Return the address of a failed event."""
        return reverse("console:failed_event", args=[row.id])

    def count(self, asked: Asked) -> Total:
        """Return how many failed."""
        filters = _failed_filters(asked)
        return Total(count_failed_events(actor=self.frame.actor, filters=filters))

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the parts of the timeline."""
        return {
            "above_template": "console/timeline/tabs.html",
            "tab": "failed",
            "bulk_href": reverse("console:failed_replay"),
        }


class FailedReplay(ConsoleView):
    """Hand failed events in again."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Replay those that are ticked."""
        count = replay_failed_events(
            actor=self.frame.actor,
            filters=FailedFilters(ids=tuple(request.POST.getlist("id"))),
            now=self.frame.now,
        )
        said = ngettext(
            "%(n)s event was handed in again.", "%(n)s events were handed in again.", count
        )
        messages.success(request, said % {"n": count})
        return redirect(next_address(request, "console:failed_events"))


def _failed_filters(asked: Asked) -> FailedFilters:
    return FailedFilters(
        sources=asked.many("source"),
        events=asked.many("event"),
        codes=tuple(FailureCode(code) for code in asked.many("code") if code in set(FailureCode)),
    )

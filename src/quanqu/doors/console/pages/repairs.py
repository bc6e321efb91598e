"""Mend many failed events by one rule: compose, see what it would do, hand them in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.failure_words import REASONS
from quanqu.doors.console.pages.timeline import source_options
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import (
    FailedFilters,
    FailureCode,
    RepairKind,
    RepairPreview,
    RepairStep,
)
from quanqu.know.timeline.facade import preview_repair, repair_failed_events

__all__ = ["RepairsPage"]

_STEPS: Final = 5
_KINDS: Final[dict[RepairKind, Promise]] = {
    RepairKind.RENAME_EVENT: gettext_lazy("Rename the event"),
    RepairKind.RENAME: gettext_lazy("Rename a property"),
    RepairKind.CAST: gettext_lazy("Change a property's type"),
    RepairKind.DROP: gettext_lazy("Drop a property"),
    RepairKind.RECEIVED_TIME: gettext_lazy("Count it at the time of receipt"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One step as its fields hold it."""

    at: int
    kind: str
    name: str
    to: str


class RepairsPage(ConsoleView):
    """The rule, what it would do to the events that are chosen, and the button that does it."""

    page_code = "timeline"
    permission = "timeline.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the rule of the address, and what it would do where it has steps."""
        rows = list(_rows(request.GET))
        if not any(row.kind for row in rows):
            return self._draw(request.GET, rows)
        try:
            told = preview_repair(
                actor=self.frame.actor, filters=_filters(request.GET), steps=_steps(rows)
            )
        except QuanquError as error:
            return self._draw(request.GET, rows, fault=said(error), status=422)
        return self._draw(request.GET, rows, told=told)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Hand in what the rule mends."""
        rows = list(_rows(request.POST))
        try:
            count = repair_failed_events(
                actor=self.frame.actor,
                filters=_filters(request.POST),
                steps=_steps(rows),
                now=self.frame.now,
            )
        except QuanquError as error:
            return self._draw(request.POST, rows, fault=said(error), status=422)
        words = ngettext(
            "%(n)s event was mended and handed in.",
            "%(n)s events were mended and handed in.",
            count,
        )
        messages.success(request, words % {"n": count})
        return redirect("console:failed_events")

    def _draw(
        self,
        told_fields: QueryDict,
        rows: list[Row],
        *,
        told: RepairPreview | None = None,
        fault: str = "",
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "tab": "failed",
            "sources": source_options(self.frame),
            "codes": [(code.value, title) for code, title in REASONS.items()],
            "kinds": [(kind.value, title) for kind, title in _KINDS.items()],
            "asked": {name: told_fields.get(name, "") for name in ("source", "code", "event")},
            "rows": rows,
            "told": told,
            "fault": fault,
        }
        return self.page("console/timeline/repairs.html", context, status=status)


def _rows(told: QueryDict) -> Iterator[Row]:
    for at in range(_STEPS):
        name, to = told.get(f"name_{at}", "").strip(), told.get(f"to_{at}", "").strip()
        yield Row(at, told.get(f"kind_{at}", ""), name, to)


def _steps(rows: list[Row]) -> list[RepairStep]:
    known = set(RepairKind)
    return [RepairStep(RepairKind(row.kind), row.name, row.to) for row in rows if row.kind in known]


def _filters(told: QueryDict) -> FailedFilters:
    code = told.get("code", "")
    return FailedFilters(
        sources=tuple(filter(None, (told.get("source", ""),))),
        events=tuple(filter(None, (told.get("event", "").strip(),))),
        codes=(FailureCode(code),) if code in set(FailureCode) else (),
    )

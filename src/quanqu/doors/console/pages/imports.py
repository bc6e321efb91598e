"""Imports: the history, one run with progress and rejects, and what runs just now."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.connectors.contracts import ImportRow, RunState
from quanqu.doors.connectors.facade import (
    cancel_import,
    get_import,
    list_channels,
    list_imports,
    list_rejects,
    read_as,
    reason_texts,
    rejects_file,
)
from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.import_preview import rejects_of, title_of
from quanqu.doors.console.pages.import_words import ENTITIES, OUTCOMES, RUN_STATES, SUMS
from quanqu.doors.console.rules.numbers import grouped, money_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.paging import Page

__all__ = [
    "ImportCancellation",
    "ImportPage",
    "ImportProgress",
    "ImportRejects",
    "ImportsPage",
    "Jobs",
]

_ACTIVE = frozenset({RunState.WAITING, RunState.RUNNING})
_REJECTS_SHOWN = 20


def state_cell(row: ImportRow) -> Cell:
    """Name the state of a run."""
    title, tone, icon = RUN_STATES[row.state]
    return chip(str(title), tone, icon)


def _file(row: ImportRow, frame: Frame) -> Cell:
    sub = _("dry run, nothing recorded") if row.is_dry_run else ""
    return Cell(row.file_name, sub=sub)


def _started(row: ImportRow, frame: Frame) -> Cell:
    return moment_cell(row.created_at, now=frame.now, zone=frame.zone, language=frame.language)


def _rejected(row: ImportRow, frame: Frame) -> Cell:
    return count_cell(row.counts.rows_rejected)


class ImportsPage(ListView):
    """Every import of the scope, newest first."""

    page_code = "imports"
    permission = "imports.view"
    title = gettext_lazy("Imports")
    lede = gettext_lazy("Files of any channel. A file can be imported again: nothing is doubled.")
    head_template = "console/imports/new.html"
    empty = Empty(
        "upload",
        gettext_lazy("No import yet"),
        gettext_lazy(
            "Bring a file of orders, customers or products: CSV, Excel, Parquet or JSON. You see "
            "what each column becomes and try it dry before anything is recorded."
        ),
        gettext_lazy("Import a file"),
        "console:import_new",
        "imports.run",
    )
    columns = (
        Column("file", gettext_lazy("File"), _file, is_title=True),
        Column("state", gettext_lazy("State"), lambda row, frame: state_cell(row)),
        Column("channel", gettext_lazy("Format"), lambda row, frame: text_cell(row.channel)),
        Column("company", gettext_lazy("Company"), lambda row, frame: text_cell(row.company_code)),
        Column(
            "place",
            gettext_lazy("Place"),
            lambda row, frame: text_cell(row.place_code),
            by_default=False,
        ),
        Column(
            "read",
            gettext_lazy("Rows read"),
            lambda row, frame: count_cell(row.counts.rows_read),
            is_number=True,
        ),
        Column(
            "accepted",
            gettext_lazy("Accepted"),
            lambda row, frame: count_cell(row.counts.rows_accepted),
            is_number=True,
        ),
        Column("rejected", gettext_lazy("Rejected"), _rejected, is_number=True),
        Column("started", gettext_lazy("Started"), _started),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of imports."""
        return list_imports(actor=self.frame.actor, cursor=cursor, limit=limit)

    def href(self, row: Any) -> str:
        """Return the address of a run."""
        return reverse("console:import", args=[row.id])


class ImportPage(ConsoleView):
    """One run: progress, what became of each row, rejects with reasons."""

    page_code = "imports"
    permission = "imports.view"
    is_detail = True

    def get(self, request: HttpRequest, import_id: str) -> HttpResponse:
        """Show the run."""
        row = get_import(actor=self.frame.actor, import_id=import_id)
        rejects = list_rejects(actor=self.frame.actor, import_id=import_id, limit=_REJECTS_SHOWN)
        channels = {one.code: one.name for one in list_channels()}
        context = {
            "row": row,
            "channel_name": channels.get(row.channel, row.channel),
            "rejects": rejects_of(rejects.items if row.has_rejects else ()),
            "reasons": self._reasons(row),
            "may_run": self.frame.person.can("imports.run"),
            "taken": self._taken(import_id),
            "dry_token": request.session.get(f"dry-run:{row.id}", ""),
        }
        context = {**progress_of(row, self.frame.now), **context}
        return self.page("console/imports/detail.html", context)

    def _reasons(self, row: ImportRow) -> list[tuple[str, str, int]]:
        """Return the reasons of rejection in words, the most frequent first."""
        words = reason_texts(actor=self.frame.actor, import_id=row.id)
        ranked = sorted(row.counts.reasons.items(), key=lambda pair: -pair[1])
        return [(reason, words.get(reason, reason), count) for reason, count in ranked]

    def _taken(self, import_id: str) -> list[tuple[str, list[str]]]:
        """Return the columns of the input with what each became, in words."""
        return [
            (one.column, [_target(entity, field) for entity, field in one.targets])
            for one in read_as(actor=self.frame.actor, import_id=import_id).taken
            if not one.column.startswith("__")
        ]  # fmt: skip


class ImportProgress(ConsoleView):
    """The moving part of a run's page; it asks again while the run goes on."""

    page_code = "imports"
    permission = "imports.view"

    def get(self, request: HttpRequest, import_id: str) -> HttpResponse:
        """Return the progress as a fragment; when it is over, the page loads anew."""
        row = get_import(actor=self.frame.actor, import_id=import_id)
        answer = self.page(
            "console/imports/progress.html", {"row": row, **progress_of(row, self.frame.now)}
        )
        if row.state not in _ACTIVE:
            answer["HX-Refresh"] = "true"
        return answer


class ImportRejects(ConsoleView):
    """The rejected rows as a file."""

    page_code = "imports"
    permission = "imports.view"

    def get(self, request: HttpRequest, import_id: str) -> FileResponse:
        """Send the file with row, reason and original values."""
        form = "ndjson" if request.GET.get("format") == "ndjson" else "csv"
        path = rejects_file(actor=self.frame.actor, import_id=import_id, form=form)
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=f"rejects-{import_id}.{form}"
        )


class ImportCancellation(ConsoleView):
    """Stop a run after the step it is at."""

    page_code = "imports"
    permission = "imports.run"

    def post(self, request: HttpRequest, import_id: str) -> HttpResponse:
        """Cancel; what is recorded stays."""
        try:
            cancel_import(actor=self.frame.actor, import_id=import_id, now=self.frame.now)
            messages.success(request, _("The import stops after this step. Recorded rows stay."))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:import", args=[import_id])))


class Jobs(ConsoleView):
    """What runs just now, for the top bar."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return a mark with the running imports; nothing when nothing runs."""
        running = []
        if self.frame.person.can("imports.view"):
            found = list_imports(actor=self.frame.person, limit=10)
            running = [
                (row, progress_of(row, self.frame.now)["progress"])
                for row in found.items
                if row.state in _ACTIVE
            ]
        return self.page("console/shell/jobs.html", {"running": running})


def _target(entity: str, field: str) -> str:
    return _("%(kind)s: %(field)s") % {
        "kind": ENTITIES.get(entity, entity),
        "field": title_of(field, entity),
    }


def progress_of(row: ImportRow, now: datetime) -> dict[str, Any]:
    """Put a run's counts into words: rows, rate, time left, and rows by what became of them."""
    counts = row.counts
    end = row.finished_at or now
    seconds = max((end - row.started_at).total_seconds(), 0.001) if row.started_at else 0
    rate = counts.rows_read / seconds if seconds else 0
    left = (row.rows_total - counts.rows_read) / rate if rate and row.rows_total else 0
    figures = []
    if row.state in _ACTIVE and rate:
        figures.append(_("%(n)s rows a second") % {"n": grouped(round(rate))})
        if left > 0:
            figures.append(_("about %(n)s s left") % {"n": grouped(max(round(left), 1))})
    total = row.rows_total or counts.rows_read
    label = _("%(done)s of %(all)s rows") % {
        "done": grouped(counts.rows_read),
        "all": grouped(total) if row.rows_total else "?",
    }
    return {
        "state": state_cell(row),
        "is_active": row.state in _ACTIVE,
        "progress": {
            "done": counts.rows_read,
            "total": total,
            "label": label,
            "figures": figures,
        },
        "entities": [
            (
                ENTITIES.get(entity, entity),
                [(OUTCOMES.get(name, name), count) for name, count in outcomes.items() if count],
            )
            for entity, outcomes in counts.entities.items()
            if entity not in SUMS
        ],
        "sums": [
            (title, [money_text(minor, currency) for currency, minor in told.items()])
            for name, title in SUMS.items()
            if (told := counts.entities.get(name))
        ],
        "seconds": round(seconds, 1) if row.finished_at else None,
    }

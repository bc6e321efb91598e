"""Privacy requests: the list with its clocks, one request, and what is done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.privacy_words import ACTS, BASES, CLASSES, KINDS, STATES, STORES
from quanqu.doors.console.pages.privacy_words import TREATMENTS as TREATED
from quanqu.doors.console.shell.frame import Frame
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.paging import Page
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import (
    RequestFilters,
    RequestKind,
    RequestRow,
    RequestState,
    StepRow,
)

__all__ = ["PrivacyAct", "PrivacyPackage", "PrivacyPage", "PrivacyReport", "PrivacyRequestPage"]

_RUNNING: Final = frozenset(
    {
        RequestState.RECEIVED,
        RequestState.VERIFIED,
        RequestState.APPROVED,
        RequestState.RUNNING,
    }
)
_SOON_DAYS: Final = 7


def state_cell(row: RequestRow) -> Cell:
    """Name the state of a request."""
    title, tone, icon = STATES[row.state]
    return chip(str(title), tone, icon)


def clock_cell(row: RequestRow, now: datetime) -> Cell:
    """Say how many days are left, or since when it is over; a dash once it is closed."""
    if row.state not in _RUNNING:
        return text_cell("")
    days = (row.due_at - now).days
    if row.is_overdue:
        return chip(_("overdue"), "bad", "circle-alert")
    left = ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    return chip(left, "warn" if days < _SOON_DAYS else "", "clock")


def _received(row: RequestRow, frame: Frame) -> Cell:
    return moment_cell(row.received_at, now=frame.now, zone=frame.zone, language=frame.language)


def _kind_options(frame: Frame) -> list[Option]:
    return [Option(kind.value, str(title)) for kind, title in KINDS.items()]


def _state_options(frame: Frame) -> list[Option]:
    return [Option(state.value, str(words[0])) for state, words in STATES.items()]


class PrivacyPage(ListView):
    """Every request, newest first."""

    page_code = "privacy"
    permission = "privacy.view"
    title = gettext_lazy("Privacy requests")
    lede = gettext_lazy("What people asked about their data, and until when it has to be answered.")
    head_template = "console/privacy/head.html"
    empty = Empty(
        "shield-check",
        gettext_lazy("No request yet"),
        gettext_lazy(
            "When somebody asks what you know about them, or to be forgotten, take it in here or "
            "on the customer's page: the clock runs, every step is noted, and the report proves it."
        ),
        gettext_lazy("Take a request in"),
        "console:privacy_new",
        "privacy.manage",
    )
    filters = (
        Filter("kind", gettext_lazy("Asked for"), options=_kind_options, is_single=True),
        Filter("state", gettext_lazy("State"), options=_state_options, is_single=True),
    )
    columns = (
        Column(
            "kind",
            gettext_lazy("Asked for"),
            lambda row, frame: Cell(str(KINDS[row.kind])),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), lambda row, frame: state_cell(row)),
        Column("clock", gettext_lazy("Clock"), lambda row, frame: clock_cell(row, frame.now)),
        Column(
            "people",
            gettext_lazy("People"),
            lambda row, frame: count_cell(row.people),
            is_number=True,
        ),
        Column("received", gettext_lazy("Received"), _received),
    )

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show the list, or send it as a file; refuse before the first byte of it."""
        facade.get_policy(actor=self.frame.person)
        return super().get(request)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of requests."""
        kinds, states = {one.value for one in RequestKind}, {one.value for one in RequestState}
        kind, state = asked.one("kind"), asked.one("state")
        filters = RequestFilters(
            RequestKind(kind) if kind in kinds else None,
            RequestState(state) if state in states else None,
        )
        return facade.list_requests(
            actor=self.frame.person, filters=filters, now=self.frame.now, cursor=cursor, limit=limit
        )

    def href(self, row: Any) -> str:
        """Return the address of a request."""
        return reverse("console:privacy_request", args=[row.id])


class PrivacyRequestPage(ConsoleView):
    """One request: its clock, what may be done next, what was done and what it came to."""

    page_code = "privacy"
    permission = "privacy.view"
    is_detail = True

    def get(self, request: HttpRequest, request_id: str) -> HttpResponse:
        """Show the request."""
        person, now = self.frame.person, self.frame.now
        detail = facade.get_request(actor=person, request_id=request_id, now=now)
        row = detail.row
        is_waiting = row.state in _RUNNING and row.state is not RequestState.RUNNING
        context = {
            "row": row,
            "title": KINDS[row.kind],
            "state": state_cell(row),
            "clock": clock_cell(row, now),
            "basis": BASES[row.basis],
            "trail": [(ACTS.get(act.act, act.act), act) for act in detail.trail],
            "steps": [_step(step) for step in detail.steps if _is_worth(step)],
            "step_count": len(detail.steps),
            "report": detail.report,
            "corrected": detail.corrected_fields,
            "may_manage": person.can("privacy.manage") and is_waiting,
            "may_verify": row.state is RequestState.RECEIVED,
            "may_approve": row.needs_approval and row.state is RequestState.VERIFIED,
            "may_start": _may_start(row, person),
            "may_extend": not row.is_extended and not row.is_overdue and row.basis == "gdpr",
            "is_erasure": row.kind is RequestKind.ERASURE,
            "is_running": row.state is RequestState.RUNNING,
            "has_package": row.package_expires_at is not None and row.package_expires_at > now,
            "may_download": person.can("privacy.erase"),
        }
        return self.page("console/privacy/detail.html", context)


class PrivacyAct(ConsoleView):
    """Verify, approve, extend, refuse, cancel a request, or have it carried out."""

    page_code = "privacy"
    permission = "privacy.manage"

    def post(self, request: HttpRequest, request_id: str) -> HttpResponse:
        """Do what the button says; a refusal is told on the request's page."""
        act, text = request.POST.get("act", ""), request.POST.get("text", "")
        common: dict[str, Any] = {
            "actor": self.frame.person,
            "request_id": request_id,
            "now": self.frame.now,
        }
        acts: dict[str, Callable[[], RequestRow]] = {
            "verify": lambda: facade.verify_request(**common, how=text),
            "approve": lambda: facade.approve_request(**common),
            "extend": lambda: facade.extend_request(**common, reason=text),
            "refuse": lambda: facade.refuse_request(**common, reason=text),
            "cancel": lambda: facade.cancel_request(**common, reason=text),
            "start": lambda: facade.start_request(**common),
        }
        try:
            if act in acts:
                acts[act]()
                messages.success(request, str(ACTS[act]))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:privacy_request", args=[request_id])))


class PrivacyReport(ConsoleView):
    """The signed report of an erasure as a file."""

    page_code = "privacy"
    permission = "privacy.view"

    def get(self, request: HttpRequest, request_id: str) -> HttpResponse:
        """Send the report."""
        detail = facade.get_request(
            actor=self.frame.person, request_id=request_id, now=self.frame.now
        )
        answer = JsonResponse(dict(detail.report or {}), json_dumps_params={"indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="report-{detail.row.id}.json"'
        return answer


class PrivacyPackage(ConsoleView):
    """The export of an access request as a file."""

    page_code = "privacy"
    permission = "privacy.erase"

    def get(self, request: HttpRequest, request_id: str) -> HttpResponse:
        """Send the ZIP; the trail says who took it."""
        content = facade.download_package(
            actor=self.frame.person, request_id=request_id, now=self.frame.now
        )
        answer = HttpResponse(content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{request_id}.zip"'
        return answer


def _may_start(row: RequestRow, person: Actor) -> bool:
    wanted = RequestState.APPROVED if row.needs_approval else RequestState.VERIFIED
    may = person.can("privacy.erase") if row.kind is RequestKind.ERASURE else True
    return may and row.state is wanted


def _is_worth(step: StepRow) -> bool:
    return bool(step.rows_before or step.rows_after)


def _step(step: StepRow) -> dict[str, Any]:
    treated = TREATED.get(step.treatment)
    return {
        "name": step.place.partition(":")[2],
        "store": STORES.get(step.store, step.store),
        "classes": [CLASSES[one] for one in step.classes if one in CLASSES],
        "before": step.rows_before,
        "after": step.rows_after,
        "treatment": chip(str(treated[0]), *treated[1:]) if treated else text_cell(""),
    }

"""Exports that need a second person: what waits, what was decided, and the file."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.consent_words import pair_title
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.know.audiences.contracts import ContactUse, ExportRequestRow, ExportState
from quanqu.know.audiences.facade import (
    approve_export,
    ask_export,
    fetch_export,
    list_export_requests,
    most_alone,
    refuse_export,
    set_export_policy,
    withdraw_export,
)

__all__ = [
    "AudienceExportAsk",
    "AudienceExportFile",
    "AudienceExportPolicy",
    "AudienceExportStep",
    "AudienceExports",
]

STATES: Final[dict[ExportState, tuple[Promise, str, str]]] = {
    ExportState.WAITING: (gettext_lazy("Waits for an answer"), "info", "loader-circle"),
    ExportState.APPROVED: (gettext_lazy("Approved"), "good", "circle-check"),
    ExportState.REFUSED: (gettext_lazy("Refused"), "bad", "circle-x"),
    ExportState.WITHDRAWN: (gettext_lazy("Taken back"), "hollow", "undo-2"),
    ExportState.FETCHED: (gettext_lazy("Handed out"), "hollow", "download"),
    ExportState.EXPIRED: (gettext_lazy("Over without it"), "hollow", "minus"),
}


class AudienceExports(ConsoleView):
    """The requests, newest first, with what the reader can do about each."""

    page_code = "audiences"
    permission = "customers.export"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        frame = self.frame
        found = list_export_requests(
            actor=frame.actor, now=frame.now, cursor=request.GET.get("cursor") or None
        )
        person = frame.person
        context = {
            "rows": [self._row(one) for one in found.items],
            "next_cursor": found.next_cursor,
            "most": most_alone(),
            "may_set": person.can("org.manage") and person.scope("org.manage").everything,
        }
        return self.page("console/audiences/exports.html", context)

    def _row(self, one: ExportRequestRow) -> dict[str, Any]:
        title, tone, icon = STATES[one.state]
        may_decide = self.frame.person.can("customers.reveal") and not one.is_mine
        identity = ids.encode("aud", one.audience_id)
        return {
            "row": one,
            "id": ids.encode("axr", one.id),
            "href": self.frame.link(reverse("console:audience", args=[identity])),
            "use": pair_title(one.purpose, one.channel),
            "state": title,
            "tone": tone,
            "icon": icon,
            "may_decide": may_decide and one.state is ExportState.WAITING,
            "may_fetch": one.is_mine and one.state is ExportState.APPROVED,
            "may_withdraw": one.is_mine
            and one.state in (ExportState.WAITING, ExportState.APPROVED),
            "is_open": one.state in (ExportState.WAITING, ExportState.APPROVED),
        }


class AudienceExportAsk(ConsoleView):
    """Ask for an export of an audience."""

    page_code = "audiences"
    permission = "customers.export"

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Write the request down; what is wrong is said on the page it came from."""
        frame = self.frame
        use = request.POST.get("use", "")
        purpose, _dot, channel = use.partition(".")
        try:
            ask_export(
                actor=frame.actor,
                audience_id=ids.decode("aud", audience_id),
                format_=request.POST.get("format", "csv"),
                use=ContactUse(purpose, channel) if channel else None,
                reason=request.POST.get("reason", ""),
                now=frame.now,
            )
        except InvalidError as error:
            messages.error(request, said(error))
            address = reverse("console:audience_contacts", args=[audience_id])
            return redirect(frame.link(address, use=use))
        messages.success(request, _("Asked. Somebody else with the right to contacts decides."))
        return redirect(frame.link(reverse("console:audience_exports")))


class AudienceExportStep(ConsoleView):
    """Approve, refuse or take a request back."""

    page_code = "audiences"
    permission = "customers.export"

    def post(self, request: HttpRequest, export_id: str) -> HttpResponse:
        """Do what the button says."""
        frame = self.frame
        actor, now, identity = frame.actor, frame.now, ids.decode("axr", export_id)
        step = request.POST.get("step", "")
        try:
            if step == "approve":
                approve_export(actor=actor, request_id=identity, now=now)
                messages.success(request, _("Approved. It can be fetched once within 24 hours."))
            elif step == "refuse":
                reason = request.POST.get("reason", "")
                refuse_export(actor=actor, request_id=identity, reason=reason, now=now)
                messages.success(request, _("Refused."))
            elif step == "withdraw":
                withdraw_export(actor=actor, request_id=identity, now=now)
                messages.success(request, _("Taken back."))
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
        return redirect(frame.link(reverse("console:audience_exports")))


class AudienceExportFile(ConsoleView):
    """The file of an approved request, once."""

    page_code = "audiences"
    permission = "customers.export"

    def post(self, request: HttpRequest, export_id: str) -> HttpResponse:
        """Send it."""
        identity = ids.decode("axr", export_id)
        made = fetch_export(actor=self.frame.actor, request_id=identity, now=self.frame.now)
        answer = HttpResponse(made.content, content_type=made.media_type)
        answer["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
        return answer


class AudienceExportPolicy(ConsoleView):
    """Set how many people one person may hand out alone."""

    page_code = "audiences"
    permission = "org.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the number."""
        frame = self.frame
        text = request.POST.get("most_alone", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
        try:
            set_export_policy(actor=frame.person, most_alone=number, now=frame.now)
            messages.success(request, _("Saved."))
        except InvalidError as error:
            messages.error(request, said(error))
        return redirect(frame.link(reverse("console:audience_exports")))

"""What is done about findings: decisions that can be undone, and a run of the audit."""

from collections import defaultdict
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.undo import offer_undo, read_undo
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.sell.catalog.contracts import FindingState
from quanqu.sell.catalog.facade import audit_listings, decide_findings, find_decisions

__all__ = ["AuditRun", "FindingDecisions", "FindingUndo"]

_DECISIONS: Final = {
    "accept": FindingState.ACCEPTED,
    "resolve": FindingState.RESOLVED,
    "reopen": FindingState.OPEN,
}


class FindingDecisions(ConsoleView):
    """Decide about the findings that are ticked."""

    page_code = "findings"
    permission = "catalog.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Record the decision and go back to the list, with a way back."""
        state = _DECISIONS.get(request.POST.get("action", ""), FindingState.ACCEPTED)
        chosen = request.POST.getlist("id")
        before = find_decisions(actor=self.frame.actor, finding_ids=chosen)
        changed = decide_findings(
            actor=self.frame.actor,
            finding_ids=chosen,
            state=state,
            note=request.POST.get("note", ""),
            now=self.frame.now,
        )
        said = ngettext("%(n)s finding changed.", "%(n)s findings changed.", changed)
        noted = {
            key: [held.state.value, held.note]
            for key, held in before.items()
            if held.state is not state
        }
        if changed:
            offer_undo(request, said % {"n": changed}, reverse("console:finding_undo"), noted)
        else:
            messages.info(request, said % {"n": changed})
        return redirect(next_address(request, "console:findings"))


class FindingUndo(ConsoleView):
    """Put findings back to what was decided before."""

    page_code = "findings"
    permission = "catalog.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide as the note says."""
        noted = read_undo(request)
        if noted is None:
            messages.error(request, _("This can no longer be undone."))
            return redirect(next_address(request, "console:findings"))
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, (state, note) in noted.items():
            groups[state, note].append(key)
        for (state, note), keys in groups.items():
            decide_findings(
                actor=self.frame.actor,
                finding_ids=keys,
                state=FindingState(state),
                note=note,
                now=self.frame.now,
            )
        messages.success(request, _("Undone."))
        return redirect(next_address(request, "console:findings"))


class AuditRun(ConsoleView):
    """Run the audit now over the companies in scope."""

    page_code = "findings"
    permission = "catalog.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Compare the listings and say what changed."""
        opened = closed = 0
        for key in sorted({place.company_key for place in self.frame.visible_places}):
            outcome = audit_listings(actor=self.frame.actor, company_key=key, now=self.frame.now)
            opened += outcome.opened + outcome.reopened
            closed += outcome.closed
        said = _("The audit ran: %(opened)s opened, %(closed)s closed.")
        messages.success(request, said % {"opened": opened, "closed": closed})
        return redirect(next_address(request, "console:findings"))

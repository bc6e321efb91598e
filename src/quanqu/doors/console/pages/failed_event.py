"""One failed event: why it failed, what it says, and how it is mended and handed in again."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.failure_words import HINTS, REASONS
from quanqu.know.timeline.contracts import (
    FailedEventDetail,
    FailedFilters,
    FailureCode,
    RepairInputError,
)
from quanqu.know.timeline.facade import (
    get_failed_event,
    repair_failed_event,
    replay_failed_events,
    reveal_failed_event,
)

__all__ = ["FailedEventPage", "FailedEventRepair", "FailedEventRetry", "FailedEventReveal"]


class FailedEventPage(ConsoleView):
    """The event without personal data, and what may be done with it."""

    page_code = "timeline"
    permission = "timeline.view"
    is_detail = True

    def get(self, request: HttpRequest, failed_id: str) -> HttpResponse:
        """Show it."""
        found = get_failed_event(actor=self.frame.actor, failed_id=failed_id)
        return self.draw(found)

    def draw(self, found: FailedEventDetail, status: int = 200, **more: Any) -> HttpResponse:
        """Draw the page, with the whole payload where that was asked for and allowed."""
        person = self.frame.person
        may_manage = person.can("timeline.manage") and not found.row.is_replaying
        context = {
            "found": found,
            "reason": REASONS.get(found.row.code, found.row.code),
            "hint": HINTS.get(found.row.code, ""),
            "is_blocked": found.row.code is FailureCode.BLOCKED_BY_PLAN,
            "may_manage": may_manage,
            "may_reveal": person.can("customers.reveal"),
            **more,
        }
        return self.page("console/timeline/failed_event.html", context, status=status)


class FailedEventReveal(FailedEventPage):
    """The payload as it came, in a field to mend it in; the look is noted in the trail."""

    permission = "customers.reveal"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, failed_id: str) -> HttpResponse:
        """Show it in full."""
        found = get_failed_event(actor=self.frame.actor, failed_id=failed_id)
        payload = reveal_failed_event(
            actor=self.frame.actor, failed_id=failed_id, now=self.frame.now
        )
        return self.draw(found, clear=_laid_out(payload))


class FailedEventRepair(FailedEventPage):
    """Hand the mended event in; what cannot be handed in stays in the field."""

    permission = "timeline.manage"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, failed_id: str) -> HttpResponse:
        """Hand it in with the payload of the form."""
        payload = request.POST.get("payload", "")
        try:
            repair_failed_event(
                actor=self.frame.actor, failed_id=failed_id, payload=payload, now=self.frame.now
            )
        except RepairInputError as error:
            found = get_failed_event(actor=self.frame.actor, failed_id=failed_id)
            return self.draw(found, status=422, clear=payload, problem=said(error))
        messages.success(
            request, _("The mended event is handed in. If it fails again, it comes back here.")
        )
        return redirect(self.frame.link(reverse("console:failed_events")))


class FailedEventRetry(ConsoleView):
    """Hand the event in again as it is, after the plan was mended."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest, failed_id: str) -> HttpResponse:
        """Replay it."""
        replay_failed_events(
            actor=self.frame.actor, filters=FailedFilters(ids=(failed_id,)), now=self.frame.now
        )
        messages.success(request, _("The event was handed in again."))
        return redirect(self.frame.link(reverse("console:failed_events")))


def _laid_out(payload: str) -> str:
    """Return JSON with a line for each field; what is no JSON stays as it came."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except ValueError:
        return payload

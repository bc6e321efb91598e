"""The tracking plan: which events are expected, and what happens to those that depart."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.event_words import event_title
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import PlanInputError, PlannedEvent, ViolationRule
from quanqu.know.timeline.facade import (
    get_plan,
    get_planned_event,
    put_plan,
    put_planned_event,
    restore_shipped_event,
    set_unplanned_rule,
)

__all__ = [
    "RULES",
    "PlanImport",
    "PlanPage",
    "PlannedEventRestore",
    "PlannedEventRule",
    "UnplannedRule",
]

MOST_BYTES: Final = 4 << 20
"""Bytes that an imported plan may have."""

RULES: Final[dict[ViolationRule, Promise]] = {
    ViolationRule.ALLOW: gettext_lazy("Take the event"),
    ViolationRule.OMIT: gettext_lazy("Drop the property"),
    ViolationRule.BLOCK: gettext_lazy("Block the event"),
}


class PlanPage(ConsoleView):
    """Every planned event with its properties and rule."""

    page_code = "timeline"
    permission = "timeline.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the plan, filtered by a word."""
        plan = get_plan(actor=self.frame.person)
        word = request.GET.get("q", "").strip().casefold()
        events = [
            (event, event_title(name, "track"), RULES[event.on_violation])
            for name, event in sorted(plan.events.items())
            if word in name.casefold() or word in event_title(name, "track").casefold()
        ]
        context = {
            "tab": "plan",
            "plan": plan,
            "events": events,
            "rules": RULES.items(),
            "word": request.GET.get("q", ""),
            "may_manage": self.frame.person.scope("timeline.manage").everything,
            "is_blocking": plan.on_unplanned is ViolationRule.BLOCK,
        }
        return self.page("console/timeline/plan.html", context)


class PlanImport(ConsoleView):
    """Plan every event of a file in the form that the plan is handed out in."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read the file and say how many events it changed, or what is wrong with it."""
        try:
            changed = put_plan(actor=self.frame.person, schema=_read(request), now=self.frame.now)
        except QuanquError as error:
            messages.error(request, said(error))
            return redirect("console:plan")
        told = ngettext(
            "%(count)s event of the plan is changed.",
            "%(count)s events of the plan are changed.",
            len(changed),
        )
        messages.success(request, told % {"count": len(changed)})
        return redirect("console:plan")


def _read(request: HttpRequest) -> Mapping[str, Any]:
    """Return the JSON object of the file that was sent. Raises: PlanInputError."""
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > MOST_BYTES:
        raise PlanInputError(field="file", reason=f"give a file of at most {MOST_BYTES >> 20} MB")
    try:
        schema = json.loads(given.read())
    except ValueError:
        schema = None
    if not isinstance(schema, dict):
        raise PlanInputError(field="file", reason="it is no JSON object")
    return schema


class PlannedEventRule(ConsoleView):
    """Choose what happens to events that depart from their plan."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the rule for one event."""
        held = get_planned_event(actor=self.frame.person, name=request.POST.get("event", ""))
        rule = request.POST.get("rule", "")
        changed = PlannedEvent(
            held.name,
            held.description,
            held.owner,
            held.properties,
            ViolationRule(rule) if rule in set(ViolationRule) else held.on_violation,
        )
        put_planned_event(actor=self.frame.person, event=changed, now=self.frame.now)
        messages.success(request, _("The plan is changed."))
        return redirect("console:plan")


class PlannedEventRestore(ConsoleView):
    """Go back to the form of an event that came with the product."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Restore it."""
        restore_shipped_event(
            actor=self.frame.person, name=request.POST.get("event", ""), now=self.frame.now
        )
        messages.success(request, _("The event is as it was shipped."))
        return redirect("console:plan")


class UnplannedRule(ConsoleView):
    """Choose what happens to events nobody planned."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Let them through, or block them."""
        is_blocked = request.POST.get("rule") == "block"
        set_unplanned_rule(actor=self.frame.person, is_blocked=is_blocked, now=self.frame.now)
        messages.success(request, _("The plan is changed."))
        return redirect("console:plan")

"""How long events are kept, by source and name; what would go now, and what went."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.event_words import event_title
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import RetentionRule
from quanqu.know.timeline.facade import (
    get_plan,
    list_retention_runs,
    list_sources,
    preview_retention,
    remove_retention_rule,
    set_retention_rule,
)

__all__ = ["EventRetentionPage"]

_MOST_RUNS = 20
_MOST_SOURCES = 1_000


class EventRetentionPage(ConsoleView):
    """The rules with what each would take now, a form for one more, and the last runs."""

    page_code = "timeline"
    permission = "timeline.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show rules and runs."""
        return self._draw({})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set a rule, or drop one; what was typed stays when it is refused."""
        given = {name: request.POST.get(name, "").strip() for name in ("source", "event", "days")}
        person, now = self.frame.person, self.frame.now
        try:
            if "remove" in request.POST:
                remove_retention_rule(
                    actor=person, source=given["source"], event=given["event"], now=now
                )
                messages.success(request, _("The rule is gone; its events fall under the others."))
            else:
                rule = RetentionRule(_number(given["days"]), given["source"], given["event"])
                set_retention_rule(actor=person, rule=rule, now=now)
                messages.success(request, _("The rule is in force with the next nightly run."))
        except QuanquError as error:
            return self._draw({"typed": given, "mistake": _said(error)}, status=400)
        return redirect(self.frame.link(reverse("console:event_retention")))

    def _draw(self, more: dict[str, Any], status: int = 200) -> HttpResponse:
        person = self.frame.person
        found = list_sources(actor=person, limit=_MOST_SOURCES, now=self.frame.now)
        sources = {one.code: one.name for one in found.items}
        context = {
            "tab": "retention",
            "rules": [
                (one.rule, *_titles(one.rule, sources), one.waiting)
                for one in preview_retention(actor=person, now=self.frame.now)
            ],
            "runs": [
                (run, *_titles(run.rule, sources))
                for run in list_retention_runs(actor=person, limit=_MOST_RUNS)
            ],
            "sources": sorted(sources.items(), key=lambda one: one[1]),
            "events": sorted(get_plan(actor=person).events),
            "may_manage": person.scope("timeline.manage").everything,
            **more,
        }
        return self.page("console/timeline/retention.html", context, status=status)


def _titles(rule: RetentionRule, sources: dict[str, str]) -> tuple[str, str]:
    """Return the source and the event that a rule is for, in words."""
    source = sources.get(rule.source, rule.source) or _("any source")
    return source, event_title(rule.event, "track") if rule.event else _("any event")


def _said(error: QuanquError) -> str:
    if error.code == "timeline.invalid_retention":
        return _("Days are 1 to 36,500, and there are at most 200 rules.")
    return said(error)


def _number(text: str) -> int:
    """Return a number of days; what is none is out of range."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1

"""One event source: what it may send, when it last did, and how to send to it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quanqu.doors.console.pages.event_words import event_title
from quanqu.doors.console.pages.settings.base import SettingsView
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.settings.source_form import SourceEdit, effect_lines
from quanqu.doors.console.pages.settings.source_words import KINDS
from quanqu.doors.console.pages.snippets import script_snippet, track_snippet
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import EventFilters, SourceChange, SourceInfo, SourceKind
from quanqu.know.timeline.facade import (
    browser_script_version,
    change_source,
    get_source,
    list_recent_events,
    list_source_effects,
    rotate_write_key,
)

__all__ = ["SourceFirstEvent", "SourcePage", "SourceRotation", "SourceState"]


class SourcePage(SettingsView):
    """A source with its form, its keys and a line to try."""

    permission = "timeline.view"
    tab = "sources"

    def get(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Show it."""
        source = self._source(source_id)
        return self._draw(source, SourceEdit(initial=SourceEdit.start(source)))

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Keep the changes."""
        self.frame.person.require("timeline.manage")
        form = SourceEdit(request.POST)
        if not form.is_valid():
            return self._draw(self._source(source_id), form, status=422)
        change = form.change()
        try:
            change_source(
                actor=self.frame.person, source_id=source_id, change=change, now=self.frame.now
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(self._source(source_id), form, status=422)
        messages.success(request, _("The changes are saved."))
        return redirect("console:source", source_id)

    def _source(self, source_id: str) -> SourceInfo:
        return get_source(actor=self.frame.person, source_id=source_id, now=self.frame.now)

    def _draw(
        self, source: SourceInfo, form: SourceEdit, *, secret: str = "", status: int = 200
    ) -> HttpResponse:
        filters = EventFilters(sources=(source.code,))
        last = list_recent_events(actor=self.frame.person, filters=filters, limit=1)
        effects = list_source_effects(
            actor=self.frame.person, source_id=source.id, now=self.frame.now
        )
        context = {
            "source": source,
            "kind_title": KINDS[source.kind],
            "effects": effect_lines(effects, self.frame.now.date()),
            "place": self.frame.places.get(source.place_key) if source.place_key else None,
            "form": form,
            "secret": secret,
            "script": script_snippet(
                self.request, version=browser_script_version(), write_key=secret
            )
            if source.kind is SourceKind.BROWSER
            else "",
            "snippet": track_snippet(self.request, write_key=secret),
            "last": last[0] if last else None,
            "last_title": event_title(last[0].event, last[0].type) if last else "",
            "may_manage": self.frame.person.can("timeline.manage"),
            "reads_warehouse": source.kind is SourceKind.WAREHOUSE,
        }
        return self.settings_page("console/settings/source.html", context, status=status)


class SourceFirstEvent(SettingsView):
    """Whether the source has sent anything yet: asked every two seconds until it has."""

    permission = "timeline.view"

    def get(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Show the newest event, or that it is still waited for."""
        source = get_source(actor=self.frame.person, source_id=source_id, now=self.frame.now)
        filters = EventFilters(sources=(source.code,))
        last = list_recent_events(actor=self.frame.person, filters=filters, limit=1)
        context = {
            "source": source,
            "last": last[0] if last else None,
            "last_title": event_title(last[0].event, last[0].type) if last else "",
        }
        return self.page("console/settings/first_event.html", context)


class SourceRotation(SourcePage):
    """Give a source a new write key; older ones stay valid for a week."""

    permission = "timeline.manage"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Show the new key this once."""
        issued = rotate_write_key(actor=self.frame.person, source_id=source_id, now=self.frame.now)
        source = issued.source
        form = SourceEdit(initial=SourceEdit.start(source))
        return self._draw(source, form, secret=issued.write_key)


class SourceState(SettingsView):
    """Switch a source off, or on again."""

    permission = "timeline.manage"

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Change whether its events are taken."""
        is_on = request.POST.get("state") == "on"
        source = change_source(
            actor=self.frame.person,
            source_id=source_id,
            change=SourceChange(is_enabled=is_on),
            now=self.frame.now,
        )
        said = _("%(name)s is on.") if is_on else _("%(name)s is off.")
        messages.success(request, said % {"name": source.name})
        return redirect("console:source", source_id)

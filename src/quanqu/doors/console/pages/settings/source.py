"""One event source: what it may send, when it last did, and how to send to it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.pages.event_words import event_title
from quanqu.doors.console.pages.settings.base import SettingsView, StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.snippets import track_snippet
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import EventFilters, SourceChange, SourceInfo
from quanqu.know.timeline.facade import (
    change_source,
    get_source,
    list_recent_events,
    rotate_write_key,
)

__all__ = ["SourcePage", "SourceRotation", "SourceState"]


class SourceEdit(StyledForm):
    """What may be changed of a source."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    allowed_origins = forms.CharField(
        label=gettext_lazy("Web origins that may send"),
        required=False,
        help_text=gettext_lazy(
            "Such as https://shop.example, separated by spaces; for browsers only."
        ),
    )
    rate_limit = forms.IntegerField(
        label=gettext_lazy("At most, events a second"),
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("0: no limit of its own."),
    )


class SourcePage(SettingsView):
    """A source with its form, its keys and a line to try."""

    permission = "timeline.view"
    tab = "sources"

    def get(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Show it."""
        source = self._source(source_id)
        initial = {
            "name": source.name,
            "allowed_origins": " ".join(source.allowed_origins),
            "rate_limit": source.rate_limit,
        }
        return self._draw(source, SourceEdit(initial=initial))

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Keep the changes."""
        self.frame.person.require("timeline.manage")
        form = SourceEdit(request.POST)
        if not form.is_valid():
            return self._draw(self._source(source_id), form, status=422)
        chosen = form.cleaned_data
        change = SourceChange(
            name=chosen["name"],
            allowed_origins=tuple(chosen["allowed_origins"].split()),
            rate_limit=chosen["rate_limit"],
        )
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
        context = {
            "source": source,
            "place": self.frame.places.get(source.place_key) if source.place_key else None,
            "form": form,
            "secret": secret,
            "snippet": track_snippet(self.request, write_key=secret),
            "last": last[0] if last else None,
            "last_title": event_title(last[0].event, last[0].type) if last else "",
            "may_manage": self.frame.person.can("timeline.manage"),
        }
        return self.settings_page("console/settings/source.html", context, status=status)


class SourceRotation(SourcePage):
    """Give a source a new write key; older ones stay valid for a week."""

    permission = "timeline.manage"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Show the new key this once."""
        issued = rotate_write_key(actor=self.frame.person, source_id=source_id, now=self.frame.now)
        source = issued.source
        initial = {
            "name": source.name,
            "allowed_origins": " ".join(source.allowed_origins),
            "rate_limit": source.rate_limit,
        }
        return self._draw(source, SourceEdit(initial=initial), secret=issued.write_key)


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

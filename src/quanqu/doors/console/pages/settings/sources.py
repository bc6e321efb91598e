"""Event sources and their write keys."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.pages.settings.base import SettingsView, StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.settings.source_words import KINDS
from quanqu.doors.console.pages.snippets import track_snippet
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.contracts import SourceDraft, SourceKind
from quanqu.know.timeline.facade import create_source, list_sources

__all__ = ["SourcesPage"]


class SourceForm(StyledForm):
    """A new source."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Where events come from, for example the web shop's pages."),
    )
    allowed_origins = forms.CharField(
        label=gettext_lazy("Web origins that may send"),
        required=False,
        help_text=gettext_lazy(
            "Such as https://shop.example, separated by spaces; for browsers only."
        ),
    )

    def __init__(self, *args: Any, view: SettingsView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = sorted(view.frame.visible_places, key=lambda place: place.name)
        field = forms.TypedChoiceField(
            label=gettext_lazy("Place"),
            choices=[(place.key, f"{place.name} ({place.company_name})") for place in places],
            coerce=int,
        )
        field.widget.attrs["class"] = "select"
        self.fields["place_key"] = field
        kinds = [(kind.value, title) for kind, title in KINDS.items()]
        kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=kinds)
        kind.widget.attrs["class"] = "select"
        self.fields["kind"] = kind
        self.order_fields(["name", "kind", "place_key", "allowed_origins"])


class SourcesPage(SettingsView):
    """The sources the reader may see."""

    permission = "timeline.view"
    tab = "sources"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self._draw(SourceForm(view=self))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a source and show its write key this once."""
        form = SourceForm(request.POST, view=self)
        if not form.is_valid():
            return self._draw(form, status=422)
        chosen = form.cleaned_data
        draft = SourceDraft(
            chosen["name"],
            place_key=chosen["place_key"],
            kind=SourceKind(chosen["kind"]),
            allowed_origins=tuple(chosen["allowed_origins"].split()),
        )
        try:
            issued = create_source(actor=self.frame.person, draft=draft, now=self.frame.now)
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        return self._draw(SourceForm(view=self), secret=issued.write_key)

    def _draw(self, form: SourceForm, *, secret: str = "", status: int = 200) -> HttpResponse:
        found = list_sources(
            actor=self.frame.person,
            now=self.frame.now,
            cursor=self.request.GET.get("cursor") or None,
        )
        sources = [
            (source, self.frame.places.get(source.place_key) if source.place_key else None)
            for source in found.items
        ]
        context = {
            "sources": sources,
            "form": form,
            "secret": secret,
            "next_cursor": found.next_cursor,
            "may_manage": self.frame.person.can("timeline.manage"),
            "snippet": track_snippet(self.request, write_key=secret),
            "track_address": self.request.build_absolute_uri("/v1/batch"),
        }
        return self.settings_page("console/settings/sources.html", context, status=status)

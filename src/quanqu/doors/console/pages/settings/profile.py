"""My profile: language, time zone, theme, and the ways I sign in."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.words import ROLE_TITLES, UNIT_TITLES
from quanqu.doors.console.pages.settings.base import SettingsView, StyledForm
from quanqu.know.org.contracts import PersonInfo, PersonPreferences, Theme
from quanqu.know.org.facade import get_person, set_preferences

__all__ = ["ProfilePage"]

_THEMES = (
    (Theme.AUTO.value, gettext_lazy("As the system")),
    (Theme.LIGHT.value, gettext_lazy("Light")),
    (Theme.DARK.value, gettext_lazy("Dark")),
)


class ProfileForm(StyledForm):
    """How I read the console."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    theme = forms.ChoiceField(label=gettext_lazy("Appearance"), choices=_THEMES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
        field = forms.ChoiceField(
            label=gettext_lazy("Time zone"),
            choices=[(zone, zone.replace("_", " ")) for zone in zones],
            help_text=gettext_lazy("Times are shown in this zone."),
        )
        field.widget.attrs["class"] = "select"
        self.fields["time_zone"] = field


class ProfilePage(SettingsView):
    """The reader's own settings."""

    tab = "profile"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        person = self._me()
        held = person.preferences
        form = ProfileForm(
            initial={
                "language": held.language,
                "time_zone": held.time_zone,
                "theme": held.theme.value,
            }
        )
        return self._draw(person, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep them."""
        form = ProfileForm(request.POST)
        if not form.is_valid():
            return self._draw(self._me(), form, status=422)
        chosen = form.cleaned_data
        set_preferences(
            actor=self.frame.person,
            preferences=PersonPreferences(
                chosen["language"], chosen["time_zone"], Theme(chosen["theme"])
            ),
            now=self.frame.now,
        )
        messages.success(request, _("Your profile is saved."))
        return redirect("console:profile")

    def _draw(self, person: PersonInfo, form: ProfileForm, status: int = 200) -> HttpResponse:
        roles = [
            (ROLE_TITLES[one.role], one.unit_name, UNIT_TITLES[one.unit_kind], one.expires_at)
            for one in person.assignments
        ]
        context = {"person": person, "form": form, "roles": roles}
        return self.settings_page("console/settings/profile.html", context, status=status)

    def _me(self) -> PersonInfo:
        actor = self.frame.person
        return get_person(actor=actor, person_id=actor.id, now=self.frame.now)

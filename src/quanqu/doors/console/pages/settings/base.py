"""The tabs of the settings and what their forms share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, ClassVar, Final

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.kit.words import ROLE_TITLES, UNIT_TITLES
from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import ROLE_PERMISSIONS, RoleCode, RoleGrant
from quanqu.know.org.facade import scope_options

__all__ = ["RoleForm", "SettingsView", "StyledForm", "visible_tabs"]


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the settings."""

    code: str
    title: Promise
    permission: str = ""


_INDENT: Final = "\u2003"
_TABS: Final = (
    Tab("profile", _("My profile")),
    Tab("organisation", _("Organisation"), "org.view"),
    Tab("people", _("People and roles"), "org.manage"),
    Tab("api_keys", _("API keys"), "org.manage"),
    Tab("sources", _("Event sources"), "timeline.view"),
    Tab("audit", _("Audit trail"), "audit.view"),
)


class SettingsView(ConsoleView):
    """A part of the settings."""

    page_code = "settings"
    tab = ""

    def settings_page(
        self, template: str, context: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        """Draw one part with the tabs the reader may open."""
        tabs = visible_tabs(self.frame.person)
        return self.page(template, {"tabs": tabs, "tab": self.tab, **context}, status=status)


def visible_tabs(person: Actor) -> list[Tab]:
    """Return the parts of the settings that a person may open."""
    return [one for one in _TABS if not one.permission or person.can(one.permission)]


class StyledForm(forms.Form):
    """A form whose fields wear the console's classes and point to their errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "select" if is_select else "input")


class RoleForm(StyledForm):
    """A role over a part of the tree, perhaps until a day."""

    own_fields: ClassVar[tuple[str, ...]] = ()

    expires_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, view: SettingsView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = scope_options(actor=view.frame.person, permission="org.manage")
        choices = [
            (one.id, f"{_INDENT * one.depth}{one.name} ({UNIT_TITLES[one.kind]})")
            for one in options
        ]
        roles = [(code.value, str(title)) for code, title in _role_titles()]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=roles, initial=RoleCode.VIEWER.value
        )
        self.fields["unit_id"] = forms.ChoiceField(label=_("Over"), choices=choices)
        for name in ("role", "unit_id"):
            self.fields[name].widget.attrs["class"] = "select"
        self.order_fields([*self.own_fields, "role", "unit_id", "expires_on"])

    def grant(self) -> RoleGrant:
        """Return the role as the facade takes it; a day means its end, in UTC."""
        day = self.cleaned_data["expires_on"]
        until = datetime.combine(day, time.max, tzinfo=UTC) if day else None
        return RoleGrant(RoleCode(self.cleaned_data["role"]), self.cleaned_data["unit_id"], until)


def _role_titles() -> list[tuple[RoleCode, Any]]:
    return [(code, ROLE_TITLES[code]) for code in ROLE_PERMISSIONS]

"""API keys of programs: made, rotated, revoked; the secret is shown once."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip
from quanqu.doors.console.kit.words import ROLE_TITLES, UNIT_TITLES
from quanqu.doors.console.pages.settings.base import RoleForm, SettingsView
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.facade import create_api_key, list_api_keys, revoke_api_key, rotate_api_key

__all__ = ["ApiKeyGone", "ApiKeyRotation", "ApiKeysPage"]


class KeyForm(RoleForm):
    """A new key."""

    own_fields: ClassVar[tuple[str, ...]] = ("name",)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("What will use it, for example the nightly stock export."),
    )


class ApiKeysPage(SettingsView):
    """The keys over units the reader manages."""

    permission = "org.manage"
    tab = "api_keys"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self._draw(KeyForm(view=self))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a key and show its text this once."""
        form = KeyForm(request.POST, view=self)
        if not form.is_valid():
            return self._draw(form, status=422)
        try:
            issued = create_api_key(
                actor=self.frame.person,
                name=form.cleaned_data["name"],
                grant=form.grant(),
                now=self.frame.now,
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        return self._draw(KeyForm(view=self), secret=issued.token)

    def _draw(self, form: KeyForm, *, secret: str = "", status: int = 200) -> HttpResponse:
        found = list_api_keys(
            actor=self.frame.person,
            now=self.frame.now,
            cursor=self.request.GET.get("cursor") or None,
        )
        keys = [
            {
                "info": key,
                "state": _state(key.state),
                "role": ROLE_TITLES[key.role],
                "kind": UNIT_TITLES[key.unit_kind],
            }
            for key in found.items
        ]
        context = {"keys": keys, "form": form, "secret": secret, "next_cursor": found.next_cursor}
        return self.settings_page("console/settings/keys.html", context, status=status)


class ApiKeyRotation(ApiKeysPage):
    """Give a key's work to a new one; the old one works for a day more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:  # type: ignore[override]
        """Show the new key this once."""
        issued = rotate_api_key(actor=self.frame.person, key_id=key_id, now=self.frame.now)
        return self._draw(KeyForm(view=self), secret=issued.token)


class ApiKeyGone(SettingsView):
    """Stop a key at once."""

    permission = "org.manage"

    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:
        """Revoke it."""
        key = revoke_api_key(actor=self.frame.person, key_id=key_id, now=self.frame.now)
        messages.success(request, _("The key %(name)s is revoked.") % {"name": key.name})
        return redirect("console:api_keys")


def _state(state: str) -> Cell:
    words = {
        "active": (_("Active"), "good"),
        "expired": (_("Expired"), "warn"),
        "revoked": (_("Revoked"), "hollow"),
        "replaced": (_("Replaced"), "hollow"),
    }
    title, tone = words.get(state, (state, ""))
    return chip(title, tone)  # type: ignore[arg-type]

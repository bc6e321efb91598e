"""People and their roles over parts of the tree."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.words import ROLE_TITLES, UNIT_TITLES
from quanqu.doors.console.pages.settings.base import RoleForm, SettingsView
from quanqu.doors.console.pages.settings.refusals import add_refusal, refusal_text
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import PersonFilters, PersonInfo
from quanqu.know.org.facade import (
    change_person,
    create_login_link,
    create_person,
    get_person,
    grant_role,
    list_people,
    revoke_role,
)

__all__ = ["AssignmentGone", "LoginLink", "PeoplePage", "PersonName", "PersonPage", "PersonState"]


class PersonForm(RoleForm):
    """A new person with a first role."""

    own_fields: ClassVar[tuple[str, ...]] = ("name", "email")
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))


class PeoplePage(SettingsView):
    """The people the reader manages, and a form for one more."""

    permission = "org.manage"
    tab = "people"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self._draw(PersonForm(view=self))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add a person."""
        form = PersonForm(request.POST, view=self)
        if not form.is_valid():
            return self._draw(form, status=422)
        try:
            person = create_person(
                actor=self.frame.person,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                grant=form.grant(),
                now=self.frame.now,
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        messages.success(
            request, _("%(name)s is added. Give them a sign-in link.") % {"name": person.name}
        )
        return redirect("console:person", person.id)

    def _draw(self, form: PersonForm, status: int = 200) -> HttpResponse:
        found = list_people(
            actor=self.frame.person,
            filters=PersonFilters(text=self.request.GET.get("q", "")),
            now=self.frame.now,
            cursor=self.request.GET.get("cursor") or None,
        )
        people = [(person, _roles(person)) for person in found.items]
        context = {
            "people": people,
            "next_cursor": found.next_cursor,
            "form": form,
            "word": self.request.GET.get("q", ""),
        }
        return self.settings_page("console/settings/people.html", context, status=status)


class PersonPage(SettingsView):
    """One person: roles, and a form for one more."""

    permission = "org.manage"
    tab = "people"

    def get(self, request: HttpRequest, person_id: str) -> HttpResponse:
        """Show the person."""
        return self._draw(person_id, RoleForm(view=self))

    def post(self, request: HttpRequest, person_id: str) -> HttpResponse:
        """Give a role."""
        form = RoleForm(request.POST, view=self)
        if not form.is_valid():
            return self._draw(person_id, form, status=422)
        try:
            grant_role(
                actor=self.frame.person,
                person_id=person_id,
                grant=form.grant(),
                now=self.frame.now,
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(person_id, form, status=422)
        messages.success(request, _("The role is given."))
        return redirect("console:person", person_id)

    def _draw(self, person_id: str, form: RoleForm, status: int = 200) -> HttpResponse:
        person = get_person(actor=self.frame.person, person_id=person_id, now=self.frame.now)
        context = {"shown": person, "roles": _roles(person), "form": form}
        return self.settings_page("console/settings/person.html", context, status=status)


class AssignmentGone(SettingsView):
    """Take a role away."""

    permission = "org.manage"

    def post(self, request: HttpRequest, person_id: str, assignment_id: str) -> HttpResponse:
        """Take it away; the last owner's stays."""
        try:
            revoke_role(
                actor=self.frame.person,
                person_id=person_id,
                assignment_id=assignment_id,
                now=self.frame.now,
            )
            messages.success(request, _("The role is taken away."))
        except QuanquError as error:
            messages.error(request, refusal_text(error))
        return redirect("console:person", person_id)


class PersonState(SettingsView):
    """Shut the door to a person, or open it again."""

    permission = "org.manage"

    def post(self, request: HttpRequest, person_id: str) -> HttpResponse:
        """Change whether they may sign in."""
        try:
            change_person(
                actor=self.frame.person,
                person_id=person_id,
                is_active=request.POST.get("state") == "active",
                now=self.frame.now,
            )
        except QuanquError as error:
            messages.error(request, refusal_text(error))
        return redirect("console:person", person_id)


class PersonName(SettingsView):
    """Call a person by another name."""

    permission = "org.manage"

    def post(self, request: HttpRequest, person_id: str) -> HttpResponse:
        """Rename the person."""
        try:
            change_person(
                actor=self.frame.person,
                person_id=person_id,
                name=request.POST.get("name", ""),
                now=self.frame.now,
            )
            messages.success(request, _("The changes are saved."))
        except QuanquError as error:
            messages.error(request, refusal_text(error))
        return redirect("console:person", person_id)


class LoginLink(SettingsView):
    """Make a one-time sign-in link for a person."""

    permission = "org.manage"

    def post(self, request: HttpRequest, person_id: str) -> HttpResponse:
        """Show the link once."""
        issued = create_login_link(actor=self.frame.person, person_id=person_id, now=self.frame.now)
        address = request.build_absolute_uri(reverse("login-link", args=[issued.token]))
        context = {"secret": address, "until": issued.expires_at, "kind": "link"}
        return self.page("console/settings/secret.html", context)


def _roles(person: PersonInfo) -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "role": ROLE_TITLES[one.role],
            "unit": one.unit_name,
            "kind": UNIT_TITLES[one.unit_kind],
            "expires_at": one.expires_at,
        }
        for one in person.assignments
    ]

"""What belongs to the reader: saved views of lists, language and theme."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.actions import delete_view, save_view
from quanqu.doors.console.contracts import ViewNameError
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.undo import offer_undo, read_undo
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.know.org.contracts import LANGUAGES, PersonPreferences, Theme
from quanqu.know.org.facade import get_person, set_preferences

__all__ = ["Preference", "ViewGone", "ViewUndo", "Views"]


class Views(ConsoleView):
    """Save a view of a list."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the view under the name given."""
        try:
            save_view(
                actor=self.frame.person,
                page=request.POST.get("page", "")[:32],
                name=request.POST.get("name", ""),
                query=request.POST.get("query", ""),
                now=self.frame.now,
            )
        except ViewNameError as error:
            messages.error(request, said(error))
        return redirect(next_address(request, "console:overview"))


class ViewGone(ConsoleView):
    """Delete a saved view."""

    def post(self, request: HttpRequest, view_id: str) -> HttpResponse:
        """Forget the view."""
        gone = delete_view(actor=self.frame.person, view_id=view_id)
        noted = {"page": gone.page, "name": gone.name, "query": gone.query}
        said = _("The view %(name)s is gone.") % {"name": gone.name}
        offer_undo(request, said, reverse("console:view_undo"), noted)
        return redirect(next_address(request, "console:overview"))


class ViewUndo(ConsoleView):
    """Bring a deleted view back."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save it as it was."""
        noted = read_undo(request)
        try:
            if noted is not None:
                save_view(actor=self.frame.person, now=self.frame.now, **noted)
                messages.success(request, _("Undone."))
            else:
                messages.error(request, _("This can no longer be undone."))
        except ViewNameError as error:
            messages.error(request, said(error))
        return redirect(next_address(request, "console:overview"))


class Preference(ConsoleView):
    """Change the reader's language or theme from the top bar."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the choice with the person."""
        person = get_person(
            actor=self.frame.person, person_id=self.frame.person.id, now=self.frame.now
        )
        held = person.preferences
        language = request.POST.get("language", held.language)
        theme = request.POST.get("theme", held.theme.value)
        chosen = PersonPreferences(
            language if language in LANGUAGES else held.language,
            held.time_zone,
            Theme(theme) if theme in set(Theme) else held.theme,
        )
        set_preferences(
            actor=self.frame.person,
            preferences=chosen,
            now=self.frame.now,
        )
        return redirect(next_address(request, "console:overview"))

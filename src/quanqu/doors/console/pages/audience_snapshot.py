"""Freeze the members of an audience, those of now or of a past day, under a name of their own."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.pages.audience_frame import AudienceView
from quanqu.doors.console.rules.times import day_text
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError
from quanqu.know.audiences.contracts import AudienceRow
from quanqu.know.audiences.facade import take_snapshot

__all__ = ["AudienceSnapshot"]


class AudienceSnapshot(AudienceView):
    """Name it and take it."""

    permission = "audiences.manage"
    tab = "members"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show the form."""
        audience = self.audience(audience_id)
        on = _day(request.GET.get("on", ""))
        day = on or self.frame.now.date()
        name = f"{audience.name[:90]}, {day_text(day, self.frame.language)}"
        return self._draw(audience, on, name)

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Take it; what is wrong stands on the page and nothing typed is lost."""
        frame = self.frame
        audience = self.audience(audience_id)
        on = _day(request.POST.get("on", ""))
        name = request.POST.get("name", "")
        description = request.POST.get("description", "")
        try:
            made = take_snapshot(
                actor=frame.actor,
                audience_id=audience.id,
                name=name,
                description=description,
                on=on,
                now=frame.now,
            )
        except InvalidError as error:
            return self._draw(audience, on, name, description, said(error))
        messages.success(request, _("The snapshot is saved; its members are being worked out."))
        identity = ids.encode("aud", made.id)
        return redirect(frame.link(reverse("console:audience", args=[identity])))

    def _draw(
        self,
        audience: AudienceRow,
        on: date | None,
        name: str,
        description: str = "",
        problem: str = "",
    ) -> HttpResponse:
        lede = _("A snapshot keeps the people as they are, whatever the rules find later.")
        context = {
            **self.top(audience, lede),
            "on": on,
            "on_text": on.isoformat() if on else "",
            "name": name,
            "description": description,
            "problem": problem,
        }
        status = 422 if problem else 200
        return self.page("console/audiences/snapshot.html", context, status=status)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

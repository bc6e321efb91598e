"""The base of every page: who may open it, what a refusal looks like."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.shell.frame import Frame, frame_of
from quanqu.infra.auth.facade import find_actor
from quanqu.infra.http.contracts import RequestFieldsError
from quanqu.infra.http.facade import status_of
from quanqu.kernel.errors import NotAllowedError, NotFoundError, QuanquError
from quanqu.kernel.ids import MalformedIdError
from quanqu.kernel.paging import MalformedCursorError

__all__ = ["ConsoleView", "refusal"]


class ConsoleView(View):
    """A page of the console for a signed-in person with one permission."""

    page_code = ""
    permission = ""
    uses_period = False
    is_detail = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the permission, then answer; a refusal of a facade becomes a page."""
        if find_actor(request) is None:
            return redirect_to_login(request.get_full_path())
        try:
            if self.permission:
                self.frame.person.require(self.permission)
            return super().dispatch(request, *args, **kwargs)
        except QuanquError as error:
            return refusal(request, error, page_code=self.page_code)
        except (DataError, UnicodeEncodeError):
            # Text PostgreSQL cannot hold (NUL, half a surrogate pair), numbers beyond its range.
            return refusal(request, RequestFieldsError(), page_code=self.page_code)

    @property
    def frame(self) -> Frame:
        """Who reads, which part of the group, which period."""
        frame = frame_of(self.request)
        if self.is_detail:
            frame.list_path = reverse(f"console:{self.page_code}")
        return frame

    def page(
        self, template: str, context: Mapping[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        """Draw a page or a fragment with the frame in its context."""
        base = {
            "frame": self.frame,
            "page_code": self.page_code,
            "uses_period": self.uses_period and self.frame.person.can("metrics.view"),
        }
        return render(self.request, template, {**base, **(context or {})}, status=status)


def refusal(request: HttpRequest, error: QuanquError, *, page_code: str = "") -> HttpResponse:
    """Say what is missing and what to do; a fragment where a fragment was asked for."""
    status = 404 if isinstance(error, MalformedIdError) else status_of(error)
    again = request.path if request.method == "GET" and request.GET else ""
    context = {"page_code": page_code, "status": status, "again_href": again, **_words(error)}
    is_fragment = bool(getattr(request, "htmx", False))
    template = "console/kit/refusal_fragment.html" if is_fragment else "console/kit/refusal.html"
    return render(request, template, context, status=status)


def _words(error: QuanquError) -> dict[str, str]:
    if isinstance(error, NotAllowedError):
        return {
            "icon": "lock",
            "title": _("You may not open this"),
            "text": _("Ask an owner or administrator of your part of the group for this right:"),
            "detail": str(error.fields.get("permission", "")),
        }
    if isinstance(error, MalformedCursorError):
        return {
            "icon": "circle-alert",
            "title": _("This page of the list is gone"),
            "text": _("Its link is not valid, or belongs to another order. Begin at the top."),
            "detail": "",
        }
    if isinstance(error, NotFoundError | MalformedIdError):
        return {
            "icon": "search",
            "title": _("Nothing is here"),
            "text": _("It may have been removed, or lies outside the part of the group you see."),
            "detail": "",
        }
    return {
        "icon": "circle-alert",
        "title": _("This was not done"),
        "text": said(error),
        "detail": "",
    }

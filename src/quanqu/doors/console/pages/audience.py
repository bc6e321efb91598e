"""One audience: rules in words, members, versions compared, and what is done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_frame import kind_of, member_line
from quanqu.doors.console.pages.audience_words import language_of, names_for, sentence_of
from quanqu.doors.console.rules.drawing import spark_path
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import (
    AudienceRow,
    AudienceVersionRow,
    ContactUse,
)
from quanqu.know.audiences.facade import (
    archive_audience,
    compare_definitions,
    count_audience,
    dump,
    export_audience,
    find_as_of,
    get_audience,
    list_members,
    list_refreshes,
    list_versions,
    refresh_audience,
    restore_audience,
)

__all__ = [
    "AudienceArchive",
    "AudienceExport",
    "AudiencePage",
    "AudienceRefresh",
    "AudienceRestoration",
]

_REFRESHES_SHOWN = 10


class AudiencePage(ConsoleView):
    """One audience: rules in words, members, history."""

    page_code = "audiences"
    permission = "audiences.view"
    is_detail = True

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show the audience and a page of its members."""
        frame = self.frame
        identity = ids.decode("aud", audience_id)
        audience = get_audience(actor=frame.actor, audience_id=identity)
        versions = list_versions(actor=frame.actor, audience_id=identity)
        refreshes = list_refreshes(actor=frame.actor, audience_id=identity)
        last = audience.last_refresh
        context = {
            "audience": audience,
            "audience_id": audience_id,
            "tab": "members",
            "kind": kind_of(audience),
            **self._source(audience),
            "sentence": sentence_of(audience, frame),
            **self._members(identity),
            "refreshes": refreshes[:_REFRESHES_SHOWN],
            "spark": spark_path([float(one.members) for one in reversed(refreshes)]),
            "versions": versions,
            "compared": self._compared(audience, versions),
            "is_waiting": not audience.archived_at
            and (last is None or last.version != audience.version),
            "may_manage": frame.person.can("audiences.manage"),
            "may_export": frame.person.can("customers.export"),
            "may_reveal": frame.person.can("customers.reveal"),
        }
        is_poll = request.headers.get("HX-Target") == "audience"
        template = "console/audiences/body.html" if is_poll else "console/audiences/detail.html"
        return self.page(template, context)

    def _source(self, audience: AudienceRow) -> dict[str, Any]:
        one = audience.list
        if one is None:
            return {}
        visible = self.frame.audience_names
        is_there = one.source_id is not None and one.source_id in visible
        identity = ids.encode("aud", one.source_id) if one.source_id and is_there else ""
        address = reverse("console:audience", args=[identity]) if identity else ""
        return {
            "source_href": self.frame.link(address) if address else "",
            "left_out": sum(one.left_out.values()),
        }

    def _members(self, identity: UUID) -> dict[str, Any]:
        cursor = self.request.GET.get("cursor") or None
        found = list_members(actor=self.frame.actor, audience_id=identity, cursor=cursor)
        return {
            "members": [member_line(self.frame, one) for one in found.items],
            "next_cursor": found.next_cursor,
        }

    def _compared(
        self, audience: AudienceRow, versions: tuple[AudienceVersionRow, ...]
    ) -> dict[str, Any] | None:
        wanted = self.request.GET.get("beside", "")
        older = next((one for one in versions if str(one.version) == wanted), None)
        if older is None or older.version == audience.version:
            return None
        frame = self.frame
        as_of = find_as_of(actor=frame.actor, today=frame.now.date())
        then, today = (
            count_audience(actor=frame.actor, definition=dump(definition=one), as_of=as_of)
            for one in (older.definition, audience.definition)
        )
        return {
            "version": older,
            "sentence": sentence_of(older.definition, frame),
            "then": grouped(then),
            "now": grouped(today),
            "as_of": as_of,
            "change": compare_definitions(
                before=older.definition,
                after=audience.definition,
                language=language_of(frame),
                names=names_for(frame, older.definition, audience.definition),
            ),
        }


class AudienceRefresh(ConsoleView):
    """Work the members out now."""

    page_code = "audiences"
    permission = "audiences.manage"

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Do it and say what moved."""
        frame = self.frame
        done = refresh_audience(
            actor=frame.actor,
            audience_id=ids.decode("aud", audience_id),
            as_of=find_as_of(actor=frame.actor, today=frame.now.date()),
            now=frame.now,
        )
        said = _("%(members)s members: %(entered)s came, %(left)s left.")
        figures = {"members": done.members, "entered": done.entered, "left": done.left}
        messages.success(request, said % {name: grouped(one) for name, one in figures.items()})
        return redirect(frame.link(reverse("console:audience", args=[audience_id])))


class AudienceArchive(ConsoleView):
    """Put an audience away."""

    page_code = "audiences"
    permission = "audiences.manage"

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Archive it; its history stays, and its page offers the way back."""
        archive_audience(
            actor=self.frame.actor,
            audience_id=ids.decode("aud", audience_id),
            now=self.frame.now,
        )
        return redirect(self.frame.link(reverse("console:audience", args=[audience_id])))


class AudienceRestoration(ConsoleView):
    """Take an audience back from the archive."""

    page_code = "audiences"
    permission = "audiences.manage"

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Restore it; its members are worked out anew."""
        restore_audience(
            actor=self.frame.actor,
            audience_id=ids.decode("aud", audience_id),
            now=self.frame.now,
        )
        messages.success(request, _("The audience is back; its members are being worked out."))
        return redirect(self.frame.link(reverse("console:audience", args=[audience_id])))


class AudienceExport(ConsoleView):
    """The members as a file."""

    page_code = "audiences"
    permission = "customers.export"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Send the file; masked unless clear data is asked for, with its use, and allowed."""
        use = request.GET.get("use", "").partition(".")
        made = export_audience(
            actor=self.frame.actor,
            audience_id=ids.decode("aud", audience_id),
            format_=request.GET.get("format", "csv"),
            is_clear=request.GET.get("clear") == "1",
            now=self.frame.now,
            use=ContactUse(use[0], use[2]) if use[1] else None,
        )
        answer = HttpResponse(made.content, content_type=made.media_type)
        answer["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
        return answer

"""The audience builder: rules in the middle, a sentence beside, live count and examples."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_starters import DISCOUNTS, starters
from quanqu.doors.console.pages.builder_words import builder_words
from quanqu.doors.console.rules.times import day_text
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError
from quanqu.know.audiences.contracts import AudienceRow, FieldOrigin, StaticAudienceError
from quanqu.know.audiences.facade import (
    change_definition,
    dump,
    find_as_of,
    get_audience,
    list_found_events,
    list_found_keys,
    list_versions,
    rename_audience,
    save_audience,
)

__all__ = ["AudienceBuilder", "read_definition"]


class AudienceBuilder(ConsoleView):
    """Build a new audience, a copy of one, or change one."""

    page_code = "audiences"
    permission = "audiences.manage"
    is_detail = True

    def get(self, request: HttpRequest, audience_id: str = "") -> HttpResponse:
        """Show the builder, with an older version's rules or a copy's when these are asked for."""
        original = None if audience_id else self._audience(request.GET.get("copy", ""))
        known = self._audience(audience_id) or original
        if known is not None and known.list is not None:
            raise StaticAudienceError
        if original is not None:
            name = _("%(name)s (copy)") % {"name": original.name}
            definition = dump(definition=original.definition)
            return self._draw(None, definition, name=name, description=original.description)
        audience = self._audience(audience_id)
        return self._draw(audience, self._rules(audience))

    def post(self, request: HttpRequest, audience_id: str = "") -> HttpResponse:
        """Save; what is wrong stands on the page and nothing typed is lost."""
        audience = self._audience(audience_id)
        definition = read_definition(request.POST.get("definition", ""))
        name = request.POST.get("name", "")
        description = request.POST.get("description", "")
        if definition is None:
            return self._draw(audience, None, _("The rules cannot be read."), name, description)
        try:
            saved = self._save(audience, definition, name, description)
        except InvalidError as error:
            return self._draw(audience, definition, said(error), name, description)
        messages.success(request, _("The audience is saved; its members are being worked out."))
        identity = ids.encode("aud", saved.id)
        return redirect(self.frame.link(reverse("console:audience", args=[identity])))

    def _save(
        self, audience: AudienceRow | None, definition: dict[str, Any], name: str, description: str
    ) -> AudienceRow:
        actor, now = self.frame.actor, self.frame.now
        if audience is None:
            return save_audience(
                actor=actor, name=name, definition=definition, description=description, now=now
            )
        identity: UUID = audience.id
        if (name, description) != (audience.name, audience.description):
            rename_audience(
                actor=actor, audience_id=identity, name=name, description=description, now=now
            )
        return change_definition(actor=actor, audience_id=identity, definition=definition, now=now)

    def _audience(self, audience_id: str) -> AudienceRow | None:
        if not audience_id:
            return None
        return get_audience(actor=self.frame.actor, audience_id=ids.decode("aud", audience_id))

    def _rules(self, audience: AudienceRow | None) -> dict[str, Any] | None:
        if audience is None:
            return None
        older = self._version(audience)
        return older if older else dump(definition=audience.definition)

    def _version(self, audience: AudienceRow) -> dict[str, Any] | None:
        wanted = self.request.GET.get("version", "")
        if not wanted:
            return None
        found = list_versions(actor=self.frame.actor, audience_id=audience.id)
        return next(
            (dump(definition=one.definition) for one in found if str(one.version) == wanted), None
        )

    def _draw(
        self,
        audience: AudienceRow | None,
        definition: dict[str, Any] | None,
        problem: str = "",
        name: str = "",
        description: str = "",
    ) -> HttpResponse:
        frame = self.frame
        events = list_found_events(actor=frame.actor)
        as_of = find_as_of(actor=frame.actor, today=frame.now.date())
        context = {
            "audience": audience,
            "draft": ids.encode("aud", audience.id) if audience else "new",
            "definition": definition,
            "words": builder_words(
                frame,
                events,
                definition=definition,
                own_id=ids.encode("aud", audience.id) if audience else "",
            ),
            "problem": problem,
            "name": name or (audience.name if audience else ""),
            "description": description or (audience.description if audience else ""),
            "starters": [] if audience else self._starters([one.name for one in events]),
            "version": self.request.GET.get("version", "") if audience else "",
            "as_of": day_text(as_of, frame.language),
        }
        status = 422 if problem else 200
        return self.page("console/audiences/builder.html", context, status=status)

    def _starters(self, events: list[str]) -> list[tuple[str, str, str]]:
        """Return the beginnings that the data can answer: title, what for, definition as JSON."""
        actor = self.frame.actor
        keys = list_found_keys(actor=actor, origin=FieldOrigin.EVENT, event="Order Completed")
        discounts = {one.name for one in keys} & set(DISCOUNTS)
        found = starters(events, self.frame.main_currency, discounts)
        return [(one.title, one.text, json.dumps(one.definition)) for one in found]


def read_definition(text: str) -> dict[str, Any] | None:
    """Read a definition as JSON; None when it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None

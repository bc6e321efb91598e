"""The editor of one planned event: its properties, types, and what happens when it departs."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.plan import RULES
from quanqu.know.audiences.contracts import FieldOrigin
from quanqu.know.audiences.facade import list_found_events, list_found_keys
from quanqu.know.timeline.contracts import (
    PiiClass,
    PlanInputError,
    PlannedEvent,
    PlannedProperty,
    PropertyType,
    ViolationRule,
)
from quanqu.know.timeline.facade import get_plan, put_planned_event, remove_planned_event

__all__ = ["PlannedEventGone", "PlannedEventPage"]

TYPES: Final[dict[PropertyType, Promise]] = {
    PropertyType.ANY: gettext_lazy("anything"),
    PropertyType.STRING: gettext_lazy("text"),
    PropertyType.NUMBER: gettext_lazy("number"),
    PropertyType.INTEGER: gettext_lazy("whole number"),
    PropertyType.BOOLEAN: gettext_lazy("yes or no"),
    PropertyType.TIME: gettext_lazy("time (ISO 8601)"),
    PropertyType.OBJECT: gettext_lazy("object"),
    PropertyType.ARRAY: gettext_lazy("list"),
}
PERSONAL: Final[dict[PiiClass, Promise]] = {
    PiiClass.NONE: gettext_lazy("not personal"),
    PiiClass.CONTACT: gettext_lazy("contact data"),
    PiiClass.NAME: gettext_lazy("a name"),
    PiiClass.ADDRESS: gettext_lazy("an address"),
    PiiClass.NETWORK: gettext_lazy("network address"),
}
_BLANK_ROWS: Final = 3
_MOST_ROWS: Final = 200


class PlannedEventPage(ConsoleView):
    """Plan an event that is new, or change what is planned of one."""

    page_code = "timeline"
    permission = "timeline.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what is planned; for an event met but not planned, what was met of it."""
        name = request.GET.get("name", "").strip()
        held = get_plan(actor=self.frame.person).events.get(name)
        return self._draw(held or self._met(name), is_planned=held is not None)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the plan of the event; what is wrong stands above it and nothing is lost."""
        event = _given(request.POST)
        try:
            put_planned_event(actor=self.frame.person, event=event, now=self.frame.now)
        except PlanInputError as error:
            is_planned = request.POST.get("planned") == "1"
            return self._draw(event, is_planned=is_planned, problem=said(error), status=422)
        messages.success(request, _("The plan is changed."))
        return redirect(self.frame.link(reverse("console:plan"), q=event.name))

    def _met(self, name: str) -> PlannedEvent:
        if not name or not self.frame.person.can("audiences.view"):
            return PlannedEvent(name)
        keys = list_found_keys(actor=self.frame.actor, origin=FieldOrigin.EVENT, event=name)
        return PlannedEvent(
            name,
            properties=tuple(
                PlannedProperty(
                    key.name.removeprefix("properties."),
                    PropertyType.NUMBER if key.kind == "number" else PropertyType.ANY,
                    is_required=key.filled_rate == 1,
                )
                for key in keys
            ),
        )

    def _draw(
        self, event: PlannedEvent, *, is_planned: bool, problem: str = "", status: int = 200
    ) -> HttpResponse:
        person = self.frame.person
        found = list_found_events(actor=self.frame.actor) if person.can("audiences.view") else ()
        context = {
            "tab": "plan",
            "event": event,
            "is_planned": is_planned,
            "rows": _rows(event.properties),
            "types": TYPES.items(),
            "personal": PERSONAL.items(),
            "rules": RULES.items(),
            "met": [one.name for one in found],
            "problem": problem,
            "may_manage": person.scope("timeline.manage").everything,
        }
        return self.page("console/timeline/planned_event.html", context, status=status)


class PlannedEventGone(ConsoleView):
    """Take an event out of the plan."""

    page_code = "timeline"
    permission = "timeline.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remove it; one that came with the product can be had back."""
        name = request.POST.get("event", "")
        remove_planned_event(actor=self.frame.person, name=name, now=self.frame.now)
        messages.success(request, _("%(name)s is out of the plan.") % {"name": name})
        return redirect(self.frame.link(reverse("console:plan")))


def _rows(properties: Sequence[PlannedProperty]) -> list[dict[str, Any]]:
    blank = [PlannedProperty("")] * _BLANK_ROWS
    return [
        {"at": at, "one": one, "enum": ", ".join(one.enum)}
        for at, one in enumerate([*properties, *blank])
    ]


def _given(form: QueryDict) -> PlannedEvent:
    """Read the form; rows without a name are left out."""
    rule = form.get("rule", "")
    numbers = [at for at in range(_MOST_ROWS) if form.get(f"p{at}-name", "").strip()]
    return PlannedEvent(
        form.get("name", "").strip(),
        form.get("description", "").strip(),
        form.get("owner", "").strip(),
        tuple(_property(form, at) for at in numbers),
        ViolationRule(rule) if rule in set(ViolationRule) else ViolationRule.ALLOW,
    )


def _property(form: QueryDict, at: int) -> PlannedProperty:
    kind, pii = form.get(f"p{at}-type", ""), form.get(f"p{at}-pii", "")
    listed = form.get(f"p{at}-enum", "").replace("，", ",").split(",")
    return PlannedProperty(
        form.get(f"p{at}-name", "").strip(),
        PropertyType(kind) if kind in set(PropertyType) else PropertyType.ANY,
        is_required=form.get(f"p{at}-required") == "1",
        enum=tuple(one.strip() for one in listed if one.strip()),
        pii=PiiClass(pii) if pii in set(PiiClass) else PiiClass.NONE,
    )

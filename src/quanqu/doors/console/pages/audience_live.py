"""What the builder asks while one works: the count, who for example, and what is in the data."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_builder import read_definition
from quanqu.doors.console.pages.audience_words import language_of, names_for
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.rules.numbers import grouped, rate_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import FieldOrigin
from quanqu.know.audiences.facade import (
    count_audience,
    describe_audience,
    describe_fault,
    find_as_of,
    list_found_keys,
    list_found_values,
    preview_audience,
    validate,
)
from quanqu.know.customers.contracts import CustomerFilters, CustomerRow
from quanqu.know.customers.facade import count_customers

__all__ = ["AudienceFound", "AudiencePreview"]

_LARGEST_BODY = 64 * 1024
_EXAMPLES = 5
_NOTHING = {"count": "–", "note": "", "sentence": "", "problems": [], "sample": []}


class AudiencePreview(ConsoleView):
    """The live result: count, share, sentence, examples, and what is wrong where."""

    page_code = "audiences"
    permission = "audiences.view"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer as data for the builder."""
        frame = self.frame
        definition = read_definition(request.body[:_LARGEST_BODY].decode("utf-8", errors="replace"))
        if definition is None:
            return JsonResponse(_NOTHING)
        language = language_of(frame)
        problems = validate(definition=definition)
        if problems:
            told = [
                {"path": one.path, "text": describe_fault(problem=one, language=language)}
                for one in problems
            ]
            note = _("Mend what is marked to see the count.")
            return JsonResponse({**_NOTHING, "note": note, "problems": told})
        as_of = find_as_of(actor=frame.actor, today=frame.now.date())
        count = count_audience(actor=frame.actor, definition=definition, as_of=as_of)
        everybody = count_customers(actor=frame.actor, filters=CustomerFilters())
        share = rate_text(count / everybody) if everybody else "–"
        note = _("%(share)s of %(all)s customers") % {"share": share, "all": grouped(everybody)}
        sentence = describe_audience(
            definition=definition, language=language, names=names_for(frame)
        )
        sample = preview_audience(
            actor=frame.actor, definition=definition, as_of=as_of, limit=_EXAMPLES
        )
        return JsonResponse(
            {
                "count": grouped(count),
                "note": note,
                "sentence": sentence,
                "problems": [],
                "sample": [_example(row, frame) for row in sample],
            }
        )


class AudienceFound(ConsoleView):
    """What is really in the data, for the builder's lists."""

    page_code = "audiences"
    permission = "audiences.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the keys of customers or of an event, or the values of a field."""
        asked = request.GET
        is_event = asked.get("origin") == FieldOrigin.EVENT
        origin = FieldOrigin.EVENT if is_event else FieldOrigin.PROFILE
        found = self._values(origin) if asked.get("what") == "values" else self._keys(origin)
        return JsonResponse({"found": found})

    def _keys(self, origin: FieldOrigin) -> list[dict[str, Any]]:
        keys = list_found_keys(
            actor=self.frame.actor, origin=origin, event=self.request.GET.get("event", "")
        )
        filled = _("filled in %(share)s")
        return [
            {
                "name": key.name,
                "kind": key.kind,
                "note": filled % {"share": rate_text(key.filled_rate)},
            }
            for key in keys
        ]

    def _values(self, origin: FieldOrigin) -> list[dict[str, Any]]:
        asked = self.request.GET
        values = list_found_values(
            actor=self.frame.actor,
            origin=origin,
            field=asked.get("field", ""),
            event=asked.get("event", ""),
            text=asked.get("text", ""),
        )
        return [{"value": one.value, "note": grouped(one.count)} for one in values]


def _example(row: CustomerRow, frame: Frame) -> dict[str, str]:
    country = country_name(row.country, frame.language) if row.country else ""
    place = ", ".join(part for part in (row.city, country) if part)
    address = reverse("console:customer", args=[ids.encode("cus", row.id)])
    return {"title": title_of(row), "note": place, "href": frame.link(address)}

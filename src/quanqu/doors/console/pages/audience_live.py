"""What the builder asks while one works: the count, who for example, and what is in the data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

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
from quanqu.know.audiences.contracts import DefinitionError, FieldOrigin, Problem
from quanqu.know.audiences.facade import (
    describe_audience,
    describe_fault,
    describe_rules,
    find_as_of,
    list_found_keys,
    list_found_values,
    sample_audience,
    validate,
)
from quanqu.know.customers.contracts import CustomerFilters, CustomerRow
from quanqu.know.customers.facade import count_customers

__all__ = ["AudienceFound", "AudiencePreview"]

_LARGEST_BODY = 512 * 1024
_EXAMPLES = 5
_NOTHING: Final[dict[str, Any]] = {
    "count": "–",
    "note": "",
    "sentence": "",
    "sentences": [],
    "problems": [],
    "sample": [],
}


class AudiencePreview(ConsoleView):
    """The live result: count, share, sentence, examples, and what is wrong where."""

    page_code = "audiences"
    permission = "audiences.view"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer as data for the builder."""
        if len(request.body) > _LARGEST_BODY:
            text = _("These rules are too large to be counted.")
            told = [{"path": "$", "text": text}]
            return JsonResponse({**_NOTHING, "note": text, "problems": told})
        definition = read_definition(request.body.decode("utf-8", errors="replace"))
        if definition is None:
            return JsonResponse(_NOTHING)
        if problems := validate(definition=definition):
            return self._refused(problems, definition)
        try:
            return JsonResponse(self._counted(definition))
        except DefinitionError as error:  # what the rules speak of is not there, or goes in a ring
            return self._refused(error.problems, definition)

    def _counted(self, definition: dict[str, Any]) -> dict[str, Any]:
        frame = self.frame
        language, names = language_of(frame), names_for(frame, definition)
        as_of = find_as_of(actor=frame.actor, today=frame.now.date())
        count, sample = sample_audience(
            actor=frame.actor, definition=definition, as_of=as_of, limit=_EXAMPLES
        )
        everybody = count_customers(actor=frame.actor, filters=CustomerFilters())
        share = rate_text(count / everybody) if everybody else "–"
        return {
            "count": grouped(count),
            "note": _("%(share)s of %(all)s customers")
            % {"share": share, "all": grouped(everybody)},
            "sentence": describe_audience(definition=definition, language=language, names=names),
            "sentences": describe_rules(definition=definition, language=language, names=names),
            "problems": [],
            "sample": [_example(row, frame) for row in sample],
        }

    def _refused(self, problems: Sequence[Problem], definition: dict[str, Any]) -> HttpResponse:
        language, names = language_of(self.frame), names_for(self.frame, definition)
        told = [
            {
                "path": one.path,
                "text": describe_fault(problem=_named(one, names), language=language),
            }
            for one in problems
        ]
        note = _("Mend what is marked to see the count.")
        return JsonResponse({**_NOTHING, "note": note, "problems": told})


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


def _named(problem: Problem, names: Mapping[str, str]) -> Problem:
    """Return the fault with the place or audience it speaks of by name."""
    told = {key: names.get(f"{key}:{value}", value) for key, value in problem.details.items()}
    return replace(problem, details=told)


def _example(row: CustomerRow, frame: Frame) -> dict[str, str]:
    country = country_name(row.country, frame.language) if row.country else ""
    place = ", ".join(part for part in (row.city, country) if part)
    address = reverse("console:customer", args=[ids.encode("cus", row.id)])
    return {"title": title_of(row), "note": place, "href": frame.link(address)}

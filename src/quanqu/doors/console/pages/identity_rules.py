"""Identity rules: edit as a draft, simulate on everything stored, activate, look back."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customer_words import FIELD_TITLES, IDENTIFIER_TITLES
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.pages.identity_words import (
    CHOICES,
    EFFECTS,
    RULE_TITLES,
    VERSION_STATES,
    said_mistake,
)
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel import ids
from quanqu.know.customers.contracts import (
    LONG_FIELDS,
    CustomerRow,
    FieldChoice,
    FieldRule,
    RuleMistakesError,
    RuleSetRow,
    Simulation,
    TypeRule,
)
from quanqu.know.customers.facade import (
    activate_draft,
    discard_draft,
    list_profile_sources,
    list_rule_sets,
    save_draft,
    simulate_draft,
)

__all__ = ["IdentityActivation", "IdentityDraftGone", "IdentityRulesPage", "IdentitySimulation"]

_NUMBERS: Final = ("priority", "limit", "window_days", "shared_above")
_LISTS: Final = ("blocked_values", "blocked_patterns")
_HISTORY: Final = 20
_BETWEEN: Final = re.compile(r"[,;\n，；、]")
_LONGEST_NOTE: Final = 300


class IdentityRulesPage(ConsoleView):
    """The rules in force, or the draft while there is one."""

    page_code = "customers"
    permission = "customers.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self.draw()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep a draft; mistakes are said beside their fields, and what was typed stays."""
        content, typed = _content(request.POST)
        note = request.POST.get("note", "")[:_LONGEST_NOTE]
        try:
            save_draft(actor=self.frame.actor, content=content, note=note, now=self.frame.now)
        except RuleMistakesError as error:
            said = {place: said_mistake(found) for place, found in error.mistakes.items()}
            return self.draw(typed=typed, mistakes=said, status=422)
        messages.success(request, _("The draft is saved. Simulate it before you activate it."))
        return redirect(self.frame.link(reverse("console:identity_rules")))

    def draw(
        self,
        *,
        typed: Mapping[str, Mapping[str, Any]] | None = None,
        mistakes: Mapping[str, str] | None = None,
        simulation: Simulation | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Draw the page."""
        actor = self.frame.actor
        versions = list_rule_sets(actor=actor)
        draft = next((row for row in versions if row.status == "draft"), None)
        busy = next((row for row in versions if row.status == "activating"), None)
        active = next(row for row in versions if row.status == "active")
        may_manage = actor.can("customers.manage") and actor.scope("customers.manage").everything
        context = {
            "tab": "rules",
            "rows": _rows(draft or active, typed or {}, mistakes or {}),
            "fields": _fields(draft or active, typed or {}, mistakes or {}),
            "known_sources": list_profile_sources(actor=actor),
            "mistakes": bool(mistakes),
            "draft": draft,
            "busy": busy,
            "active": active,
            "history": [(row, VERSION_STATES[row.status]) for row in versions[:_HISTORY]],
            "may_manage": may_manage,
            "simulation": _shown(simulation) if simulation else None,
        }
        return self.page("console/customers/rules.html", context, status=status)


class IdentitySimulation(IdentityRulesPage):
    """What the draft would change; only looked at, it is the page of the rules."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Work it out and show it above the rules."""
        return self.draw(simulation=simulate_draft(actor=self.frame.actor))


class IdentityActivation(ConsoleView):
    """Put the draft in force."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Queue the recomputation."""
        activate_draft(actor=self.frame.actor, now=self.frame.now)
        messages.success(
            request, _("Every customer is being recomputed. The rules take effect when it is done.")
        )
        return redirect(self.frame.link(reverse("console:identity_rules")))


class IdentityDraftGone(ConsoleView):
    """Throw the draft away."""

    page_code = "customers"
    permission = "customers.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Throw it away."""
        discard_draft(actor=self.frame.actor, now=self.frame.now)
        messages.success(request, _("The draft is discarded."))
        return redirect(self.frame.link(reverse("console:identity_rules")))


def _content(form: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the rules that a form says, and what was typed, by type and field."""
    types: dict[str, dict[str, Any]] = {}
    typed: dict[str, dict[str, Any]] = {}
    for name in IDENTIFIER_TITLES:
        if f"{name}.priority" not in form:
            continue
        said = {field: str(form.get(f"{name}.{field}", "")) for field in (*_NUMBERS, *_LISTS)}
        links = bool(form.get(f"{name}.links"))
        typed[name] = {**said, "links": links}
        types[name] = {
            "links": links,
            **{field: _number(said[field]) for field in _NUMBERS},
            **{field: said[field].splitlines() for field in _LISTS},
        }
    fields: dict[str, Any] = {}
    for name in FIELD_TITLES:
        if f"fields.{name}.by" in form:
            by, sources = (
                str(form[f"fields.{name}.by"]),
                str(form.get(f"fields.{name}.sources", "")),
            )
            typed[f"fields.{name}"] = {"by": by, "sources": sources}
            listed = [one.strip() for one in _BETWEEN.split(sources)]
            fields[name] = {"by": by, "sources": [one for one in listed if one]}
    return {"types": types, "fields": fields}, typed


def _number(text: str) -> int | str | None:
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) <= 9 else text


def _rows(
    version: RuleSetRow, typed: Mapping[str, Mapping[str, Any]], mistakes: Mapping[str, str]
) -> list[dict[str, Any]]:
    rules = sorted(version.rules.types.items(), key=lambda item: (item[1].priority, item[0]))
    return [_row(name, rule, typed.get(name), mistakes) for name, rule in rules]


def _row(
    name: str, rule: TypeRule, typed: Mapping[str, Any] | None, mistakes: Mapping[str, str]
) -> dict[str, Any]:
    own = {
        place.partition(".")[2]: text
        for place, text in mistakes.items()
        if place.partition(".")[0] == name
    }
    return {
        "code": name,
        "title": IDENTIFIER_TITLES[name],
        "values": typed or _values(rule),
        "mistakes": own,
        "said": [(RULE_TITLES.get(field, ""), text) for field, text in own.items()],
    }


def _fields(
    version: RuleSetRow, typed: Mapping[str, Mapping[str, Any]], mistakes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the profile fields, each with the rule that chooses its value."""
    rows = []
    for name, title in FIELD_TITLES.items():
        rule = version.rules.fields.get(name, FieldRule())
        place = f"fields.{name}"
        rows.append(
            {
                "code": name,
                "title": title,
                "choices": [
                    (choice.value, words)
                    for choice, words in CHOICES.items()
                    if choice is not FieldChoice.LONGEST or name in LONG_FIELDS
                ],
                "values": typed.get(place)
                or {"by": rule.by.value, "sources": ", ".join(rule.sources)},
                "said": [
                    mistakes[f"{place}.{part}"]
                    for part in ("by", "sources")
                    if f"{place}.{part}" in mistakes
                ],
            }
        )
    return rows


def _values(rule: TypeRule) -> dict[str, Any]:
    numbers = {field: getattr(rule, field) for field in _NUMBERS}
    return {
        "links": rule.links,
        **{field: "" if value is None else value for field, value in numbers.items()},
        **{field: "\n".join(getattr(rule, field)) for field in _LISTS},
    }


def _shown(found: Simulation) -> dict[str, Any]:
    return {
        "figures": [
            (EFFECTS[name], grouped(count))
            for name, count in found.effect.items()
            if name in EFFECTS
        ],
        "fields": [
            (FIELD_TITLES[name.partition(".")[2]], grouped(count))
            for name, count in found.effect.items()
            if name.startswith("field.")
        ],
        "changes": [
            (_person(one.customer), FIELD_TITLES[one.field], one.before, one.after)
            for one in found.changes
        ],
        "merges": [[_person(row) for row in one.customers] for one in found.merges],
        "splits": [
            (
                _person(one.customer),
                [
                    " · ".join(f"{IDENTIFIER_TITLES[row.type]} {row.hint}" for row in part)
                    for part in one.parts
                ],
            )
            for one in found.splits
        ],
    }


def _person(row: CustomerRow) -> dict[str, Any]:
    return {
        "title": title_of(row),
        "href": reverse("console:customer", args=[ids.encode("cus", row.id)]),
        "known": " · ".join(
            f"{IDENTIFIER_TITLES[one.type]} {one.hint}" for one in row.identifiers[:4]
        ),
    }

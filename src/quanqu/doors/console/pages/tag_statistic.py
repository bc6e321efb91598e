"""A statistic as a form: what a person chooses and types, and the definition it stands for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from quanqu.doors.console.pages.audience_words import language_of
from quanqu.doors.console.pages.event_words import event_title
from quanqu.doors.console.pages.tag_words import MEASURES
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.audiences.contracts import FieldOrigin, Op
from quanqu.know.audiences.facade import (
    fields,
    list_found_events,
    list_found_keys,
    list_found_values,
)
from quanqu.know.tags.contracts import PLACE, StatisticMeasure

__all__ = ["CONDITIONS", "Condition", "StatisticForm", "form_choices"]

CONDITIONS: Final = 3
AMOUNT: Final = "revenue_minor"
_OPS: Final = (Op.EQ, Op.NE, Op.CONTAINS, Op.GTE, Op.LTE, Op.EXISTS)
_ORDER: Final = (Op.GTE, Op.LTE)
_NUMBERS: Final = (StatisticMeasure.SUM, StatisticMeasure.AVERAGE)
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one event as it is typed."""

    field: str = ""
    op: str = "eq"
    value: str = ""


@dataclass(frozen=True, slots=True)
class StatisticForm:
    """What is chosen and typed."""

    measure: str = StatisticMeasure.MOST_FREQUENT.value
    event: str = ""
    of: str = ""
    currency: str = ""
    days: str = ""
    conditions: tuple[Condition, ...] = field(default=(Condition(),) * CONDITIONS)

    @classmethod
    def typed(cls, data: QueryDict) -> "StatisticForm":
        """Read a form."""
        conditions = tuple(
            Condition(
                data.get(f"field{at}", ""),
                data.get(f"op{at}", "eq"),
                data.get(f"value{at}", "").strip(),
            )
            for at in range(CONDITIONS)
        )
        told = {name: data.get(name, "").strip() for name in ("event", "of", "currency", "days")}
        return cls(measure=data.get("measure", cls().measure), conditions=conditions, **told)

    @classmethod
    def of_definition(cls, definition: Mapping[str, Any]) -> "StatisticForm | None":
        """Return a definition as a form; None when it says more than the form can."""
        where = list(definition.get("where", ()))
        currency = next((one for one in where if _names_currency(one)), None)
        if currency is not None and definition.get("of") == AMOUNT:
            where.remove(currency)
        window = dict(definition.get("window", {}))
        days = window.pop("last_days", "")
        is_simple = all(_is_simple(one) for one in where)
        if window or len(where) > CONDITIONS or not is_simple:
            return None
        conditions = [
            Condition(one["field"], one.get("op", "eq"), _shown(one.get("value"))) for one in where
        ]
        blank = [Condition()] * (CONDITIONS - len(conditions))
        return cls(
            measure=str(definition["measure"]),
            event=str(definition["event"]),
            of=str(definition.get("of") or ""),
            currency=str(currency["value"]) if currency and definition.get("of") == AMOUNT else "",
            days=str(days),
            conditions=(*conditions, *blank),
        )

    @property
    def definition(self) -> dict[str, Any]:
        """The definition as data; whether it is right is for know.tags to say."""
        is_count = self.measure == StatisticMeasure.COUNT
        where = [_condition(one) for one in self.conditions if one.field]
        if self.of == AMOUNT and self.currency and not is_count:
            where.append({"field": "currency", "op": "eq", "value": self.currency})
        made: dict[str, Any] = {"measure": self.measure, "event": self.event, "where": where}
        if self.of and not is_count:
            made["of"] = self.of
        if self.days:
            made["window"] = {"last_days": int(self.days) if self.days.isdigit() else self.days}
        return made


def form_choices(form: StatisticForm, frame: Frame) -> dict[str, Any]:
    """Return what the form offers: events, fields and values that are in the data."""
    person = frame.person
    found = list_found_events(actor=frame.person) if person.can("audiences.view") else ()
    named = [(one.name, event_title(one.name, "track")) for one in found]
    columns, keys = _columns(frame), _keys(form, frame)
    wants_number = form.measure in [one.value for one in _NUMBERS]
    of = [(name, title) for name, title, kind in columns if not wants_number or kind == "number"]
    if not wants_number:
        of.insert(0, (PLACE, _("Place")))
    return {
        "form": form,
        "measures": [(one.value, title) for one, title in MEASURES.items()],
        "events": _with(named, form.event),
        "is_count": form.measure == StatisticMeasure.COUNT,
        "of_columns": _with(of, "" if form.of in keys else form.of),
        "of_keys": [(name, name.removeprefix("properties.")) for name in keys],
        "is_amount": form.of == AMOUNT,
        "currencies": _currencies(form, frame),
        "ops": _op_titles(),
        "conditions": [
            {
                "at": at,
                "one": one,
                "fields": _with(_asked(columns, keys), one.field),
                "values": _values(form, one, frame),
            }
            for at, one in enumerate(form.conditions)
        ],
    }


def _columns(frame: Frame) -> list[tuple[str, str, str]]:
    known = fields(language=language_of(frame))
    titles = {AMOUNT: _("revenue")}
    return [
        (one.name, _capital(titles.get(one.name, one.label)), one.kind)
        for one in known
        if one.origin == "event" and not one.name.endswith(".*")
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _keys(form: StatisticForm, frame: Frame) -> list[str]:
    if not form.event or not frame.person.can("audiences.view"):
        return []
    found = list_found_keys(actor=frame.person, origin=FieldOrigin.EVENT, event=form.event)
    return [one.name for one in found]


def _asked(columns: list[tuple[str, str, str]], keys: list[str]) -> list[tuple[str, str]]:
    plain = [(name, title) for name, title, kind in columns if name != AMOUNT and kind != "flag"]
    return plain + [(name, name.removeprefix("properties.")) for name in keys]


def _values(form: StatisticForm, one: Condition, frame: Frame) -> list[str]:
    known = {name for name, _title, _kind in _columns(frame)}
    is_asked = one.field in known or one.field.startswith("properties.")
    if not (is_asked and form.event and frame.person.can("audiences.view")):
        return []
    found = list_found_values(
        actor=frame.person, origin=FieldOrigin.EVENT, field=one.field, event=form.event
    )
    return [value.value for value in found]


def _currencies(form: StatisticForm, frame: Frame) -> list[str]:
    found = {place.currency for place in frame.visible_places if place.currency}
    return sorted(found | ({form.currency} if form.currency else set()))


def _with(options: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """Keep what was chosen before among the options, also when it is not in the data any more."""
    if not chosen or any(chosen == value for value, _title in options):
        return options
    return [*options, (chosen, chosen.removeprefix("properties."))]


def _op_titles() -> list[tuple[str, str]]:
    return [
        (Op.EQ.value, _("is")),
        (Op.NE.value, _("is not")),
        (Op.CONTAINS.value, _("contains")),
        (Op.GTE.value, _("at least")),
        (Op.LTE.value, _("at most")),
        (Op.EXISTS.value, _("is known")),
    ]


def _condition(one: Condition) -> dict[str, Any]:
    if one.op == Op.EXISTS:
        return {"field": one.field, "op": one.op}
    is_number = one.op in [op.value for op in _ORDER] or one.field == "quantity"
    value: Any = one.value
    if is_number and _NUMBER.fullmatch(one.value):
        value = float(one.value) if "." in one.value else int(one.value)
    return {"field": one.field, "op": one.op, "value": value}


def _names_currency(one: Mapping[str, Any]) -> bool:
    return one.get("field") == "currency" and one.get("op", "eq") == "eq"


def _is_simple(one: Mapping[str, Any]) -> bool:
    is_plain = not isinstance(one.get("value"), list | dict | bool)
    return is_plain and one.get("op", "eq") in [op.value for op in _OPS]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)

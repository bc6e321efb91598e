"""The words and the vocabulary of the audience builder, handed to the browser as data."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quanqu.doors.console.pages.audience_words import language_of, names_for
from quanqu.doors.console.pages.builder_rule_words import rule_gaps, rule_words
from quanqu.doors.console.pages.event_words import event_title
from quanqu.doors.console.pages.score_words import is_lookalike, score_title, score_titles
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.rules.times import day_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import exponent
from quanqu.know.audiences.contracts import FoundEvent, Measure, Op
from quanqu.know.audiences.facade import describe_rules, fields, list_festivals, validate
from quanqu.know.customers.facade import list_scores

__all__ = ["builder_words"]


def builder_words(
    frame: Frame,
    events: Sequence[FoundEvent],
    *,
    definition: Mapping[str, Any] | None = None,
    own_id: str = "",
) -> dict[str, Any]:
    """Return fields by origin, comparisons by kind, the events met, and every label.

    `definition` is what is built upon, told rule by rule; `own_id` the audience it is of.
    """
    language = language_of(frame)
    scores = _scores(frame)
    known = fields(language=language)
    profile = {one.name: one for one in known if one.origin == "profile"}
    event = {one.name: one for one in known if one.origin == "event"}
    measures = {one.name: one for one in known if one.origin == "measure"}
    names = names_for(frame, *([definition] if definition else []))
    is_right = definition is not None and not validate(definition=definition)
    ops = {one.kind: list(one.ops) for one in (*profile.values(), *event.values())}
    return {
        "fields": _plain(profile) | scores,
        "event_fields": _plain(event),
        "sum_fields": {name: one for name, one in _plain(event).items() if one["kind"] == "number"},
        "found_kinds": {},
        "events": [_event_option(one, frame) for one in events],
        "names": names | {f"event:{e.name}": event_title(e.name, "track") for e in events},
        "sentences": describe_rules(definition=definition, language=language, names=names)
        if definition is not None and is_right
        else [],
        "rank_fields": {
            name: one for name, one in (_plain(profile) | scores).items() if one["kind"] == "number"
        },
        "currencies": _currencies(frame),
        "ops": ops,
        "measure_ops": {name: list(one.ops) for name, one in measures.items()},
        "measure_kinds": {
            name: "day" if name in {Measure.FIRST, Measure.LAST} else "number" for name in measures
        },
        "op_titles": _op_titles(),
        "measures": _measures(),
        **_choices(),
        "festivals": list(list_festivals(language=language).items()),
        "joints": {"and": _("and"), "or": _("or"), "not": _("nor")},
        "gaps": _gaps(),
        **_labels(),
        **rule_words(frame, own_id=own_id),
    }


def _scores(frame: Frame) -> dict[str, dict[str, str]]:
    """Return the scores of customers in scope as fields; those of hidden audiences are left out."""
    if not frame.person.can("customers.view"):
        return {}
    titles = score_titles(frame)
    return {
        f"scores.{one.name}": {
            "kind": "number",
            "title": _("Score: %(name)s") % {"name": score_title(one.name, titles)},
        }
        for one in list_scores(actor=frame.actor)
        if one.name in titles or not is_lookalike(one.name)
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "windows": [
            ("ever", _("ever")),
            ("last", _("in the last")),
            ("between", _("between")),
            ("ago", _("days ago, from")),
            ("festival", _("around a festival")),
        ],
        "joins": [
            ("and", _("All of these hold")),
            ("or", _("Any of these holds")),
            ("not", _("None of these holds")),
        ],
    }


def _gaps() -> dict[str, str]:
    return {
        "field": _("Choose a field."),
        "event": _("Choose an event."),
        "of": _("Choose what to add up."),
        "value": _("Give a value."),
        "days": _("Give a number of days."),
        **rule_gaps(),
    }


def _event_option(one: FoundEvent, frame: Frame) -> dict[str, str]:
    note = _("%(n)s · last on %(day)s") % {
        "n": grouped(one.events),
        "day": day_text(one.last_on, frame.language),
    }
    return {"value": one.name, "title": event_title(one.name, "track"), "note": note}


def _currencies(frame: Frame) -> dict[str, int]:
    found = {place.currency for place in frame.visible_places if place.currency}
    ordered = sorted(found, key=lambda code: (code != frame.main_currency, code))
    return {code: exponent(code) for code in ordered}


def _plain(found: dict[str, Any]) -> dict[str, dict[str, str]]:
    titles = {"revenue_minor": _("revenue")}
    return {
        name: {"kind": one.kind, "title": _capital(titles.get(name, one.label))}
        for name, one in found.items()
        if not name.endswith(".*")
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _op_titles() -> dict[str, str]:
    return {
        Op.EQ.value: _("is"),
        Op.NE.value: _("is not"),
        Op.IN.value: _("is one of"),
        Op.NOT_IN.value: _("is none of"),
        Op.GT.value: _("more than"),
        Op.GTE.value: _("at least"),
        Op.LT.value: _("less than"),
        Op.LTE.value: _("at most"),
        Op.BETWEEN.value: _("from – to"),
        Op.CONTAINS.value: _("contains"),
        Op.STARTS_WITH.value: _("begins with"),
        Op.ENDS_WITH.value: _("ends with"),
        Op.EXISTS.value: _("is known"),
        Op.NOT_EXISTS.value: _("is not known"),
        Op.BEFORE.value: _("before"),
        Op.AFTER.value: _("after"),
        Op.WITHIN_LAST.value: _("within the last"),
        Op.WITHIN_NEXT.value: _("within the next"),
        Op.BEFORE_LAST.value: _("before the last"),
        Op.AFTER_NEXT.value: _("after the next"),
    }


def _measures() -> list[tuple[str, str]]:
    return [
        (Measure.COUNT.value, _("number of")),
        (Measure.SUM.value, _("sum of")),
        (Measure.AVERAGE.value, _("average of")),
        (Measure.MIN.value, _("lowest of")),
        (Measure.MAX.value, _("highest of")),
        (Measure.DISTINCT.value, _("different values of")),
        (Measure.DISTINCT_DAYS.value, _("days with")),
        (Measure.DISTINCT_WEEKS.value, _("weeks with")),
        (Measure.RECENCY.value, _("days since the last")),
        (Measure.FIRST.value, _("day of the first")),
        (Measure.LAST.value, _("day of the last")),
    ]


def _labels() -> dict[str, str]:
    return {
        "value": _("Value"),
        "values": _("Values"),
        "add_value": _("Add a value"),
        "yes": _("yes"),
        "no": _("no"),
        "days": _("days"),
        "days_ago": _("days ago"),
        "days_before": _("days before"),
        "days_after": _("days after"),
        "festival": _("Festival"),
        "to_word": _("to"),
        "from": _("From"),
        "to": _("To"),
        "and_word": _("and"),
        "field": _("Field"),
        "comparison": _("Comparison"),
        "remove": _("Remove"),
        "when": _("When"),
        "measure": _("Measure"),
        "event": _("Event"),
        "where": _("where"),
        "add_where": _("Where…"),
        "add_profile": _("Profile condition"),
        "add_event": _("Event condition"),
        "add_group": pgettext("conditions", "Group"),
        "join": _("How the conditions are joined"),
        "empty_group": _("Add a condition below."),
        "of_word": _("of"),
        "currency": _("Currency"),
        "more": _("More"),
        "duplicate": _("Duplicate"),
        "up": _("Move up"),
        "down": _("Move down"),
        "enclose": _("Put into a group of its own"),
        "group_profile": _("Profile"),
        "group_traits": _("Traits met in the data"),
        "group_tag_values": _("Values of tags"),
        "group_event": _("Every event"),
        "group_properties": _("Properties met in the data"),
        "not_met": _("not met in the data"),
        "no_event": _("No event of that name was met; you can still use it."),
        "unfinished": _("Finish what is marked to see the count."),
        "nothing_yet": _("Add a condition to see who fits."),
        "no_sentence": _("The rules are said here in words."),
        "unreachable": _("The count cannot be had just now."),
    }

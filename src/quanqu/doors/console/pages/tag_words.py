"""Tags in the reader's words: kinds, measures, values, how often they are worked out."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.audience_words import language_of, names_for
from quanqu.doors.console.pages.event_words import event_title
from quanqu.doors.console.rules.numbers import decimal_text, grouped, rate_text, symbol
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import exponent
from quanqu.know.audiences.contracts import DefinitionError
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags.contracts import (
    Accuracy,
    Every,
    Interval,
    StatisticMeasure,
    TagDefinitionError,
    ValueSort,
)
from quanqu.know.tags.facade import describe_definition

__all__ = ["EVERY", "KINDS", "MEASURES", "accuracy_words", "sentence_of_tag", "value_text"]

KINDS: Final[dict[TagKind, Promise]] = {
    TagKind.HAND: gettext_lazy("Hand tag"),
    TagKind.RULE: gettext_lazy("Rule tag"),
    TagKind.STATISTIC: gettext_lazy("Statistical tag"),
}
EVERY: Final[dict[Every, Promise]] = {
    Every.HOUR: gettext_lazy("every hour"),
    Every.DAY: gettext_lazy("every day"),
    Every.NEVER: gettext_lazy("only when asked for"),
}
MEASURES: Final[dict[StatisticMeasure, Promise]] = {
    StatisticMeasure.MOST_FREQUENT: gettext_lazy("most frequent value of"),
    StatisticMeasure.FIRST: gettext_lazy("first value of"),
    StatisticMeasure.LAST: gettext_lazy("last value of"),
    StatisticMeasure.SUM: gettext_lazy("sum of"),
    StatisticMeasure.AVERAGE: gettext_lazy("average of"),
    StatisticMeasure.COUNT: gettext_lazy("number of events"),
    StatisticMeasure.DISTINCT: gettext_lazy("different values of"),
}


def sentence_of_tag(kind: TagKind, definition: Mapping[str, Any], frame: Frame) -> str:
    """Return a definition in words, in the reader's language; empty for one nobody can read now."""
    names = names_for(frame, definition)
    event = definition.get("event")
    if isinstance(event, str):
        names |= {f"event:{event}": event_title(event, "track")}
    try:
        return describe_definition(
            kind=kind, definition=definition, language=language_of(frame), names=names
        )
    except (DefinitionError, TagDefinitionError):
        return ""


def value_text(text: str | None, number: float | None, sort: ValueSort | None) -> str:
    """Return the value of a tag as a person writes it; empty for a tag without one."""
    if number is not None:
        if sort is not None and sort.currency:
            return f"{symbol(sort.currency)}{decimal_text(number, exponent(sort.currency))}"
        return grouped(int(number)) if number.is_integer() else decimal_text(number, 2)
    if text is None:
        return ""
    if sort is not None and sort.of == "channel":
        return str(channel_titles().get(text, text))
    return text


def accuracy_words(found: Accuracy) -> dict[str, Any]:
    """Return how right a tag is, with the bounds of each estimate and what is still missing."""
    return {
        "version": found.version,
        "precision": _estimate(found.precision),
        "missed": _estimate(found.missed_rate),
        "recall": None if found.recall is None else rate_text(found.recall),
        "earlier": grouped(found.earlier_answers) if found.earlier_answers else "",
        "strata": [
            {
                "name": name,
                "size": grouped(one.size),
                "asked": grouped(one.asked),
                "right": grouped(one.right),
                "needed": grouped(one.needed),
                "missing": grouped(max(one.needed - one.asked, 0)),
                "is_enough": one.is_enough,
            }
            for name, one in ((_("With the tag"), found.worn), (_("Without it"), found.unworn))
        ],
    }


def _estimate(found: Interval | None) -> dict[str, str] | None:
    if found is None:
        return None
    low, high = rate_text(found.low), rate_text(found.high)
    return {"value": rate_text(found.value), "between": f"{low} – {high}"}

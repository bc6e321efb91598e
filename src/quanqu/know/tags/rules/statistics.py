"""What a statistic looks at, as an event rule of the audience grammar, and its phrases."""

from typing import Final

from quanqu.know.audiences.contracts import EventRule, Measure, Op
from quanqu.know.tags.contracts import PLACE, Statistic, StatisticMeasure

AMOUNT: Final = "revenue_minor"
OF_TEXT: Final = frozenset(
    {StatisticMeasure.FIRST, StatisticMeasure.LAST, StatisticMeasure.MOST_FREQUENT}
)
LONGEST_VALUE: Final = 200

_LIKE: Final = {
    StatisticMeasure.SUM: Measure.SUM,
    StatisticMeasure.AVERAGE: Measure.AVERAGE,
    StatisticMeasure.COUNT: Measure.COUNT,
    **dict.fromkeys({*OF_TEXT, StatisticMeasure.DISTINCT}, Measure.DISTINCT),
}
_PHRASES: Final = {
    "en": {
        StatisticMeasure.FIRST: "first {of} of {event}",
        StatisticMeasure.LAST: "last {of} of {event}",
        StatisticMeasure.MOST_FREQUENT: "most frequent {of} of {event}",
        StatisticMeasure.SUM: "total {of} of {event}",
        StatisticMeasure.AVERAGE: "average {of} of {event}",
        StatisticMeasure.COUNT: "number of {event}",
        StatisticMeasure.DISTINCT: "number of different {of} of {event}",
        "place": "place",
        "in": " ({currency})",
        "whole": "The {text}.",
    },
    "zh-hans": {
        StatisticMeasure.FIRST: "首次{event}的{of}",
        StatisticMeasure.LAST: "最近一次{event}的{of}",
        StatisticMeasure.MOST_FREQUENT: "{event}中最常见的{of}",
        StatisticMeasure.SUM: "{event}的{of}合计",
        StatisticMeasure.AVERAGE: "{event}的{of}平均值",
        StatisticMeasure.COUNT: "{event}的次数",
        StatisticMeasure.DISTINCT: "{event}涉及的不同{of}数",
        "place": "地点",
        "in": "（{currency}）",
        "whole": "{text}。",
    },
}


def event_rule(statistic: Statistic) -> EventRule:
    """Return a rule on the same events, so that what is right in an audience is right here.

    A place is no field of events: such a rule has no `of`.
    """
    is_place = statistic.of == PLACE and statistic.measure is not StatisticMeasure.COUNT
    is_of_number = statistic.measure in (StatisticMeasure.SUM, StatisticMeasure.AVERAGE)
    without = is_place and not is_of_number
    return EventRule(
        event=statistic.event,
        measure=Measure.COUNT if without else _LIKE[statistic.measure],
        of=None if without else statistic.of,
        op=Op.GTE,
        value=1,
        where=statistic.where,
        window=statistic.window,
    )


def currency_of(statistic: Statistic) -> str:
    """Return the currency that a statistic of amounts is in; empty for one of something else."""
    if statistic.of != AMOUNT:
        return ""
    named = (one for one in statistic.where if one.field == "currency" and one.op is Op.EQ)
    return next((str(one.value) for one in named), "")


def is_amount(statistic: Statistic) -> bool:
    """Tell whether the values of a statistic are amounts of money."""
    counts = (StatisticMeasure.COUNT, StatisticMeasure.DISTINCT)
    return statistic.of == AMOUNT and statistic.measure not in counts


def measure_phrase(statistic: Statistic, language: str) -> str:
    """Return the phrase of a statistic's measure, with {event} and {of} still in it."""
    words = _PHRASES[language]
    of = words["place"] if statistic.of == PLACE else "{of}"
    currency = currency_of(statistic) if is_amount(statistic) else ""
    if currency.isalpha():
        of += words["in"].format(currency=currency)
    return words[statistic.measure].replace("{of}", of)


def whole_sentence(text: str, language: str) -> str:
    """Return what a statistic says as a sentence."""
    return _PHRASES[language]["whole"].format(text=text)

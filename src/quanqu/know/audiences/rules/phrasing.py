"""The phrases of a language put together: conditions, values, windows, names of fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from quanqu.kernel.money import Money
from quanqu.know.audiences.contracts import (
    FestivalWindow,
    Op,
    ProfileRule,
    PropertyRule,
    Window,
)
from quanqu.know.audiences.rules.fields import (
    PROFILE_FIELDS,
    PROPERTIES,
    SCORES,
    TAG_VALUES,
    TRAITS,
    Kind,
)

AMOUNT: Final = "revenue_minor"
Names = Mapping[str, str]
NO_NAMES: Final[Names] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of a language, names of values in it, the currency amounts are in."""

    phrases: Mapping[str, str]
    names: Names
    currency: str = ""

    def __getitem__(self, key: str) -> str:
        return self.phrases[key]

    def of(self, currency: str) -> "Words":
        """Return the same words for amounts in a currency."""
        return Words(self.phrases, self.names, currency)


def currency_of(conditions: Sequence[PropertyRule]) -> str:
    """Return the one currency that conditions on an event name; empty without one."""
    return next(
        (str(one.value) for one in conditions if one.field == "currency" and one.op is Op.EQ), ""
    )


def say_condition(rule: ProfileRule | PropertyRule, words: Words) -> str:
    """Return a condition on a field in words."""
    own = f"{rule.field}.{rule.op}"
    key = own if PROFILE_FIELDS.get(rule.field) is Kind.TAGS else rule.op
    return say_compared(words[key], rule.field, say_field(rule.field, words), rule.value, words)


def say_compared(phrase: str, field: str, name: str, value: Any, words: Words) -> str:
    """Return a comparison of something, by its name in words."""
    if "{low}" in phrase:
        low, high = (_plain(found, field, words) for found in value)
        return phrase.format(field=name, low=low, high=high)
    if isinstance(value, list):
        shown = words["list"].join(_value(found, field, words) for found in value)
    elif "{value}" in phrase:
        is_day = phrase in (words["before"], words["after"])
        shown = (_plain if is_day else _value)(value, field, words)
    else:
        shown = ""
    return phrase.format(field=name, value=shown)


def say_quoted(name: str, text: str, words: Words) -> str:
    """Return the name of something in words, or else its text, in quotes."""
    return words["quoted"].format(text=words.names.get(name) or text)


def say_window(window: Window, words: Words) -> str:
    """Return days in words, empty for ever."""
    if window.last_days is not None:
        return words["window.last"].format(days=window.last_days)
    if window.from_days_ago is not None:
        first, last = window.from_days_ago, window.to_days_ago or 0
        return words["window.ago"].format(first=first, last=last)
    if window.to_days_ago is not None:
        return words["window.until_ago"].format(last=window.to_days_ago)
    if window.festival is not None:
        return _say_festival(window.festival, words)
    if window.from_on and window.to_on:
        return words["window.between"].format(first=window.from_on, last=window.to_on)
    if window.from_on:
        return words["window.since"].format(first=window.from_on)
    return words["window.until"].format(last=window.to_on) if window.to_on else ""


def say_field(field: str, words: Words) -> str:
    """Return the name of a field in words."""
    if field.startswith(SCORES):
        name = field[len(SCORES) :]
        return words["score"].format(text=say_quoted(f"score:{name}", name, words))
    for prefix, name in ((TRAITS, "trait"), (TAG_VALUES, "tag_value"), (PROPERTIES, "property")):
        if field.startswith(prefix):
            text = words["quoted"].format(text=field[len(prefix) :])
            return words[name].format(text=text)
    return words["revenue" if field == AMOUNT and words.currency else field]


def _say_festival(around: FestivalWindow, words: Words) -> str:
    key = "festival.last" if around.back == 1 else "festival.back"
    name = words[key].format(name=words[f"festival.{around.code}"], back=around.back)
    if not around.days_before and not around.days_after:
        return words["window.on"].format(name=name)
    parts = {"before": around.days_before, "after": around.days_after}
    return words["window.around"].format(name=name, **parts)


def _value(value: Any, field: str, words: Words) -> str:
    if not isinstance(value, str):
        return _plain(value, field, words)
    return say_quoted(f"{field}:{value}", value, words)


def _plain(value: Any, field: str, words: Words) -> str:
    if isinstance(value, bool):
        return words["true" if value else "false"]
    if field == AMOUNT and words.currency and isinstance(value, int):
        money = Money(value, words.currency)
        return f"{money.amount} {money.currency}"
    return str(value)

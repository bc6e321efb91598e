"""Say a definition, a rule or a problem in words, in English or Chinese."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from quanqu.kernel.money import Money
from quanqu.know.audiences.contracts import (
    And,
    Definition,
    EventRule,
    Measure,
    Node,
    Not,
    Op,
    Or,
    Problem,
    ProfileRule,
    PropertyRule,
    RuleChange,
    Window,
)
from quanqu.know.audiences.rules.fields import PROFILE_FIELDS, PROPERTIES, TRAITS, Kind
from quanqu.know.audiences.rules.reading import leaves
from quanqu.know.audiences.rules.words import chinese, english

_PHRASES: Final = {"en": english.PHRASES, "zh-hans": chinese.PHRASES}
_PROBLEMS: Final = {"en": english.PROBLEMS, "zh-hans": chinese.PROBLEMS}
_AMOUNT: Final = "revenue_minor"
Names = Mapping[str, str]
_NO_NAMES: Final[Names] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Words:
    """The phrases of a language, names of values in it, the currency amounts are in."""

    phrases: Mapping[str, str]
    names: Names
    currency: str = ""

    def __getitem__(self, key: str) -> str:
        return self.phrases[key]

    def of(self, currency: str) -> "_Words":
        """Return the same words for amounts in a currency."""
        return _Words(self.phrases, self.names, currency)


def describe(definition: Definition, language: str, names: Names = _NO_NAMES) -> str:
    """Return the definition as one sentence in the language (`en` or `zh-hans`).

    `names` says events and values in words: `event:Order Completed`, `country:GB`, `channel:web`.
    """
    words = _Words(_PHRASES[language], names)
    return words["start"].format(text=_say(definition.match, words, is_top=True))


def describe_rule(rule: ProfileRule | EventRule, language: str, names: Names = _NO_NAMES) -> str:
    """Return one rule in words."""
    return _say(rule, _Words(_PHRASES[language], names), is_top=True)


def describe_problem(problem: Problem, language: str) -> str:
    """Return what is wrong in words."""
    return _PROBLEMS[language][problem.code].format(**problem.details)


def field_name(field: str, language: str) -> str:
    """Return the name of a field in words."""
    return _field(field, _Words(_PHRASES[language], _NO_NAMES))


def describe_found(rule: ProfileRule | EventRule, value: str) -> str:
    """Return what a customer has for a rule, as a person writes it: amounts in major units."""
    currency = currency_of(rule.where) if isinstance(rule, EventRule) else ""
    if isinstance(rule, EventRule) and rule.of == _AMOUNT and currency:
        money = Money(int(value), currency)
        return f"{money.amount} {money.currency}"
    return value


def compare(
    before: Definition, after: Definition, language: str, names: Names = _NO_NAMES
) -> RuleChange:
    """Return the rules that are gone and those that have come, in reading order."""
    old, new = (
        [describe_rule(rule, language, names) for _, rule in leaves(one.match)]
        for one in (before, after)
    )
    is_rejoined = before.match != after.match and Counter(old) == Counter(new)
    return RuleChange(_without(old, new), _without(new, old), is_rejoined)


def currency_of(conditions: Sequence[PropertyRule]) -> str:
    """Return the one currency that conditions on an event name; empty without one."""
    return next(
        (str(one.value) for one in conditions if one.field == "currency" and one.op is Op.EQ), ""
    )


def _without(told: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    left = Counter(others)
    kept = []
    for one in told:
        if left[one]:
            left[one] -= 1
        else:
            kept.append(one)
    return tuple(kept)


def _say(node: Node, words: _Words, *, is_top: bool = False) -> str:
    if isinstance(node, And | Or):
        joint = words["and" if isinstance(node, And) else "or"]
        text = joint.join(_say(child, words) for child in node.nodes)
        return text if is_top or len(node.nodes) == 1 else words["group"].format(text=text)
    if isinstance(node, Not):
        return words["not"].format(text=_say(node.node, words, is_top=True))
    if isinstance(node, ProfileRule):
        return _condition(node, words)
    return _event(node, words)


def _condition(rule: ProfileRule | PropertyRule, words: _Words) -> str:
    own = f"{rule.field}.{rule.op}"
    key = own if PROFILE_FIELDS.get(rule.field) is Kind.TAGS else rule.op
    return _compared(words[key], rule.field, _field(rule.field, words), rule.value, words)


def _event(rule: EventRule, words: _Words) -> str:
    event = _quoted(f"event:{rule.event}", rule.event, words)
    words = words.of(currency_of(rule.where))
    told = [one for one in rule.where if not _is_said_by_amounts(one, rule, words.currency)]
    where = words["and"].join(_condition(condition, words) for condition in told)
    parts = {
        "where": words["where"].format(text=where) if where else "",
        "window": _window(rule.window, words),
    }
    if rule.measure is Measure.COUNT and (rule.op, rule.value) in _SOME:
        return words["event.some"].format(event=event, **parts)
    if rule.measure is Measure.COUNT and (rule.op, rule.value) in _NONE:
        return words["event.none"].format(event=event, **parts)
    of = _field(rule.of, words) if rule.of else ""
    measure = words[rule.measure].format(event=event, of=of)
    subject = words["event"].format(measure=measure, **parts)
    return _compared(words[rule.op], rule.of or "", subject, rule.value, words)


_SOME: Final = ((Op.GTE, 1), (Op.GT, 0))
_NONE: Final = ((Op.EQ, 0), (Op.LT, 1), (Op.LTE, 0))


def _is_said_by_amounts(one: PropertyRule, rule: EventRule, currency: str) -> bool:
    """Tell whether a condition only names the currency that an amount of the rule is said in."""
    has_amount = rule.of == _AMOUNT or any(
        other.field == _AMOUNT and other.value is not None for other in rule.where
    )
    names_it = one.field == "currency" and one.op is Op.EQ and one.value == currency
    return has_amount and names_it


def _compared(phrase: str, field: str, name: str, value: Any, words: _Words) -> str:
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


def _value(value: Any, field: str, words: _Words) -> str:
    if not isinstance(value, str):
        return _plain(value, field, words)
    return _quoted(f"{field}:{value}", value, words)


def _quoted(name: str, text: str, words: _Words) -> str:
    return words["quoted"].format(text=words.names.get(name) or text)


def _plain(value: Any, field: str, words: _Words) -> str:
    if isinstance(value, bool):
        return words["true" if value else "false"]
    if field == _AMOUNT and words.currency and isinstance(value, int):
        money = Money(value, words.currency)
        return f"{money.amount} {money.currency}"
    return str(value)


def _window(window: Window, words: _Words) -> str:
    if window.last_days is not None:
        return words["window.last"].format(days=window.last_days)
    if window.from_on and window.to_on:
        return words["window.between"].format(first=window.from_on, last=window.to_on)
    if window.from_on:
        return words["window.since"].format(first=window.from_on)
    return words["window.until"].format(last=window.to_on) if window.to_on else ""


def _field(field: str, words: _Words) -> str:
    for prefix, name in ((TRAITS, "trait"), (PROPERTIES, "property")):
        if field.startswith(prefix):
            text = words["quoted"].format(text=field[len(prefix) :])
            return words[name].format(text=text)
    return words["revenue" if field == _AMOUNT and words.currency else field]

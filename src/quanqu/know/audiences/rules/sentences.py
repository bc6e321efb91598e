"""Say a definition, a rule or a problem in words, in English or Chinese."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from quanqu.kernel.money import Money
from quanqu.know.audiences.contracts import (
    And,
    CatchmentRule,
    Definition,
    EventRule,
    Leaf,
    Node,
    Not,
    Or,
    Problem,
    RuleChange,
)
from quanqu.know.audiences.rules.festivals import CODES
from quanqu.know.audiences.rules.leaf_sentences import say_leaf, say_measured
from quanqu.know.audiences.rules.phrasing import (
    AMOUNT,
    NO_NAMES,
    Names,
    Words,
    currency_of,
    say_field,
)
from quanqu.know.audiences.rules.reading import leaves
from quanqu.know.audiences.rules.words import chinese, english

_PHRASES: Final = {"en": english.PHRASES, "zh-hans": chinese.PHRASES}
_PROBLEMS: Final = {"en": english.PROBLEMS, "zh-hans": chinese.PROBLEMS}


def describe(definition: Definition, language: str, names: Names = NO_NAMES) -> str:
    """Return the definition as one sentence in the language (`en` or `zh-hans`).

    `names` says events and values in words: `event:Order Completed`, `country:GB`, `channel:web`.
    """
    words = Words(_PHRASES[language], names)
    return words["start"].format(text=_say(definition.match, words, is_top=True))


def describe_rule(rule: Leaf, language: str, names: Names = NO_NAMES) -> str:
    """Return one rule in words."""
    return _say(rule, Words(_PHRASES[language], names), is_top=True)


def describe_events(rule: EventRule, measure: str, language: str, names: Names = NO_NAMES) -> str:
    """Return the events of a rule and what is measured of them, by a phrase of the caller."""
    return say_measured(rule, measure, Words(_PHRASES[language], names))


def describe_problem(problem: Problem, language: str) -> str:
    """Return what is wrong in words."""
    return _PROBLEMS[language][problem.code].format(**problem.details)


def festival_names(language: str) -> dict[str, str]:
    """Return the codes of the business calendar with their names, in calendar order of groups."""
    return {code: _PHRASES[language][f"festival.{code}"] for code in CODES}


def field_name(field: str, language: str) -> str:
    """Return the name of a field in words."""
    return say_field(field, Words(_PHRASES[language], NO_NAMES))


def describe_found(rule: Leaf, value: str, names: Names = NO_NAMES) -> str:
    """Return what a customer has for a rule, as a person writes it: amounts in major units, places
    by the names that `names` has for them and no others."""
    if isinstance(rule, CatchmentRule):
        told = (names.get(f"place:{place}") for place in value.split(","))
        return ", ".join(name for name in told if name)
    currency = currency_of(rule.where) if isinstance(rule, EventRule) else ""
    is_amount = isinstance(rule, EventRule) and rule.of == AMOUNT
    if is_amount and currency and value.lstrip("-").isdigit():
        money = Money(int(value), currency)
        return f"{money.amount} {money.currency}"
    return value


def compare(
    before: Definition, after: Definition, language: str, names: Names = NO_NAMES
) -> RuleChange:
    """Return the rules that are gone and those that have come, in reading order."""
    old, new = (
        [describe_rule(rule, language, names) for _, rule in leaves(one.match)]
        for one in (before, after)
    )
    is_rejoined = before.match != after.match and Counter(old) == Counter(new)
    return RuleChange(_without(old, new), _without(new, old), is_rejoined)


def _without(told: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    left = Counter(others)
    kept = []
    for one in told:
        if left[one]:
            left[one] -= 1
        else:
            kept.append(one)
    return tuple(kept)


def _say(node: Node, words: Words, *, is_top: bool = False) -> str:
    if isinstance(node, And | Or):
        joint = words["and" if isinstance(node, And) else "or"]
        text = joint.join(_say(child, words) for child in node.nodes)
        return text if is_top or len(node.nodes) == 1 else words["group"].format(text=text)
    if isinstance(node, Not):
        return words["not"].format(text=_say(node.node, words, is_top=True))
    return say_leaf(node, words)

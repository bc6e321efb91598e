"""Identity rules as JSON and back, with every mistake named by its place."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.customers.contracts.identifiers import KINDS, LONG_FIELDS, PROFILE_FIELDS
from quanqu.know.customers.contracts.rows import FieldChoice
from quanqu.know.customers.contracts.ruleset import FieldRule, Mistake, RuleSet, TypeRule

MOST_BLOCKED: Final = 500
LONGEST_VALUE: Final = 512
LONGEST_PATTERN: Final = 200
MOST_LIMIT: Final = 1_000_000
MOST_DAYS: Final = 3_650
MOST_SOURCES: Final = 50

Mistakes = dict[str, Mistake]


def as_json(rules: RuleSet) -> dict[str, Any]:
    """Write a rule set as plain data."""
    return {
        "types": {
            name: {
                "links": rule.links,
                "priority": rule.priority,
                "limit": rule.limit,
                "window_days": rule.window_days,
                "shared_above": rule.shared_above,
                "blocked_values": list(rule.blocked_values),
                "blocked_patterns": list(rule.blocked_patterns),
            }
            for name, rule in rules.types.items()
        },
        "fields": {
            name: {"by": rule.by.value, "sources": list(rule.sources)}
            for name, rule in rules.fields.items()
        },
    }


def read_rules(content: Mapping[str, Any], base: RuleSet) -> tuple[RuleSet, Mistakes]:
    """Read plain data over a rule set (what it does not say stays), and say what is wrong.

    Mistakes are sentences by place, such as "phone.limit"; a rule set with mistakes is
    not to be used.
    """
    wrong: Mistakes = {}
    types = dict(base.types)
    for name, given in _mapping(content.get("types", {}), "types", wrong).items():
        if name not in KINDS:
            wrong[name] = Mistake("This is not an identifier type.")
        else:
            types[name] = _type_rule(name, _mapping(given, name, wrong), base.types[name], wrong)
    fields = dict(base.fields)
    for name, given in _mapping(content.get("fields", {}), "fields", wrong).items():
        place = f"fields.{name}"
        if name not in PROFILE_FIELDS:
            wrong[place] = Mistake("This is not a field of the profile.")
        else:
            fields[name] = _field_rule(name, _mapping(given, place, wrong), wrong)
    return RuleSet(types, {name: fields[name] for name in fields if _chooses(fields[name])}), wrong


def _chooses(rule: FieldRule) -> bool:
    return bool(rule.sources) or rule.by not in (FieldChoice.LATEST, FieldChoice.SOURCES)


def _field_rule(name: str, given: Mapping[str, Any], wrong: Mistakes) -> FieldRule:
    place, by = f"fields.{name}", given.get("by", FieldChoice.LATEST.value)
    if by not in [choice.value for choice in FieldChoice]:
        wrong[f"{place}.by"] = Mistake("Choose one of: latest, first, sources, frequent, longest.")
        return FieldRule()
    if by == FieldChoice.LONGEST and name not in LONG_FIELDS:
        wrong[f"{place}.by"] = Mistake("The longest value says nothing of this field.")
        return FieldRule()
    if by != FieldChoice.SOURCES:
        return FieldRule(FieldChoice(by))
    sources = _texts(place, "sources", given, (), wrong)
    if not sources and f"{place}.sources" not in wrong:
        wrong[f"{place}.sources"] = Mistake("Name at least one source.")
    if len(sources) > MOST_SOURCES:
        wrong[f"{place}.sources"] = Mistake("Name at most {most} sources.", {"most": MOST_SOURCES})
    return FieldRule(FieldChoice.SOURCES, sources[:MOST_SOURCES])


def _type_rule(name: str, given: Mapping[str, Any], base: TypeRule, wrong: Mistakes) -> TypeRule:
    links = given.get("links", base.links)
    if not isinstance(links, bool):
        wrong[f"{name}.links"] = Mistake("This is true or false.")
    rule = TypeRule(
        links=bool(links),
        priority=_number(name, "priority", given, base.priority, wrong, 0, 99) or 0,
        limit=_number(name, "limit", given, base.limit, wrong, 1, MOST_LIMIT),
        window_days=_number(name, "window_days", given, base.window_days, wrong, 1, MOST_DAYS),
        shared_above=_number(name, "shared_above", given, base.shared_above, wrong, 1, MOST_LIMIT),
        blocked_values=_texts(name, "blocked_values", given, base.blocked_values, wrong),
        blocked_patterns=_texts(name, "blocked_patterns", given, base.blocked_patterns, wrong),
    )
    if rule.window_days is not None and rule.links:
        wrong[f"{name}.window_days"] = Mistake(
            "A window needs a type that does not link by itself."
        )
    elif rule.window_days is not None and rule.limit is None:
        wrong[f"{name}.window_days"] = Mistake("A window needs a limit.")
    for pattern in rule.blocked_patterns:
        if problem := pattern_problem(pattern):
            wrong[f"{name}.blocked_patterns"] = problem
    return rule


def pattern_problem(pattern: str) -> Mistake | None:
    """Return why a pattern cannot be used, or None.  RE2 syntax: linear time, no look-around, no
    back-reference."""
    if len(pattern) > LONGEST_PATTERN:
        return Mistake("A pattern has at most {most} characters.", {"most": LONGEST_PATTERN})
    try:
        matches_all = all(matching(["x", "shop:1", "1", "a@b.org", "+8613912345678"], (pattern,)))
    except pa.ArrowInvalid:
        return Mistake("{pattern} is not a pattern in RE2 syntax.", {"pattern": pattern})
    return Mistake("This pattern would block every value.") if matches_all else None


def matching(values: list[str], patterns: tuple[str, ...]) -> list[bool]:
    """Tell of each value whether one of the patterns matches it whole, whatever the case.

    Raises: ArrowInvalid on a pattern that is not RE2.
    """
    column = pa.array(values, pa.string())
    found = pa.array([False] * len(values), pa.bool_())
    for pattern in patterns:
        whole = f"^(?:{pattern})$"
        found = pc.or_(found, pc.match_substring_regex(column, whole, ignore_case=True))
    return list(found.to_pylist())


def blocked(rule: TypeRule, type_: str, values: list[str]) -> list[bool]:
    """Tell of normal values of a type whether the rule blocks them; a namespace in front of a
    value is passed over."""
    if not rule.blocked_values and not rule.blocked_patterns:
        return [False] * len(values)
    bare = [value.partition(":")[2] for value in values] if KINDS[type_].is_namespaced else values
    exact = {value.casefold() for value in rule.blocked_values}
    patterns = matching(bare, rule.blocked_patterns)
    return [
        found or one.casefold() in exact or whole.casefold() in exact
        for found, one, whole in zip(patterns, bare, values, strict=True)
    ]


def _mapping(given: Any, place: str, wrong: Mistakes) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    wrong[place] = Mistake("This is an object of names and values.")
    return {}


def _number(
    name: str, field: str, given: Mapping[str, Any], base: int | None, wrong: Mistakes, *bounds: int
) -> int | None:
    value = given.get(field, base)
    if value is None and field != "priority":
        return None
    lowest, highest = bounds
    if type(value) is not int or not lowest <= value <= highest:
        wrong[f"{name}.{field}"] = Mistake(
            "This is a whole number from {lowest} to {highest}.",
            {"lowest": lowest, "highest": highest},
        )
        return base
    return value


def _texts(
    name: str, field: str, given: Mapping[str, Any], base: tuple[str, ...], wrong: Mistakes
) -> tuple[str, ...]:
    value = given.get(field, base)
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        wrong[f"{name}.{field}"] = Mistake("This is a list of texts.")
        return base
    texts = tuple(dict.fromkeys(one.strip() for one in value if one.strip()))
    if len(texts) > MOST_BLOCKED or any(len(one) > LONGEST_VALUE or "\0" in one for one in texts):
        wrong[f"{name}.{field}"] = Mistake(
            "At most {most} entries of at most {longest} characters.",
            {"most": MOST_BLOCKED, "longest": LONGEST_VALUE},
        )
        return base
    return texts

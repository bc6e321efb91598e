"""Identity rules as JSON and back, with every mistake named by its place."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.customers.contracts.identifiers import KINDS, PROFILE_FIELDS
from quanqu.know.customers.contracts.ruleset import RuleSet, Survival, TypeRule

MOST_BLOCKED: Final = 500
LONGEST_VALUE: Final = 512
LONGEST_PATTERN: Final = 200
MOST_LIMIT: Final = 1_000_000
MOST_DAYS: Final = 3_650
MOST_SOURCES: Final = 100

Mistakes = dict[str, str]


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
        "survival": {name: how.value for name, how in rules.survival.items()},
        "trusted_sources": list(rules.trusted_sources),
    }


def read_rules(content: Mapping[str, Any], base: RuleSet) -> tuple[RuleSet, Mistakes]:
    """Read plain data over a rule set (what it does not say stays), and say what is wrong.

    Mistakes are sentences by place, such as "phone.limit" or "survival.name"; a rule set with
    mistakes is not to be used.
    """
    wrong: Mistakes = {}
    types = dict(base.types)
    for name, given in _mapping(content.get("types", {}), "types", wrong).items():
        if name not in KINDS:
            wrong[name] = "This is not an identifier type."
        else:
            types[name] = _type_rule(name, _mapping(given, name, wrong), base.types[name], wrong)
    return (
        RuleSet(types, _survival(content, base, wrong), _sources(content, base, wrong)),
        wrong,
    )


def _type_rule(name: str, given: Mapping[str, Any], base: TypeRule, wrong: Mistakes) -> TypeRule:
    links = given.get("links", base.links)
    if not isinstance(links, bool):
        wrong[f"{name}.links"] = "This is true or false."
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
        wrong[f"{name}.window_days"] = "A window needs a type that does not link by itself."
    elif rule.window_days is not None and rule.limit is None:
        wrong[f"{name}.window_days"] = "A window needs a limit."
    for pattern in rule.blocked_patterns:
        if problem := pattern_problem(pattern):
            wrong[f"{name}.blocked_patterns"] = problem
    return rule


def pattern_problem(pattern: str) -> str | None:
    """Return why a pattern cannot be used, or None.  RE2 syntax: linear time, no look-around, no
    back-reference."""
    if len(pattern) > LONGEST_PATTERN:
        return f"A pattern has at most {LONGEST_PATTERN} characters."
    try:
        matches_all = all(matching(["x", "shop:1", "1", "a@b.org", "+8613912345678"], (pattern,)))
    except pa.ArrowInvalid:
        return f"{pattern!r} is not a pattern in RE2 syntax."
    return "This pattern would block every value." if matches_all else None


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
    wrong[place] = "This is an object of names and values."
    return {}


def _number(
    name: str, field: str, given: Mapping[str, Any], base: int | None, wrong: Mistakes, *bounds: int
) -> int | None:
    value = given.get(field, base)
    if value is None and field != "priority":
        return None
    lowest, highest = bounds
    if type(value) is not int or not lowest <= value <= highest:
        wrong[f"{name}.{field}"] = f"This is a whole number from {lowest} to {highest}."
        return base
    return value


def _texts(
    name: str, field: str, given: Mapping[str, Any], base: tuple[str, ...], wrong: Mistakes
) -> tuple[str, ...]:
    value = given.get(field, base)
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        wrong[f"{name}.{field}"] = "This is a list of texts."
        return base
    texts = tuple(dict.fromkeys(one.strip() for one in value if one.strip()))
    if len(texts) > MOST_BLOCKED or any(len(one) > LONGEST_VALUE or "\0" in one for one in texts):
        wrong[f"{name}.{field}"] = (
            f"At most {MOST_BLOCKED} entries of at most {LONGEST_VALUE} characters."
        )
        return base
    return texts


def _survival(content: Mapping[str, Any], base: RuleSet, wrong: Mistakes) -> dict[str, Survival]:
    found = dict(base.survival)
    for field, how in _mapping(content.get("survival", {}), "survival", wrong).items():
        if field not in PROFILE_FIELDS or how not in list(Survival):
            wrong[f"survival.{field}"] = "Give a profile field and latest, trusted or frequent."
        else:
            found[field] = Survival(how)
    return found


def _sources(content: Mapping[str, Any], base: RuleSet, wrong: Mistakes) -> tuple[str, ...]:
    given = content.get("trusted_sources", list(base.trusted_sources))
    is_list = isinstance(given, list | tuple) and all(isinstance(one, str) for one in given)
    if not is_list or len(given) > MOST_SOURCES or any(len(one) > 120 for one in given):
        wrong["trusted_sources"] = f"This is a list of at most {MOST_SOURCES} names of sources."
        return base.trusted_sources
    return tuple(dict.fromkeys(one.strip() for one in given if one.strip()))

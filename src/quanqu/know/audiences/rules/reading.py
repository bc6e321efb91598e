"""Read a definition: its shape by the grammar, its sense by the fields; exact places of faults."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from quanqu.know.audiences.contracts import (
    And,
    Definition,
    DefinitionError,
    EventRule,
    Measure,
    Node,
    Not,
    Op,
    Or,
    Problem,
    ProfileRule,
    PropertyRule,
)
from quanqu.know.audiences.rules.fields import (
    MEASURE_KINDS,
    MEASURE_OPS,
    OPS,
    Kind,
    event_kind,
    profile_kind,
)

DEEPEST: Final = 8
MOST_LEAVES: Final = 50
LONGEST_SPAN_DAYS: Final = 36_500
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_PLACE: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_JOINS: Final = ("and", "or", "not")
_LISTS: Final = {Op.IN, Op.NOT_IN, Op.BETWEEN}
_WORDS: Final = {Op.CONTAINS, Op.STARTS_WITH}
_DATES: Final = {Op.BEFORE, Op.AFTER}


def parse(raw: Mapping[str, Any]) -> Definition:
    """Read JSON data as a definition that makes sense. Raises: DefinitionError."""
    try:
        definition = msgspec.convert(raw, Definition)
    except msgspec.ValidationError as error:
        exact = list(_misshapen(raw.get("match"), "$.match", 1))
        raise DefinitionError(exact or [_shape_problem("$", error)]) from None
    except RecursionError:
        raise DefinitionError([Problem("$", "too_deep")]) from None
    if problems := check(definition):
        raise DefinitionError(problems)
    return definition


def dump(definition: Definition) -> dict[str, Any]:
    """Write a definition as JSON data."""
    written: dict[str, Any] = msgspec.to_builtins(definition)
    return written


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of definitions."""
    schema: dict[str, Any] = msgspec.json.schema(Definition)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def leaves(node: Node, path: str = "$.match") -> Iterator[tuple[str, ProfileRule | EventRule]]:
    """Yield the rules of a tree with their JSON paths, in reading order."""
    for at, found, _ in _walk(node, path, 1):
        if isinstance(found, ProfileRule | EventRule):
            yield at, found


def children(node: Node, path: str) -> list[tuple[str, Node]]:
    """Return the nodes directly below one, with their JSON paths."""
    if isinstance(node, And | Or):
        return [(f"{path}.nodes[{at}]", child) for at, child in enumerate(node.nodes)]
    return [(f"{path}.node", node.node)] if isinstance(node, Not) else []


def check(definition: Definition) -> list[Problem]:
    """Return what is wrong with a well-formed definition, in reading order."""
    problems: list[Problem] = []
    count = 0
    for path, node, depth in _walk(definition.match, "$.match", 1):
        if depth > DEEPEST:
            return [Problem(path, "too_deep", {"deepest": str(DEEPEST)})]
        if isinstance(node, ProfileRule):
            problems += _check_field(path, node, profile_kind(node.field))
        elif isinstance(node, EventRule):
            problems += _check_event(path, node)
        count += isinstance(node, ProfileRule | EventRule)
    if count > MOST_LEAVES:
        problems.append(Problem("$.match", "too_many", {"most": str(MOST_LEAVES)}))
    return problems


def _misshapen(node: object, path: str, depth: int) -> Iterator[Problem]:
    """Yield the faults in the shape of single rules: msgspec itself names no place in a list."""
    if not isinstance(node, Mapping) or node.get("kind") not in _JOINS or depth > DEEPEST:
        try:
            msgspec.convert(node, Node)
        except msgspec.ValidationError as error:
            yield _shape_problem(path, error)
        except RecursionError:
            yield Problem(path, "too_deep", {"deepest": str(DEEPEST)})
        return
    if node["kind"] == "not":
        yield from _misshapen(node.get("node"), f"{path}.node", depth + 1)
    elif isinstance(node.get("nodes"), list):
        for at, child in enumerate(node["nodes"]):
            yield from _misshapen(child, f"{path}.nodes[{at}]", depth + 1)


def _shape_problem(path: str, error: msgspec.ValidationError) -> Problem:
    found = _PLACE.match(str(error))
    what, below = (found["what"], found["path"]) if found else (str(error), None)
    return Problem(path + (below or "$").removeprefix("$"), "shape", {"reason": what})


def _walk(node: Node, path: str, depth: int) -> Iterator[tuple[str, Node, int]]:
    yield path, node, depth
    if depth <= DEEPEST:
        for at, child in children(node, path):
            yield from _walk(child, at, depth + 1)


def _check_field(path: str, rule: ProfileRule | PropertyRule, kind: Kind | None) -> list[Problem]:
    if kind is None:
        return [Problem(f"{path}.field", "unknown_field", {"field": rule.field})]
    if rule.op not in OPS[kind]:
        return [_wrong_op(path, rule.op, OPS[kind])]
    return _check_value(path, rule.op, rule.value, kind)


def _check_event(path: str, rule: EventRule) -> list[Problem]:
    problems = []
    if not rule.event.isprintable():
        problems.append(Problem(f"{path}.event", "not_printable"))
    for at, condition in enumerate(rule.where):
        problems += _check_field(f"{path}.where[{at}]", condition, event_kind(condition.field))
    problems += _check_measure(path, rule)
    ops = MEASURE_OPS[rule.measure]
    if rule.op not in ops:
        problems.append(_wrong_op(path, rule.op, ops))
    else:
        problems += _check_value(path, rule.op, rule.value, MEASURE_KINDS[rule.measure])
    window = rule.window
    if window.last_days is not None and (window.from_on or window.to_on):
        problems.append(Problem(f"{path}.window", "window_both"))
    if window.from_on and window.to_on and window.to_on < window.from_on:
        problems.append(Problem(f"{path}.window.to", "window_backwards"))
    return problems


def _check_measure(path: str, rule: EventRule) -> list[Problem]:
    if rule.measure is not Measure.SUM:
        return [Problem(f"{path}.of", "of_without_sum")] if rule.of is not None else []
    if rule.of is None:
        return [Problem(f"{path}.of", "sum_of_what")]
    if event_kind(rule.of) not in (Kind.NUMBER, Kind.ANY):
        return [Problem(f"{path}.of", "not_a_number_field", {"field": rule.of})]
    is_one_currency = any(
        condition.field == "currency" and condition.op is Op.EQ for condition in rule.where
    )
    if rule.of == "revenue_minor" and not is_one_currency:
        return [Problem(f"{path}.where", "currency_needed")]
    return []


def _wrong_op(path: str, op: Op, allowed: frozenset[Op]) -> Problem:
    names = ", ".join(found for found in Op if found in allowed)
    return Problem(f"{path}.op", "wrong_op", {"op": op, "allowed": names})


def _check_value(path: str, op: Op, value: object, kind: Kind) -> list[Problem]:
    at = f"{path}.value"
    if op in (Op.EXISTS, Op.NOT_EXISTS):
        return [] if value is None else [Problem(at, "no_value_wanted")]
    if op in _LISTS:
        return _check_list(at, op, value, kind)
    if op is Op.WITHIN_LAST:
        is_span = isinstance(value, int) and not isinstance(value, bool)
        is_right = is_span and 1 <= int(str(value)) <= LONGEST_SPAN_DAYS
        return [] if is_right else [Problem(at, "days_wanted", {"most": str(LONGEST_SPAN_DAYS)})]
    if op in _DATES:
        return [] if _is_day(value) else [Problem(at, "day_wanted")]
    if op in _WORDS:
        return [] if _is_text(value) else [Problem(at, "text_wanted")]
    return _check_scalar(at, value, Kind.NUMBER if op not in (Op.EQ, Op.NE) else kind)


def _check_list(at: str, op: Op, value: object, kind: Kind) -> list[Problem]:
    if not isinstance(value, list):
        return [Problem(at, "list_wanted")]
    if op is not Op.BETWEEN:
        if not value:
            return [Problem(at, "list_wanted")]
        if len({isinstance(found, str) for found in value}) > 1:
            return [Problem(at, "list_mixed")]
        wanted = Kind.TEXT if kind is Kind.TAGS else kind
        return [
            problem
            for number, found in enumerate(value)
            for problem in _check_scalar(f"{at}[{number}]", found, wanted)
        ]
    is_right = len(value) == 2 and all(
        _is_day(found) if kind is Kind.DAY else _is_number(found) for found in value
    )
    if not is_right:
        return [Problem(at, "two_days_wanted" if kind is Kind.DAY else "two_numbers_wanted")]
    return [] if value[0] <= value[1] else [Problem(at, "between_backwards")]


def _check_scalar(at: str, value: object, kind: Kind) -> list[Problem]:
    if kind is Kind.FLAG:
        return [] if isinstance(value, bool) else [Problem(at, "flag_wanted")]
    if kind is Kind.NUMBER:
        return [] if _is_number(value) else [Problem(at, "number_wanted")]
    if kind is Kind.TEXT:
        return [] if _is_text(value) else [Problem(at, "text_wanted")]
    is_right = isinstance(value, bool) or _is_number(value) or _is_text(value)
    return [] if is_right else [Problem(at, "value_wanted")]


def _is_text(value: object) -> bool:
    """Text with something in it that every engine can take: no NUL, no lone surrogate."""
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) < 2**53


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return day.isoformat() == value and FIRST_YEAR <= day.year <= LAST_YEAR

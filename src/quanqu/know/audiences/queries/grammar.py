"""The grammar for those who write definitions: schema, fields, faults, sentences."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from quanqu.know.audiences.contracts import (
    Definition,
    DefinitionError,
    EventRule,
    FieldInfo,
    Op,
    Problem,
    RuleChange,
)
from quanqu.know.audiences.rules import sentences
from quanqu.know.audiences.rules.fields import EVENT_FIELDS, MEASURE_OPS, OPS, PROFILE_FIELDS, Kind
from quanqu.know.audiences.rules.reading import dump as as_data
from quanqu.know.audiences.rules.reading import json_schema, leaves, parse


def grammar() -> dict[str, Any]:
    """Return the JSON Schema of definitions (draft 2020-12)."""
    return json_schema()


def fields(*, language: str) -> tuple[FieldInfo, ...]:
    """Return what rules may speak of, with the comparisons each allows and its name in words.

    After the fields of every customer and event stand those of any trait, any tag with a value, any
    property and any score by its name; then come the measures of events.
    """
    told = [
        FieldInfo(origin, name, kind, _ops(OPS[kind]), sentences.field_name(name, language))
        for origin, known in (("profile", PROFILE_FIELDS), ("event", EVENT_FIELDS))
        for name, kind in known.items()
    ]
    open_ended = [
        FieldInfo(origin, f"{name}.*", Kind.ANY, _ops(OPS[Kind.ANY]), name)
        for origin, name in (
            ("profile", "traits"),
            ("profile", "tag_values"),
            ("event", "properties"),
        )
    ]
    measures = [
        FieldInfo("measure", measure, "measure", _ops(ops), measure)
        for measure, ops in MEASURE_OPS.items()
    ]
    scores = FieldInfo("profile", "scores.*", Kind.NUMBER, _ops(OPS[Kind.NUMBER]), "scores")
    return (*told, *open_ended, scores, *measures)


def list_festivals(*, language: str) -> dict[str, str]:
    """Return the days of the business calendar that windows may name, with their names in words."""
    return sentences.festival_names(language)


def dump(*, definition: Definition) -> dict[str, Any]:
    """Return a definition as JSON data."""
    return as_data(definition)


def validate(*, definition: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what is wrong with a definition, with exact places; nothing: it is right."""
    try:
        parse(definition)
    except DefinitionError as error:
        return error.problems
    return ()


def describe_audience(
    *,
    definition: Mapping[str, Any] | Definition,
    language: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a definition as a sentence in `en` or `zh-hans`; `names` says values in words.

    Raises: DefinitionError.
    """
    known = definition if isinstance(definition, Definition) else parse(definition)
    return sentences.describe(known, language, names)


def describe_rules(
    *,
    definition: Mapping[str, Any] | Definition,
    language: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Return every rule of a definition in words, in reading order; see describe_audience.

    Raises: DefinitionError.
    """
    known = definition if isinstance(definition, Definition) else parse(definition)
    return tuple(sentences.describe_rule(rule, language, names) for _, rule in leaves(known.match))


def describe_events(
    *,
    event: EventRule,
    measure: str,
    language: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return in words which events a rule looks at and what is measured of them, without what that
    is compared with.

    `measure` is a phrase of the caller with {event} and {of}.
    """
    return sentences.describe_events(event, measure, language, names)


def compare_definitions(
    *,
    before: Definition,
    after: Definition,
    language: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> RuleChange:
    """Return which rules of one definition are gone from another, and which have come."""
    return sentences.compare(before, after, language, names)


def describe_fault(*, problem: Problem, language: str) -> str:
    """Return what is wrong, in words, in `en` or `zh-hans`."""
    return sentences.describe_problem(problem, language)


def _ops(ops: frozenset[Op]) -> tuple[str, ...]:
    return tuple(op.value for op in Op if op in ops)

"""Read definitions of tags, say them in words, and tell which other tags they speak of."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from quanqu.infra.auth.contracts import Scope
from quanqu.know.audiences.contracts import DefinitionError, Problem
from quanqu.know.audiences.facade import (
    describe_audience,
    describe_events,
    list_rules,
    validate,
)
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags.contracts import Statistic, StatisticNameError, TagDefinitionError
from quanqu.know.tags.rules.depending import VALUES, tags_of
from quanqu.know.tags.rules.statistics import (
    currency_of,
    event_rule,
    is_amount,
    measure_phrase,
    whole_sentence,
)

EVERYTHING: Final = Scope(everything=True)  # a tag is the whole group's


def read_definition(
    *, kind: TagKind, name: str, definition: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a definition as it is kept, once it is right.

    Raises: DefinitionError (rules), TagDefinitionError and StatisticNameError (statistics).
    """
    if kind is TagKind.STATISTIC:
        statistic = parse_statistic(definition)
        asked = {"kind": "profile", "field": f"{VALUES}{name}", "op": "exists"}
        if name and validate(definition={"version": 2, "match": asked}):
            raise StatisticNameError
        kept: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(statistic))
        return kept
    if problems := validate(definition=definition):
        raise DefinitionError(problems)
    list_rules(definition=definition, scope=EVERYTHING)
    return definition


def parse_statistic(raw: Mapping[str, Any]) -> Statistic:
    """Read JSON data as a statistic that makes sense. Raises: TagDefinitionError."""
    try:
        statistic = msgspec.convert(dict(raw), Statistic)
    except msgspec.ValidationError as error:
        raise TagDefinitionError([Problem("$", "shape", {"reason": str(error)})]) from None
    rule = msgspec.json.decode(msgspec.json.encode(event_rule(statistic)))
    problems = validate(definition={"version": 2, "match": rule})
    if not problems and is_amount(statistic) and not currency_of(statistic):
        problems = (Problem("$.where", "currency_needed"),)
    if problems:
        raise TagDefinitionError(
            [
                Problem(found.path.replace("$.match", "$", 1), found.code, found.details)
                for found in problems
            ]
        )
    return statistic


def statistic_schema() -> dict[str, Any]:
    """Return the JSON Schema of statistics (draft 2020-12)."""
    schema: dict[str, Any] = msgspec.json.schema(Statistic)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def describe_definition(
    *,
    kind: TagKind,
    definition: Mapping[str, Any],
    language: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a definition as a sentence in `en` or `zh-hans`; `names` says values in words.

    Raises: DefinitionError, TagDefinitionError.
    """
    if kind is not TagKind.STATISTIC:
        return describe_audience(definition=definition, language=language, names=names)
    statistic = parse_statistic(definition)
    said = describe_events(
        event=event_rule(statistic),
        measure=measure_phrase(statistic, language),
        language=language,
        names=names,
    )
    return whole_sentence(said, language)


def needs_of(kind: TagKind, definition: Mapping[str, Any], known: frozenset[str]) -> frozenset[str]:
    """Return the tags that a definition speaks of, through audiences too.

    Raises: DefinitionError for rules that make no sense any more.
    """
    if kind is TagKind.STATISTIC:
        return frozenset()
    return tags_of(list_rules(definition=definition, scope=EVERYTHING), known)

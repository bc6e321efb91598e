"""Reads mappings and manifests from data and refuses wrong ones with the place that is wrong."""

import codecs
import re
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from quanqu.doors.connectors.contracts import (
    BadMappingError,
    Condition,
    Entity,
    Field,
    Layout,
    Manifest,
    Mapping,
)
from quanqu.doors.connectors.contracts.canonical import ENTITIES, IDENTIFIER_TYPES
from quanqu.doors.connectors.rules.fields import as_field
from quanqu.doors.connectors.rules.flatten import check_path
from quanqu.doors.connectors.rules.needs import entity_columns

__all__ = ["check_layout", "mapping_schema", "parse_manifest", "parse_mapping"]

_PLACE: Final = re.compile(r"\$\.?([^`]*)`$")
_LAST_HEADER: Final = 1_000
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a mapping."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Quanqu channel mapping",
        **msgspec.json.schema(Mapping),
    }


def parse_mapping(content: Any, *, name: str) -> Mapping:
    """Return a checked mapping from decoded YAML or JSON. Raises: BadMappingError."""
    mapping = _converted(content, Mapping, name)
    for at, entity in enumerate(mapping.entities):
        _check_entity(mapping, entity, f"entities[{at}]", name)
    for at, rule in enumerate(mapping.reject):
        _check_condition(rule.when, f"reject[{at}].when", name)
    for path in (mapping.detect, mapping.records):
        if path is not None:
            check_path(path, name, "detect" if path is mapping.detect else "records")
    _check_defaults(mapping.currency, mapping.zone, name)
    check_layout(mapping.layout, name)
    if not mapping.entities:
        raise BadMappingError(mapping=name, where="entities", problem="there is none")
    return mapping


def parse_manifest(content: Any, *, name: str) -> Manifest:
    """Return a checked manifest from decoded YAML. Raises: BadMappingError."""
    manifest = _converted(content, Manifest, name)
    _check_defaults(manifest.currency, manifest.zone, name)
    for refusal in manifest.refuse:
        if refusal.detect is not None:
            check_path(refusal.detect, name, "refuse")
    for path in manifest.unwrap:
        check_path(path, name, "unwrap")
    return manifest


def _converted(content: Any, kind: Any, name: str) -> Any:
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        problem = str(error).partition(" - at ")[0]
        found = _PLACE.search(str(error))
        place = found.group(1) if found and found.group(1) else "the top"
        raise BadMappingError(mapping=name, where=place, problem=problem) from None


def _check_entity(mapping: Mapping, entity: Entity, where: str, name: str) -> None:
    known = ENTITIES[entity.entity]
    for field in entity.fields:
        if field not in known:
            problem = f"{entity.entity} have no field {field!r}; they have {', '.join(known)}"
            raise BadMappingError(mapping=name, where=f"{where}.fields", problem=problem)
    for kind in entity.identifiers:
        if kind not in IDENTIFIER_TYPES:
            problem = f"{kind!r} is no identifier; known: {', '.join(sorted(IDENTIFIER_TYPES))}"
            raise BadMappingError(mapping=name, where=f"{where}.identifiers", problem=problem)
    if entity.table is not None and entity.table not in mapping.children:
        problem = f"there is no child table {entity.table!r}"
        raise BadMappingError(mapping=name, where=f"{where}.table", problem=problem)
    _check_specs(entity, where, name)
    if mapping.kind == "payload":
        for path in (*entity_columns(entity), *(entity.each or ())):
            check_path(path, name, where)


def _check_specs(entity: Entity, where: str, name: str) -> None:
    groups = {"fields": entity.fields, "identifiers": entity.identifiers, "traits": entity.traits}
    for part, specs in groups.items():
        for field, spec in specs.items():
            _check_field(as_field(spec), f"{where}.{part}.{field}", name)
    if entity.when is not None:
        _check_condition(entity.when, f"{where}.when", name)


def _check_field(field: Field, where: str, name: str) -> None:
    ways = [
        field.from_ is not None,
        field.const is not None,
        bool(field.add or field.subtract or field.times),
    ]
    if sum(ways) != 1:
        problem = "needs exactly one of from, const, or times/add/subtract"
        raise BadMappingError(mapping=name, where=where, problem=problem)
    _check_regex(field.extract, where, name, groups=True)
    if field.zone is not None:
        _check_defaults(None, field.zone, name)


def _check_condition(condition: Condition, where: str, name: str) -> None:
    _check_regex(condition.matches, where, name)
    for part in (*(condition.all or ()), *(condition.any or ())):
        _check_condition(part, where, name)
    if condition.not_ is not None:
        _check_condition(condition.not_, where, name)
    joined = (condition.all, condition.any, condition.not_)
    if condition.column is None and all(part is None for part in joined):
        raise BadMappingError(mapping=name, where=where, problem="names no column")


def _check_regex(pattern: str | None, where: str, name: str, *, groups: bool = False) -> None:
    if pattern is None:
        return
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise BadMappingError(mapping=name, where=where, problem=str(error)) from None
    if groups and len(compiled.groupindex) != 1:
        problem = "the pattern needs exactly one named group, as in (?P<value>…)"
        raise BadMappingError(mapping=name, where=where, problem=problem)


def check_layout(layout: Layout | None, name: str) -> None:
    """Refuse a layout no reader can follow. Raises: BadMappingError."""
    if layout is None:
        return
    if layout.encoding is not None:
        try:
            codecs.lookup(layout.encoding)
        except LookupError:
            problem = f"{layout.encoding!r} is no encoding"
            raise BadMappingError(mapping=name, where="layout.encoding", problem=problem) from None
    if layout.delimiter is not None and len(layout.delimiter) != 1:
        problem = "a delimiter is one character"
        raise BadMappingError(mapping=name, where="layout.delimiter", problem=problem)
    if layout.header is not None and not 0 <= layout.header <= _LAST_HEADER:
        problem = f"a row from 0 (none) to {_LAST_HEADER}"
        raise BadMappingError(mapping=name, where="layout.header", problem=problem)
    if layout.records is not None:
        check_path(layout.records, name, "layout.records")


def _check_defaults(currency: str | None, zone: str | None, name: str) -> None:
    if currency is not None and not _CURRENCY.fullmatch(currency):
        raise BadMappingError(mapping=name, where="currency", problem=f"{currency!r} is no code")
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            problem = f"{zone!r} is no time zone"
            raise BadMappingError(mapping=name, where="zone", problem=problem) from None

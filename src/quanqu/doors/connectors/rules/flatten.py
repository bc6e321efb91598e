"""Nested payloads to flat tables: a column per JMESPath, so that one conversion serves all."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import jmespath
import msgspec
import pyarrow as pa
from jmespath.exceptions import JMESPathError

from quanqu.doors.connectors.contracts import BadMappingError, Entity, Mapping
from quanqu.doors.connectors.rules.needs import MAIN, entity_columns, entity_table, main_columns

__all__ = ["GROUP", "RECORD_JSON", "ROW", "check_path", "find", "flatten", "listed", "records_of"]

ROW: Final = "__row"
GROUP: Final = "__group"
RECORD_JSON: Final = "__record"
_KEY: Final = r'(?:[A-Za-z_]\w*|"(?:[^"\\]|\\.)*")'
_DOTTED: Final = re.compile(rf"{_KEY}(?:\.{_KEY})*")
_KEYS: Final = re.compile(_KEY)

Trail = tuple[Any, ...]
Getter = Callable[[Trail], Any]
Numbered = Sequence[tuple[int, Any]]


def find(path: str, content: Any) -> Any:
    """Return what a JMESPath finds in a document; a path that does not fit finds nothing."""
    try:
        return _compiled(path).search(content)
    except (JMESPathError, TypeError, ValueError):
        return None


def check_path(path: str, mapping: str, where: str) -> None:
    """Refuse a path that cannot be compiled. Raises: BadMappingError."""
    try:
        _compiled(path.lstrip("^").lstrip(".") or "@")
    except JMESPathError as error:
        problem = " ".join(str(error).split())
        raise BadMappingError(mapping=mapping, where=where, problem=problem) from None


def records_of(mapping: Mapping, document: Any) -> list[Any]:
    """Return the records a document holds by the mapping's `records`; none set: itself."""
    if mapping.records is None:
        return [document]
    found = find(mapping.records, document)
    if isinstance(found, list):
        return [record for record in found if record is not None]
    return [] if found is None else [found]


def flatten(mapping: Mapping, records: Numbered) -> dict[str, pa.Table]:
    """Return the flat tables of numbered records: the records themselves and each entity's items.

    Shapes: every table has `__row` and `__group` (both the record's number); MAIN also has the
    record as JSON.  Cells are text exactly as the payload wrote them.
    """
    tables = {MAIN: _table([(n, (record,)) for n, record in records], main_columns(mapping))}
    texts = [msgspec.json.encode(record).decode() for _, record in records]
    tables[MAIN] = tables[MAIN].append_column(RECORD_JSON, pa.array(texts, pa.string()))
    for at, entity in enumerate(mapping.entities):
        items = [
            (number, trail) for number, record in records for trail in _items(entity, (record,))
        ]
        tables[entity_table(mapping, at)] = _table(items, entity_columns(entity))
    return tables


def _items(entity: Entity, trail: Trail) -> Iterator[Trail]:
    trails = [trail]
    for path in entity.each or ():
        trails = [(item, *above) for above in trails for item in listed(find(path, above[0]))]
    return iter(trails)


def listed(found: Any) -> list[Any]:
    """Return what a path found as a list: nothing is empty, one thing a list of it."""
    if isinstance(found, list):
        return [item for item in found if item is not None]
    return [] if found is None else [found]


def _table(items: list[tuple[int, Trail]], paths: set[str]) -> pa.Table:
    numbers = pa.array([number for number, _ in items], pa.int64())
    columns = {ROW: numbers, GROUP: numbers}
    for path in sorted(paths):
        get = _getter(path)
        columns[path] = pa.array([_text(get(trail)) for _, trail in items], pa.string())
    return pa.table(columns)


@lru_cache(maxsize=4_096)
def _getter(path: str) -> Getter:
    """Compile a path; leading `^` step up to the parents of an item."""
    bare = path.lstrip("^")
    level = len(path) - len(bare)
    bare = bare.removeprefix(".") or "@"
    if _DOTTED.fullmatch(bare):
        keys = _KEYS.findall(bare)
        return _dotted([json.loads(k) if k.startswith('"') else k for k in keys], level)
    return lambda trail: find(bare, trail[level]) if level < len(trail) else None


def _dotted(keys: list[str], level: int) -> Getter:
    """Walk plain keys without the JMESPath machine: the usual case, ten times faster."""

    def get(trail: Trail) -> Any:
        if level >= len(trail):
            return None
        value = trail[level]
        for key in keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    return get


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return msgspec.json.encode(value).decode()


@lru_cache(maxsize=4_096)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)

"""Where the records of unseen JSON documents are, and which lists in them hold their lines."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Structure", "joined_path", "structure_of"]

_PLAIN: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DEEPEST: Final = 4
_LEAST_OF_A_KIND: Final = 2
_ALL_VALUES: Final = "values(@)"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Structure:
    """`records`: a JMESPath to the records (None: the documents themselves); `lists`: the ways of
    lists from a record down to its lines, each step a JMESPath."""

    records: str | None
    lists: tuple[tuple[str, ...], ...] = field(default_factory=tuple)


def structure_of(documents: Sequence[Any], *, is_one: bool) -> Structure | None:
    """Return the structure of a file's documents; None when nothing in them looks like records.

    `is_one`: the file is a single document, whose records may lie within it.
    """
    objects = [document for document in documents if isinstance(document, dict)]
    if not objects:
        return None
    if is_one and not _is_record(objects[0]):
        found = _records_within(objects[0])
        if found is None:
            return None
        path, objects = found
        return Structure(path, tuple(_lists_in(objects)))
    return Structure(None, tuple(_lists_in(objects)))


def joined_path(*keys: str) -> str:
    """Return the JMESPath of nested keys, quoted where it must be."""
    return ".".join(
        key if _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False) for key in keys
    )


def _is_record(document: Record) -> bool:
    """Tell an order from an envelope: it has several plain values of its own."""
    plain = [value for value in _leaves(document) if isinstance(value, str | int | float)]
    longest = max((len(rows) for _, rows in _object_lists(document)), default=0)
    return len(plain) >= 3 and longest <= 20 and len(plain) >= longest


def _leaves(document: Record) -> Iterator[Any]:
    for value in document.values():
        if isinstance(value, dict):
            yield from (inner for inner in value.values() if not isinstance(inner, dict | list))
        elif not isinstance(value, list):
            yield value


def _records_within(document: Record) -> tuple[str, list[Record]] | None:
    lists = list(_object_lists(document))
    if lists:
        keys, rows = max(lists, key=lambda pair: (len(pair[1]), -len(pair[0])))
        return joined_path(*keys), rows
    inner = [value for value in document.values() if isinstance(value, dict)]
    alike = len({tuple(sorted(value)) for value in inner}) <= max(len(inner) // 2, 1)
    if len(inner) == len(document) >= _LEAST_OF_A_KIND and alike:
        return _ALL_VALUES, inner
    return None


def _lists_in(records: Sequence[Record]) -> list[tuple[str, ...]]:
    """Return every way down lists of objects that some record has, in order of appearance."""
    found: dict[tuple[str, ...], None] = {}
    for record in records:
        for keys, rows in _object_lists(record):
            way = (joined_path(*keys),)
            found.setdefault(way)
            for inner_keys, _ in (pair for row in rows for pair in _object_lists(row)):
                found.setdefault((*way, joined_path(*inner_keys)))
    return list(found)


def _object_lists(
    record: Record, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[Record]]]:
    for key, value in record.items():
        keys = (*before, key)
        if isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict)]
            if rows and len(rows) == len(value):
                yield keys, rows
        elif isinstance(value, dict) and len(keys) < _DEEPEST:
            yield from _object_lists(value, keys)

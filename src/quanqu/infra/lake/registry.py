"""The tables that rooms have declared, by name."""

import re
from itertools import count
from typing import Final

import pyarrow as pa

from quanqu.infra.lake.contracts import Publication, UnknownTableError

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,62}")
_publications: dict[str, Publication] = {}
_revisions: Final = count(1)
_revision = 0


def register(publication: Publication) -> None:
    """Declare a table of the lake; from a room's publish.py, at start.

    A second declaration of the name takes the place of the first.
    """
    names = [column.name for column in publication.columns]
    if not _NAME.fullmatch(publication.name) or len(set(names)) != len(names) or not names:
        raise ValueError(f"not a table: {publication.name!r} with columns {names}")
    if publication.partition_by is not None and publication.partition_by not in names:
        raise ValueError(f"{publication.name} has no column {publication.partition_by!r}")
    if unknown := set(publication.cluster_by) - set(names):
        raise ValueError(f"{publication.name} has no column {sorted(unknown)}")
    global _revision
    _publications[publication.name] = publication
    _revision = next(_revisions)


def revision() -> int:
    """Return a number that every declaration changes: what was compiled before may not fit."""
    return _revision


def publication(name: str) -> Publication:
    """Return the declaration of a table. Raises: UnknownTableError."""
    try:
        return _publications[name]
    except KeyError:
        raise UnknownTableError(name=name) from None


def publications() -> tuple[Publication, ...]:
    """Return every declared table in the order of their names."""
    return tuple(_publications[name] for name in sorted(_publications))


def table_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a declared table. Raises: UnknownTableError."""
    return publication(name).schema

"""A name for rows that have none: a digest of what they say, by which they are found again."""

from hashlib import blake2b
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Mapping
from quanqu.doors.connectors.rules.columns import flat, text_of
from quanqu.doors.connectors.rules.flatten import GROUP, RECORD_JSON, ROW
from quanqu.doors.connectors.rules.needs import entity_columns, main_columns

__all__ = ["DIGEST", "digests", "reads_digest"]

DIGEST: Final = "__digest"
_OWN: Final = frozenset({ROW, GROUP, RECORD_JSON, DIGEST})
_SEPARATOR: Final = "\x1f"
_BYTES: Final = 12


def reads_digest(mapping: Mapping) -> bool:
    """Tell whether a mapping names rows by their digest."""
    read = main_columns(mapping).union(*(entity_columns(entity) for entity in mapping.entities))
    return DIGEST in read


def digests(table: pa.Table) -> pa.Array:
    """Return per row a digest of all its columns; the second of two same rows ends in -2, and on.

    The order of columns does not matter, nor where a row stands.
    """
    names = sorted(set(table.column_names) - _OWN)
    texts = [pc.fill_null(text_of(flat(table[name])), "") for name in names]
    joined = pc.binary_join_element_wise(*texts, _SEPARATOR).to_pylist()
    seen: dict[str, int] = {}
    found = []
    for text in joined:
        count = seen[text] = seen.get(text, 0) + 1
        name = blake2b(text.encode(), digest_size=_BYTES).hexdigest()
        found.append(name if count == 1 else f"{name}-{count}")
    return pa.array(found, pa.string())

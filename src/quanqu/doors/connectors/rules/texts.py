"""Text columns: several into one, parts taken out, codes mapped to ours."""

import html
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Reason
from quanqu.doors.connectors.contracts.mapping import Field
from quanqu.doors.connectors.rules.columns import CODE_OF, Converted, no_codes

__all__ = ["KEEP", "coalesce", "joined", "mapped", "shaped", "unescaped"]

KEEP: Final = "keep"
DROP: Final = "drop"
_ENTITY: Final = r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});"
_TAG: Final = r"</?[A-Za-z][^<>]*>"


def coalesce(columns: list[pa.Array]) -> pa.Array:
    """Return per row the first of the text columns with a value."""
    found = columns[0]
    for column in columns[1:]:
        if found.null_count == 0:
            break
        found = pc.coalesce(found, column)
    return found


def joined(columns: list[pa.Array], separator: str) -> pa.Array:
    """Return the text columns joined, absent ones left out; all absent is null.

    Pair by pair: Arrow's own join of many loses rows where a whole column is null (26.0).
    """
    found = columns[0]
    for column in columns[1:]:
        both = pc.binary_join_element_wise(found, column, separator)
        found = pc.coalesce(both, found, column)
    return found


def shaped(text: pa.Array, field: Field) -> pa.Array:
    """Apply a field's extract, case and prefix. A text without the extracted part is null."""
    if field.extract is not None:
        part = pc.struct_field(pc.extract_regex(text, pattern=field.extract), 0)
        text = pc.if_else(pc.equal(part, ""), pa.scalar(None, pa.string()), part)
    if field.case == "upper":
        text = pc.utf8_upper(text)
    elif field.case == "lower":
        text = pc.utf8_lower(text)
    if field.prefix:
        text = pc.binary_join_element_wise(field.prefix, text, "")
    return text


def mapped(text: pa.Array, field: Field) -> Converted:
    """Translate codes by the field's map; what is not in it is kept, dropped or replaced by
    `otherwise`, or rejected when that is not set."""
    codes = no_codes(len(text))
    if field.map is None:
        return Converted(text, codes)
    encoded = text.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    unknown = [word not in field.map for word in words]
    rest = None if field.otherwise == DROP else field.otherwise
    table = [field.map.get(word, word if rest == KEEP else rest) for word in words]
    if field.otherwise is None and any(unknown):
        bad = pc.fill_null(pa.array(unknown).take(encoded.indices), False)
        codes[bad.to_numpy(zero_copy_only=False)] = CODE_OF[Reason.UNKNOWN_VALUE]
    return Converted(pa.array(table, pa.string()).take(encoded.indices), codes)


def unescaped(text: pa.Array) -> pa.Array:
    """Return texts with HTML's entities as the characters they stand for (`&amp;`, `&#39;`).

    A text with tags is HTML and is left as it is.
    """
    if not pc.any(pc.match_substring_regex(text, _ENTITY)).as_py():
        return text
    encoded = text.dictionary_encode()
    words = encoded.dictionary
    is_html = pc.match_substring_regex(words, _TAG).to_pylist()
    plain = [
        word if tagged else html.unescape(word)
        for word, tagged in zip(words.to_pylist(), is_html, strict=True)
    ]
    return pa.array(plain, pa.string()).take(encoded.indices)

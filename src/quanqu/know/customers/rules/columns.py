"""What is stored beside an identifier's value, worked out for columns of normal values.

Each function says for a column what its namesake in `identifiers` and `standing` says for a value.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.customers.contracts.identifiers import KINDS, IdentifierType
from quanqu.know.customers.rules.identifiers import PSEUDONYMS

_SHOP_NUMBER: Final = r"^[A-Za-z]{0,3}-?\p{Nd}{1,9}$"
_SHORT: Final = 4


def namespaces(type_: str, values: pa.Array) -> pa.Array:
    """Return the namespaces of normal values of a type, null where it has none."""
    if not KINDS[type_].is_namespaced:
        return pa.nulls(len(values), pa.string())
    return _before_and_after(values, ":")[0]


def searchable_parts(type_: str, values: pa.Array) -> pa.Array:
    """Return the parts by which normal values of a type are also found, null where it has none."""
    if type_ == IdentifierType.PHONE:
        return _last(values, 4)
    kind = KINDS[type_]
    if kind.is_namespaced and kind.is_strong:
        return _before_and_after(values, ":")[1]
    return pa.nulls(len(values), pa.string())


def hints(type_: str, values: pa.Array) -> pa.Array:
    """Mask normal values of a type for display."""
    if type_ == IdentifierType.PHONE:
        return pc.binary_join_element_wise("****", _last(values, 4), "")
    if type_ == IdentifierType.EMAIL:
        local, domain = _before_and_after(values, "@")
        return pc.binary_join_element_wise(_first(local), domain, "***@")
    bare = _before_and_after(values, ":")[1] if KINDS[type_].is_namespaced else values
    masked = pc.if_else(
        pc.greater(pc.utf8_length(bare), _SHORT),
        pc.binary_join_element_wise(_first(bare), _last(bare, 2), "***"),
        pc.binary_join_element_wise("***", _last(bare, 1), ""),
    )
    if type_ not in PSEUDONYMS:
        return masked
    return pc.if_else(pc.match_substring_regex(bare, _SHOP_NUMBER), bare, masked)


def _before_and_after(values: pa.Array, mark: str) -> tuple[pa.Array, pa.Array]:
    """Cut each value at its first mark, which every normal value has."""
    cut = pc.split_pattern(values, mark, max_splits=1)
    return pc.list_element(cut, 0), pc.list_element(cut, 1)


def _first(values: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(values, 0, 1)


def _last(values: pa.Array, count: int) -> pa.Array:
    return pc.utf8_slice_codeunits(values, -count)

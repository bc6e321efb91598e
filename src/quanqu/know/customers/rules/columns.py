"""Identifier values in columns: normal forms, and what is stored beside them.

Each function says of a column what its namesake in `identifiers` or `standing` says of a value.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.know.customers.contracts.identifiers import KINDS, IdentifierType
from quanqu.know.customers.rules.identifiers import (
    LONGEST,
    NOBODY,
    NOBODY_MAILBOX,
    PLAIN_EMAIL,
    PLAIN_MOBILE,
    PSEUDONYMS,
    PUNYCODE,
    normalise,
)

_SHOP_NUMBER: Final = r"^[A-Za-z]{0,3}-?\p{Nd}{1,9}$"
_SHORT: Final = 4
# Forms that are normal as they stand: visible ASCII only, of which nothing folds or trims.
_PLAIN: Final = r"^[!-~]+$"
_PLAIN_IN_NAMESPACE: Final = r"^[!-9;-@\[-~]+:[!-~]+$"
# What a telephone number that is nobody's may end in; whether it is such a one is looked at singly.
_ODD_PHONE: Final = (
    "(?:" + "|".join(f"{digit}{{7}}" for digit in range(10)) + "|123456789?0?|13800138000)$"
)


def normalise_many(type_: str, raw: pa.Array) -> pa.Array:
    """Return the normal forms of values of a type, null for those that identify nobody."""
    is_plain = pc.and_(_is_plain(type_, raw), pc.less_equal(pc.utf8_length(raw), LONGEST))
    others = raw.filter(pc.invert(is_plain)).to_pylist()
    if not others:
        return raw
    normal = pa.array([normalise(type_, one) for one in others], pa.string())
    return pc.replace_with_mask(raw, pc.invert(is_plain), normal)


def _is_plain(type_: str, raw: pa.Array) -> pa.Array:
    """Tell which values are normal forms already; of some it may not know."""
    if type_ == IdentifierType.EMAIL:
        wanted, unwanted = f"^(?:{PLAIN_EMAIL.pattern})$", f"^(?:{NOBODY_MAILBOX.pattern})$"
        unwanted = f"{unwanted}|{PUNYCODE}"
    elif type_ == IdentifierType.PHONE:
        wanted, unwanted = f"^(?:{PLAIN_MOBILE.pattern})$", _ODD_PHONE
    elif KINDS[type_].is_namespaced:
        wanted, unwanted = _PLAIN_IN_NAMESPACE, rf"(?i)^[^:]*:(?:{NOBODY.pattern})$|\*\*"
    else:
        wanted, unwanted = _PLAIN, rf"(?i)^(?:{NOBODY.pattern})$|\*\*"
    return pc.and_not(
        pc.match_substring_regex(raw, wanted), pc.match_substring_regex(raw, unwanted)
    )


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

"""A file of identifiers: which columns tell who the customers are, and their values."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa

from quanqu.doors.connectors.contracts import IdentifierFile, NoIdentifiersError
from quanqu.doors.connectors.looking import first_rows
from quanqu.doors.connectors.readers.batches import ROW
from quanqu.doors.connectors.readers.open import open_table
from quanqu.doors.connectors.rules.columns import flat
from quanqu.doors.connectors.rules.guessing.names import likenesses
from quanqu.know.customers.contracts import CUSTOMER_ID, IdentifierType

__all__ = ["read_identifiers"]

_LOOK: Final = 2_000
_MOST_OF: Final = 0.8
_SURE: Final = 0.7
_SHAPES: Final = (
    (CUSTOMER_ID, re.compile(r"cus_[0-9a-z]{26}")),
    (IdentifierType.EMAIL, re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
)
_DIALLED: Final = re.compile(r"\+?[\d\s()./-]{7,24}")
_CARD: Final = re.compile(r"loyalty|card|会员卡|會員卡", re.IGNORECASE)


def read_identifiers(
    *, path: Path, most: int, chosen: Mapping[str, str] | None = None
) -> IdentifierFile:
    """Read the columns of a table that name customers, at most `most` rows and one more.

    `chosen` are types by the name of their column, else they are guessed: by what most values
    look like, then by the column's name.  Raises: UnsupportedFileError, UnreadableFileError,
    NoIdentifiersError.
    """
    reading = open_table(path)
    table = first_rows(reading, most + 1)
    if reading.failure is not None and table.num_rows <= most:
        raise reading.failure
    names = [name for name in table.column_names if name != ROW]
    columns = {name: flat(table[name]) for name in names}
    columns = {
        name: column.cast(pa.string())
        for name, column in columns.items()
        if pa.types.is_string(column.type) or pa.types.is_integer(column.type)
    }
    types = dict(chosen or {}) or _guessed(columns)
    types = {name: type_ for name, type_ in types.items() if name in columns}
    if not types:
        raise NoIdentifiersError(file=path.name, columns=", ".join(names))
    values = {type_: columns[name].to_pylist() for name, type_ in types.items()}
    return IdentifierFile(types, values, table[ROW].to_pylist(), tuple(names))


def _guessed(columns: Mapping[str, pa.Array]) -> dict[str, str]:
    """Return the type of each column that is one; the first column of a type counts."""
    found: dict[str, str] = {}
    for name, column in columns.items():
        type_ = _type_of(name, [text for text in column.slice(0, _LOOK).to_pylist() if text])
        if type_ and type_ not in found.values():
            found[name] = type_
    return found


def _type_of(name: str, values: list[str]) -> str:
    for type_, shape in _SHAPES:
        if values and sum(bool(shape.fullmatch(text.strip())) for text in values) >= (
            _MOST_OF * len(values)
        ):
            return type_
    lowered = name.lower()
    for type_ in (IdentifierType.WECHAT_UNIONID, IdentifierType.WECHAT_OPENID):
        if type_.removeprefix("wechat_") in lowered:
            return type_
    like = likenesses(name)
    if like.get("email", 0) >= _SURE:
        return IdentifierType.EMAIL
    if like.get("phone", 0) >= _SURE or (len(values) > 0 and not _says(like) and _dialled(values)):
        return IdentifierType.PHONE
    if like.get("customer_id", 0) >= _SURE:
        return IdentifierType.LOYALTY_CARD if _CARD.search(name) else IdentifierType.MEMBER_ID
    return ""


def _says(like: Mapping[str, float]) -> bool:
    return max(like.values(), default=0.0) >= _SURE


def _dialled(values: list[str]) -> bool:
    told = sum(bool(_DIALLED.fullmatch(text.strip())) for text in values)
    return told >= _MOST_OF * len(values)

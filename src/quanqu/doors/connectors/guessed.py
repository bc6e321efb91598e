"""The mappings that are made of an input itself: one for each of its tables that tells enough."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec

from quanqu.doors.connectors.contracts import (
    Hints,
    Inspection,
    Mapping,
    UnreadableFileError,
    UnsupportedFileError,
)
from quanqu.doors.connectors.inputs.contents import files_of
from quanqu.doors.connectors.inputs.tables import fits
from quanqu.doors.connectors.looking import inspect, require_whole
from quanqu.doors.connectors.readers.open import file_format, sheets_of
from quanqu.doors.connectors.rules.parse import parse_mapping

__all__ = ["guessed_mappings", "inspect_all", "is_for_none", "usable_contents"]

_SURE_OF_GOODS: Final = frozenset(("sku", "gtin"))


def guessed_mappings(*, path: Path, hints: Hints, currency: str) -> tuple[Mapping, ...]:
    """Return a mapping for the file, for each usable sheet of a workbook, or file of a folder.

    Raises: UnmappedColumnsError when none is usable, UnreadableFileError, UnsupportedFileError.
    """
    looks = inspect_all(path=path, hints=hints, currency=currency)
    contents = usable_contents(looks=looks, path=path)
    return tuple(parse_mapping(content, name=path.name) for content in contents)


def is_for_none(path: Path, mappings: Sequence[Mapping]) -> bool:
    """Tell whether a file is a table that none of a channel's mappings is for.

    So an export of a shop comes in where the channel itself knows what its API sends.
    """
    if path.is_dir() or file_format(path) in ("json", "ndjson"):
        return False
    columns = {column.name for column in inspect(path=path, rows=1).columns}
    tables = [mapping for mapping in mappings if mapping.kind == "table"]
    return not any(fits(mapping, columns, path.name) for mapping in tables)


def usable_contents(*, looks: Sequence[Inspection], path: Path) -> tuple[dict[str, Any], ...]:
    """Return the mappings of the looks that lack nothing. Raises: UnmappedColumnsError."""
    usable = [look for look in looks if not look.missing] or [require_whole(look=looks[0])]
    return tuple(_content(look, is_folder=path.is_dir()) for look in usable)


def inspect_all(*, path: Path, hints: Hints, currency: str) -> list[Inspection]:
    """Return a look at each table of an input: sheets of workbooks, files of folders.

    A second sheet counts only if it has the columns a person named, and tells outside ids.
    Raises: as inspect; the first file's error when nothing of a folder can be read.
    """
    found: list[Inspection] = []
    errors: list[UnreadableFileError | UnsupportedFileError] = []
    for file in files_of(path):
        try:
            found += _looks(file, hints, currency)
        except (UnreadableFileError, UnsupportedFileError) as error:
            errors.append(error)
    if not found and errors:
        raise errors[0]
    return found


def _looks(file: Path, hints: Hints, currency: str) -> list[Inspection]:
    best = inspect(path=file, hints=hints, currency=currency)
    if len(best.sheets) < 2 or hints.layout.sheet is not None or hints.fields:
        return [best]
    looks = [best]
    for sheet in sheets_of(file):
        if sheet != best.sheet:
            layout = msgspec.structs.replace(hints.layout, sheet=sheet)
            look = inspect(path=file, hints=replace(hints, layout=layout), currency=currency)
            if not look.missing and _is_sure(look):
                looks.append(look)
    return looks


def _is_sure(look: Inspection) -> bool:
    """Tell a table of records from a summary: goods and people need a number, sales an order's."""
    guessed = {column.guess for column in look.columns}
    if look.shape == "products":
        return bool(guessed & _SURE_OF_GOODS)
    return look.shape == "customers" or "order_id" in guessed


def _content(look: Inspection, *, is_folder: bool) -> dict[str, Any]:
    content = dict(look.mapping)
    if is_folder:
        name = look.file_name.replace("\\", "\\\\").replace("'", "\\'")
        content["detect"] = f"file == '{name}'"
    return content

"""Inputs of tables: one file, or a folder whose files have parts to play."""

import fnmatch
from collections.abc import Set as AbstractSet
from pathlib import Path

from quanqu.doors.connectors.contracts import (
    Manifest,
    Mapping,
    MissingColumnError,
    MissingFileError,
    UnreadableFileError,
)
from quanqu.doors.connectors.contracts.manifest import TableSpec
from quanqu.doors.connectors.contracts.mapping import Layout
from quanqu.doors.connectors.feeds import table_feed
from quanqu.doors.connectors.inputs.contents import Input, Refused
from quanqu.doors.connectors.readers.batches import ROW
from quanqu.doors.connectors.readers.open import KNOWN, open_table, sheets_of
from quanqu.doors.connectors.rules.digests import DIGEST
from quanqu.doors.connectors.rules.flatten import find
from quanqu.doors.connectors.rules.needs import MAIN, required
from quanqu.doors.connectors.staging import StagedTable, stage

__all__ = ["fits", "open_folder", "open_one_table"]


def open_one_table(path: Path, mappings: list[Mapping], work: Path) -> Input:
    """Stage a file and prepare each mapping that fits its columns.

    A file whose mappings lay it out differently (sheets of a workbook) is staged once for each.
    Raises: MissingColumnError, MissingSheetError.
    """
    found = Input()
    for at, layout in enumerate(_layouts(mappings)):
        own = [mapping for mapping in mappings if mapping.layout == layout]
        stem = MAIN if at == 0 else f"{MAIN}-{at}"
        reading = open_table(path, layout=layout)
        name = f"{path.name}, {reading.sheet}" if layout and layout.sheet else path.name
        staged = stage(reading, work, name=stem, file=name)
        _note(found, staged)
        for mapping in _chosen(own, staged, path.name):
            found.feeds.append(table_feed(mapping, {mapping.table: staged}))
    _note_sheets(found, path, mappings)
    return found


def _layouts(mappings: list[Mapping]) -> list[Layout | None]:
    found: list[Layout | None] = []
    for mapping in mappings:
        if mapping.layout not in found:
            found.append(mapping.layout)
    return found


def _chosen(mappings: list[Mapping], staged: StagedTable, file: str) -> list[Mapping]:
    columns = staged.names - {ROW} | {DIGEST}
    fitting = [mapping for mapping in mappings if fits(mapping, columns, file)]
    return fitting or [mapping for mapping in mappings if mapping.counted][:1]


def _note_sheets(found: Input, path: Path, mappings: list[Mapping]) -> None:
    """Name the sheets of a workbook that no mapping reads."""
    read = {mapping.layout.sheet for mapping in mappings if mapping.layout is not None}
    for sheet in sheets_of(path) if read - {None} else ():
        if sheet not in read:
            name = f"{path.name}, {sheet}"
            found.refused.append(Refused(name, 0, "sheet_not_read", name, counts=False))


def open_folder(
    path: Path, files: list[Path], manifest: Manifest, mappings: list[Mapping], work: Path
) -> Input:
    """Stage the files that play a part and prepare every mapping whose parts are there."""
    found = Input()
    parts: dict[str, Path] = {}
    for file in files:
        part = _part(file, manifest)
        if part is None or part in parts:
            found.refused.append(_refused_file(file, manifest, taken=part in parts))
        else:
            parts[part] = file
    runnable = [mapping for mapping in mappings if _needed(mapping, manifest) <= parts.keys()]
    if not runnable:
        wanted = ", ".join(spec.files[0] for spec in manifest.tables.values())
        raise MissingFileError(path=path.name, channel=manifest.code, wanted=wanted)
    used = {name for mapping in runnable for name in _touched(mapping)}
    staged = {}
    for name in sorted(used & parts.keys()):
        file = parts[name]
        staged[name] = _staged_part(found, file, name, manifest.tables[name], work)
    ready = {name: table for name, table in staged.items() if table is not None}
    for mapping in runnable:
        if _needed(mapping, manifest) <= ready.keys():
            found.feeds.append(table_feed(mapping, ready))
    for table in ready.values():
        _note(found, table)
    return found


def _staged_part(
    found: Input, file: Path, name: str, spec: TableSpec, work: Path
) -> StagedTable | None:
    try:
        table = stage(open_table(file), work, name=name, file=file.name)
    except UnreadableFileError as error:
        found.failures.append(error)
        return None
    lacking = [column for column in spec.columns if column not in table.names]
    if lacking:
        columns = ", ".join(lacking)
        raise MissingColumnError(file=file.name, columns=columns, mapping=name)
    return table


def _note(found: Input, staged: StagedTable) -> None:
    """Carry over what the reader could not read."""
    for bad in staged.bad_rows:
        found.refused.append(Refused(staged.file, bad.row, bad.reason, bad.text))
    if staged.failure is not None:
        found.failures.append(staged.failure)


def fits(mapping: Mapping, columns: AbstractSet[str], file: str) -> bool:
    """Tell whether a mapping of tables is for a file with these columns."""
    if mapping.detect is not None:
        return bool(find(mapping.detect, {"columns": sorted(columns), "file": file}))
    return all(columns & {*options} for options in required(mapping, MAIN))


def _part(file: Path, manifest: Manifest) -> str | None:
    if not any(suffix.lower() in KNOWN for suffix in file.suffixes):
        return None
    for name, spec in manifest.tables.items():
        if any(fnmatch.fnmatch(file.name.lower(), pattern.lower()) for pattern in spec.files):
            return name
    return None


def _needed(mapping: Mapping, manifest: Manifest) -> set[str]:
    return {name for name in _touched(mapping) if not manifest.tables[name].optional}


def _touched(mapping: Mapping) -> set[str]:
    joins = [*mapping.joins, *(j for child in mapping.children.values() for j in child.joins)]
    return {mapping.table, *mapping.children, *(join.table for join in joins)}


def _refused_file(file: Path, manifest: Manifest, *, taken: bool) -> Refused:
    if taken:
        return Refused(file.name, 0, "second_file", file.name, counts=False)
    for refusal in manifest.refuse:
        if any(fnmatch.fnmatch(file.name.lower(), pattern.lower()) for pattern in refusal.files):
            return Refused(file.name, 0, refusal.reason, file.name, refusal.words, counts=False)
    return Refused(file.name, 0, "unknown_file", file.name, counts=False)

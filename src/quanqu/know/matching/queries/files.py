"""Match the rows of a file and write who is who beside it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from quanqu.know.matching.contracts import MatchResult, UnreadableFileError
from quanqu.know.matching.queries.people import match_people

__all__ = ["match_file"]

_NOTHING: Final = ["", "null", "NULL", "None", "none", "N/A", "n/a", "NaN", "nan"]


def match_file(
    *,
    path: Path,
    folder: Path,
    roles: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[MatchResult, Path, Path]:
    """Match a CSV (also gzipped) or Parquet file; return the result and the two files written.

    `<name>.people.csv`: row (from 0), person (the first row of the person), and id where a column
    tells all rows apart.  `<name>.pairs.csv`: left, right, weight (bits), probability, is_linked.
    Raises: UnreadableFileError, UnknownRolesError, TooLittleToLearnError.
    """
    table = _read(path)
    found = match_people(table=table, roles=roles, progress=progress)
    stem = path.name.removesuffix(".gz").rpartition(".")[0] or path.name
    people, pairs = folder / f"{stem}.people.csv", folder / f"{stem}.pairs.csv"
    columns = {"row": np.arange(table.num_rows), "person": found.groups}
    if key := _key_column(table, found.roles):
        columns["id"] = table.column(key)
    _write(pa.table(columns), people)
    _write(found.pairs, pairs)
    return found, people, pairs


def _write(table: pa.Table, path: Path) -> None:
    """Write beside and move into place: a killed run leaves no half file under the name."""
    beside = path.with_name(f".{path.name}.part")
    pa_csv.write_csv(table, beside)
    beside.replace(path)


def _read(path: Path) -> pa.Table:
    try:
        is_parquet = path.suffix.lower() == ".parquet"
        table = pq.read_table(path) if is_parquet else _read_csv(path)
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(path=path.name, reason=str(error).splitlines()[0]) from error
    names = [name.strip() for name in table.column_names]
    if len({*names}) < len(names):
        raise UnreadableFileError(path=path.name, reason="two columns have the same name")
    return pa.table([_cleaned(column) for column in table.columns], names=names)


def _read_csv(path: Path) -> pa.Table:
    with pa.input_stream(str(path), compression="detect") as head:
        first = pa_csv.open_csv(head).schema.names
    with pa.input_stream(str(path), compression="detect") as stream:
        return pa_csv.read_csv(
            stream,
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(first, pa.string()), strings_can_be_null=False
            ),
        )


def _cleaned(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column as trimmed text, null where a cell says nothing."""
    text = pc.utf8_trim_whitespace(pc.cast(column, pa.string()))
    says_nothing = pc.is_in(text, value_set=pa.array(_NOTHING))
    return pc.if_else(pc.fill_null(says_nothing, True), pa.scalar(None, pa.string()), text)


def _key_column(table: pa.Table, roles: Mapping[str, str]) -> str:
    """Return the first column that plays no part and tells every row apart, or an empty text."""
    for name in table.column_names:
        values = table.column(name)
        is_free = name not in roles and not values.null_count
        if is_free and pc.count_distinct(values).as_py() == table.num_rows:
            return name
    return ""

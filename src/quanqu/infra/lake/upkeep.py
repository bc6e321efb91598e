"""Upkeep: small files joined, old ones dropped, rows erased for good."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import pyarrow as pa
from deltalake import DeltaTable

from quanqu.infra.lake.clustering import cluster
from quanqu.infra.lake.durable import make_checkpoint_durable
from quanqu.infra.lake.location import is_remote, table_uri
from quanqu.infra.lake.registry import publication
from quanqu.infra.lake.tables import open_table, retried

KEEP_H: Final = 24
_AT_ONCE: Final = 1000


def compact(name: str) -> int:
    """Join the small files of a table and return how many went; appends may go on meanwhile.

    The rows of a table that declares an order are sorted, but in an object store.
    """
    gone = cluster(name) if _has_order(name) else retried(name, _compaction)["numFilesRemoved"]
    handle = open_table(name)
    handle.create_checkpoint()
    make_checkpoint_durable(name)
    handle.cleanup_metadata()
    return int(gone)


def _has_order(name: str) -> bool:
    return bool(publication(name).cluster_by) and not is_remote(table_uri(name))


def _compaction(handle: DeltaTable) -> dict[str, int]:
    return handle.optimize.compact()


def vacuum(name: str, *, keep_h: int = KEEP_H) -> int:
    """Delete files that no version of the last `keep_h` hours needs and return how many."""
    gone = retried(
        name,
        lambda handle: handle.vacuum(
            retention_hours=keep_h, dry_run=False, enforce_retention_duration=False
        ),
    )
    return len(gone)


def delete_where(*, name: str, column: str, values: Sequence[int] | Sequence[str]) -> int:
    """Delete the rows whose column has one of the values and return how many.

    Older versions still hold them until `vacuum(name, keep_h=0)` has dropped their files.
    """
    if column not in publication(name).schema.names:
        raise ValueError(f"{name} has no column {column!r}")
    deleted = 0
    for at in range(0, len(values), _AT_ONCE):
        wanted = ", ".join(_literal(value) for value in values[at : at + _AT_ONCE])
        predicate = f"{column} IN ({wanted})"
        deleted += int(retried(name, _deletion(predicate))["num_deleted_rows"])
    return deleted


def delete_before(*, name: str, column: str, day: date) -> int:
    """Delete the rows whose day is before one and return how many; files go with the next vacuum.

    Raises: LakeWriteError.
    """
    if not pa.types.is_date32(publication(name).schema.field(column).type):
        raise ValueError(f"{name}.{column} is no day")
    predicate = f"{column} < DATE '{day.isoformat()}'"
    return int(retried(name, _deletion(predicate))["num_deleted_rows"])


def delete_older(
    *,
    name: str,
    day_column: str,
    before: date,
    month_column: str,
    matching: Mapping[str, str],
    except_matching: Sequence[Mapping[str, str]] = (),
) -> int:
    """Delete the rows before a day whose columns have these values and return how many.

    Rows that have all values of one of `except_matching` stay.  `month_column` holds yyyymm: only
    partitions up to the day's month are looked at.
    """
    known = set(publication(name).schema.names)
    asked = {
        day_column,
        month_column,
        *matching,
        *(key for each in except_matching for key in each),
    }
    if not asked <= known:
        raise ValueError(f"{name} has no column {sorted(asked - known)}")
    parts = [
        f"{month_column} <= '{before:%Y%m}'",
        f"{day_column} < '{before.isoformat()}'",
        *_equal(matching),
        *(f"NOT ({' AND '.join(_equal(each))})" for each in except_matching),
    ]
    return int(retried(name, _deletion(" AND ".join(parts)))["num_deleted_rows"])


def _equal(told: Mapping[str, str]) -> list[str]:
    return [f"{column} = {_literal(value)}" for column, value in told.items()]


def _deletion(predicate: str) -> Callable[[DeltaTable], dict[str, int]]:
    return lambda handle: handle.delete(predicate=predicate)


def _literal(value: int | str) -> str:
    if isinstance(value, int):
        return str(int(value))
    return "'" + value.replace("'", "''") + "'"

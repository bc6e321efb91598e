"""What infra.lake offers."""

from quanqu.infra.lake.engines.question import day_argument
from quanqu.infra.lake.erasing import erase_rows, forget_past, rows_with
from quanqu.infra.lake.json_text import json_text
from quanqu.infra.lake.personal_rows import LakeRows
from quanqu.infra.lake.publishing import (
    PUBLISH_JOB,
    fresh_until,
    mark_dirty,
    mark_drifted,
    mark_everything,
    mend_tables,
    publish_dirty,
    published_at,
    waiting_partitions,
)
from quanqu.infra.lake.reading import (
    IN_PROCESS,
    engine_name,
    prepared_version,
    run,
    run_prepared,
    snapshot_version,
    table,
)
from quanqu.infra.lake.registry import publications as registered
from quanqu.infra.lake.registry import register, table_schema
from quanqu.infra.lake.tables import (
    append,
    committed_version,
    forget_handles,
    partition_versions,
    row_count,
    table_version,
)
from quanqu.infra.lake.upkeep import compact, delete_before, delete_older, delete_where, vacuum

__all__ = [
    "IN_PROCESS",
    "PUBLISH_JOB",
    "LakeRows",
    "append",
    "committed_version",
    "compact",
    "day_argument",
    "delete_before",
    "delete_older",
    "delete_where",
    "engine_name",
    "erase_rows",
    "forget_handles",
    "forget_past",
    "fresh_until",
    "json_text",
    "mark_dirty",
    "mark_drifted",
    "mark_everything",
    "mend_tables",
    "partition_versions",
    "prepared_version",
    "publish_dirty",
    "published_at",
    "register",
    "registered",
    "row_count",
    "rows_with",
    "run",
    "run_prepared",
    "snapshot_version",
    "table",
    "table_schema",
    "table_version",
    "vacuum",
    "waiting_partitions",
]

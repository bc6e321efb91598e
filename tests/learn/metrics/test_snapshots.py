"""The SQL of each metric, so that a change of meaning shows in review.

Set QUANQU_TEST_SNAPSHOTS=1 to write the files anew.
"""

import os
from datetime import date
from pathlib import Path

import ibis
import pytest
from tests.builders.metrics import schema_of

from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import register, table
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Dimension
from quanqu.learn.metrics.metrics.definitions import METRICS
from quanqu.learn.metrics.metrics.plans import aggregate, make_plans
from quanqu.learn.metrics.metrics.tables import TABLE_NAMES, open_tables

FOLDER = Path(__file__).parent / "snapshots"
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def sql_of(code: str) -> str:
    tables = open_tables(table, frozenset({1, 2}))
    measures = METRICS[code].measures
    plans = make_plans(measures, (Dimension.CHANNEL,), (MAY, MAY.previous()))
    return "\n\n".join(
        str(ibis.to_sql(aggregate(tables, plan), dialect="duckdb")) + ";" for plan in plans
    )


@pytest.mark.parametrize("code", METRICS)
def test_the_sql_of_a_metric_is_as_reviewed(own_lake: Path, code: str) -> None:
    for name in TABLE_NAMES.values():
        columns = tuple(Column(f.name, f.type, "") for f in schema_of(name))
        register(Publication(name, "row", columns))
    stored = FOLDER / f"{code}.sql"
    written = sql_of(code) + "\n"
    if os.environ.get("QUANQU_TEST_SNAPSHOTS") == "1":
        FOLDER.mkdir(exist_ok=True)
        stored.write_text(written, encoding="utf-8")
    assert written == stored.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(METRICS)

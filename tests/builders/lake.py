"""A lake of its own for a test, and tables registered only while the test runs."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from quanqu.infra.lake import registry
from quanqu.infra.lake.contracts import Column, Publication

DAY = date(2026, 3, 1)

SALES_COLUMNS = (
    Column("key", pa.int64(), "The sale."),
    Column("amount_minor", pa.int64(), "What was paid.", unit="minor units"),
    Column("sold_at", pa.timestamp("us", tz="UTC"), "When."),
    Column("day", pa.date32(), "The day."),
    Column("place", pa.string(), "Where."),
    Column("tags", pa.list_(pa.string()), "Words."),
    Column("part", pa.string(), "The partition."),
)


@contextmanager
def lake_at(folder: Path) -> Iterator[Path]:
    """Point the lake to a folder; put it and the declared tables back afterwards."""
    before = registry.publications()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUANQU_LAKE", str(folder))
        yield folder
    _declare_only(before)


@pytest.fixture
def own_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test an empty lake, by the patches of the test: the last of them is undone last."""
    before = registry.publications()
    monkeypatch.setenv("QUANQU_LAKE", str(tmp_path / "lake"))
    yield tmp_path / "lake"
    _declare_only(before)


def _declare_only(before: Iterable[Publication]) -> None:
    registry._publications.clear()
    for declared in before:
        registry.register(declared)


def make_sales(rows: Sequence[dict[str, object]]) -> pa.Table:
    """Build rows of the sales table; whatever a row leaves out has a plain value."""
    plain = {"amount_minor": 100, "sold_at": 0, "day": DAY, "place": "a", "tags": ["x"]}
    schema = pa.schema([(column.name, column.arrow_type) for column in SALES_COLUMNS])
    return pa.Table.from_pylist([{**plain, **row} for row in rows], schema=schema)


def sales_publication(**overrides: object) -> Publication:
    """Build the declaration of the sales table; appended to unless a reader is given."""
    fields: dict[str, object] = {
        "name": "fact_sale",
        "grain": "sale",
        "columns": SALES_COLUMNS,
        "partition_by": "part",
    }
    return Publication(**{**fields, **overrides})  # type: ignore[arg-type] # free overrides

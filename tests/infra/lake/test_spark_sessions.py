"""A Spark Connect server may forget a session: the next question is answered all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.builders.lake import make_sales, sales_publication

from quanqu.infra.lake.facade import append, register, run, table

ROWS = [
    {"key": 1, "amount_minor": 100, "day": date(2026, 1, 31), "place": "a", "part": "202601"},
    {"key": 2, "amount_minor": 250, "day": date(2026, 2, 1), "place": "b", "part": "202602"},
]


@contextmanager
def sail(port: int = 0) -> Iterator[int]:
    """Run a Sail server in this process; yields its port."""
    spark = pytest.importorskip("pysail.spark", reason="the extra `spark` brings Sail")
    server: Any = spark.SparkConnectServer(port=port)
    server.start(background=True)
    try:
        yield server.listening_address[1]
    finally:
        server.stop()


def test_a_server_that_started_again_answers_as_before(
    own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(sales_publication())
    append(name="fact_sale", table=make_sales(ROWS), app_id="t", app_version=1)
    with sail() as port:
        monkeypatch.setenv("QUANQU_ENGINE", f"sc://127.0.0.1:{port}")
        before = _total()
    with sail(port):
        after = _total()

    assert before == after == [350]


def _total() -> list[int]:
    found: list[int] = run(table("fact_sale").amount_minor.sum()).columns[0].to_pylist()
    return found

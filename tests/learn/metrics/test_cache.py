"""Answers are kept in the process until a table they were read from changes."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from tests.builders.metrics import NOW, fill_lake, make_order, make_viewer, schema_of

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.lake.engines.duck import DuckEngine
from quanqu.infra.lake.engines.question import Question
from quanqu.infra.lake.facade import append
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import MetricQuery
from quanqu.learn.metrics.facade import query

pytestmark = pytest.mark.django_db

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def asked(own_lake: Path, monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Note every question that reaches the engine."""
    fill_lake(fact_order=[make_order(1, "2026-05-01", 100)])
    noted: list[Question] = []
    answer = DuckEngine.answer

    def note(engine: DuckEngine, question: Question) -> pa.Table:
        noted.append(question)
        return answer(engine, question)

    monkeypatch.setattr(DuckEngine, "answer", note)
    return noted


def orders(actor: Actor = SYSTEM, period: Period = MAY) -> object:
    (row,) = query(actor=actor, query=MetricQuery(("orders",), period), now=NOW).rows
    return row.cells[0][0].value


def add(name: str, *rows: dict[str, object]) -> None:
    table = pa.Table.from_pylist(list(rows), schema_of(name))
    append(name=name, table=table, app_id="test", app_version=2)


def test_the_same_question_is_asked_of_the_engine_once(asked: list[Question]) -> None:
    assert orders() == 1
    assert asked
    asked.clear()
    assert orders() == 1
    assert asked == []


def test_a_change_elsewhere_asks_nothing_and_one_of_its_tables_everything(
    asked: list[Question],
) -> None:
    assert orders() == 1
    asked.clear()
    add("dim_identity", {"subject_key": 1, "customer_key": 1, "identifier_type": "email"})
    assert orders() == 1
    assert asked == []

    add("fact_order", make_order(2, "2026-05-02", 100))
    assert orders() == 2
    assert asked


def test_another_period_and_another_reader_have_answers_of_their_own(asked: list[Question]) -> None:
    assert orders() == 1
    assert orders(make_viewer(3)) == 0
    assert orders(period=MAY.previous()) == 0
    assert orders() == 1

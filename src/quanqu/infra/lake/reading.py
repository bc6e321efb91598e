"""Reading: expressions over declared tables, run on the engine of the settings."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.lake.engines.duck import DuckEngine
from quanqu.infra.lake.engines.question import Question, make_question
from quanqu.infra.lake.engines.spark import SparkEngine
from quanqu.infra.lake.registry import publication, revision
from quanqu.infra.lake.tables import current

IN_PROCESS: Final = "duckdb"
_duck: Final = DuckEngine()
_clusters: Final[dict[str, SparkEngine]] = {}
_MOST_QUESTIONS: Final = 512
_questions: Final[OrderedDict[Hashable, Question]] = OrderedDict()
_guard: Final = threading.Lock()


def table(name: str) -> ir.Table:
    """Return a table of the lake as an expression; `run` reads its newest version.

    Raises: UnknownTableError.
    """
    return ibis.table(ibis.Schema.from_pyarrow(publication(name).schema), name=name)


def run(expression: ir.Expr) -> pa.Table:
    """Run an expression over lake tables and return its rows in the types it declares.

    Every table is read at the newest version at the start of the query.
    Raises: UnknownTableError, EngineUnavailableError.
    """
    engine = _engine()
    question = make_question(expression.as_table(), engine.dialect)
    return engine.answer(question).cast(question.schema)


def run_prepared(*, key: Hashable, build: Callable[[], ir.Table], days: Sequence[date]) -> pa.Table:
    """Run an expression that is built and compiled once for all dates.

    `build` writes `day_argument(n)` where the n-th of `days` belongs.  Rows it brings along (an
    `ibis.memtable`, such as stated rates) are kept with the compiled expression, so the key must
    tell them too: equal keys mean equal expressions over equal rows.
    Raises: UnknownTableError, EngineUnavailableError.
    """
    engine = _engine()
    question = _prepared(engine_name(), key, build)
    return engine.answer(question.on_days(days)).cast(question.schema)


def prepared_version(*, key: Hashable, build: Callable[[], ir.Table]) -> str:
    """Return text that changes whenever a table that a prepared expression reads does.

    Raises: UnknownTableError.
    """
    return snapshot_version(_prepared(engine_name(), key, build).tables)


def snapshot_version(names: Iterable[str]) -> str:
    """Return text that changes whenever one of the tables does: a key for caches."""
    return ",".join(current(name).key for name in sorted(set(names)))


def engine_name() -> str:
    """Return `duckdb`, or the address of the Spark Connect server of the settings."""
    return os.environ.get("QUANQU_ENGINE", "") or IN_PROCESS


def _prepared(engine: str, key: Hashable, build: Callable[[], ir.Table]) -> Question:
    known = (engine, revision(), key)
    with _guard:
        if known in _questions:
            _questions.move_to_end(known)
            return _questions[known]
    question = make_question(build(), _engine().dialect)
    with _guard:
        _questions[known] = question
        while len(_questions) > _MOST_QUESTIONS:
            _questions.popitem(last=False)
    return question


def _engine() -> DuckEngine | SparkEngine:
    name = engine_name()
    return _duck if name == IN_PROCESS else _clusters.setdefault(name, SparkEngine(name))

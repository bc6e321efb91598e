"""An expression made ready for an engine: its SQL, what it reads and what it brings along."""

import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.lake.engines.comparing import compare_within_threads

compare_within_threads()

# Nobody can write this name into a filter value, so replacing it as text is exact.
_NAME: Final = f"day_argument_{secrets.token_hex(8)}"
_compiling: Final = threading.Lock()  # Ibis compiles with one shared compiler a dialect
_CALL: Final = re.compile(rf"\b{_NAME}\((\d+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """SQL over lake tables and rows it carries itself, with the schema of the answer."""

    sql: str
    tables: tuple[str, ...]
    carried: dict[str, pa.Table]
    schema: pa.Schema

    def on_days(self, days: Sequence[date]) -> "Question":
        """Put dates in the places of `day_argument`."""
        written = _CALL.sub(lambda call: f"DATE '{days[int(call[1])].isoformat()}'", self.sql)
        return replace(self, sql=written)


def make_question(expression: ir.Table, dialect: str) -> Question:
    """Compile an expression for an engine."""
    node = expression.op()
    carried = {one.name: one.data.to_pyarrow(one.schema) for one in node.find(ops.InMemoryTable)}
    tables = sorted({one.name for one in node.find(ops.UnboundTable)})
    backend = getattr(ibis, dialect)  # loads it, which registers the options its compiler reads
    with _compiling:
        sql = str(ibis.to_sql(expression, dialect=backend.name, pretty=False))
    return Question(sql, tuple(tables), carried, expression.schema().to_pyarrow())


@ibis.udf.scalar.builtin(name=_NAME)
def _day_argument(number: int) -> date:  # type: ignore[empty-body] # ibis reads the signature
    """Stand for a date that is given when the question is asked."""


def day_argument(number: int) -> ir.DateScalar:
    """Return the place of the date with that number in a prepared expression."""
    return _day_argument(number)

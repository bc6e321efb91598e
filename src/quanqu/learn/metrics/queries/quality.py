"""The data-quality report within the actor's scope."""

from datetime import datetime
from typing import Any, Final

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import run, table
from quanqu.know.customers.contracts import IdentifierType
from quanqu.learn.metrics.contracts import (
    FieldCoverage,
    Provenance,
    QualityReport,
    TableQuality,
)
from quanqu.learn.metrics.metrics.quality import CHECKED, Checked, examine, reach
from quanqu.learn.metrics.queries.cache import remembered
from quanqu.learn.metrics.queries.sight import PERMISSION, as_of, sight_of

REACH: Final = Checked(
    "customers_by_identifier", ("customer_key",), tuple(IdentifierType), {}, scope=None
)


def get_quality(*, actor: Actor, now: datetime) -> QualityReport:
    """Report for each table how full its fields are, repeated keys and references to nothing.

    Customers and identifiers belong to no place: they are reported to those who see everything.
    `customers_by_identifier` counts, among the customers seen at the reader's places, those who
    have an identifier of each type, such as a phone number.
    Raises: NotAllowedError.
    """
    sight = sight_of(actor, None, [*(one.table for one in CHECKED), "dim_presence"])
    scope = actor.scope(PERMISSION)
    seen = [one for one in CHECKED if one.scope is not None or scope.everything]

    def work() -> tuple[TableQuality, ...]:
        found = []
        for one in seen:
            visible = scope.companies if one.scope == "company_key" else scope.places
            expression = examine(one, table, None if scope.everything else visible)
            found.append(_read(one, run(expression).to_pylist()[0]))
        held = reach(table, None if scope.everything else scope.places, REACH.fields)
        return (*found, _read(REACH, run(held).to_pylist()[0]))

    tables = remembered(("quality", sight, scope), work)
    return QualityReport(tables, Provenance(as_of(now, [one.table for one in seen]), sight.version))


def _read(checked: Checked, row: dict[str, Any]) -> TableQuality:
    rows = row["rows"]
    fields = [(name, row[f"filled_{name}"] or 0) for name in checked.fields]
    return TableQuality(
        table=checked.table,
        rows=rows,
        duplicates=rows - row["keys"],
        orphans={column: row[f"orphans_{column}"] for column in checked.references},
        fields=tuple(
            FieldCoverage(name, filled, filled / rows if rows else None) for name, filled in fields
        ),
    )

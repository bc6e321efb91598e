"""From which number on a score holds so many people beside the members."""

from datetime import date
from typing import Any, Final

import ibis

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run, table
from quanqu.know.audiences.facade import compile_members
from quanqu.learn.predict.contracts import NotTrainedError
from quanqu.learn.predict.metrics.behaviour import KEY, customers_of
from quanqu.learn.predict.queries.people import places_of

_VALUE: Final = "value"


def border_of(
    score: str,
    definition: dict[str, Any],
    scope: Scope,
    as_of: date,
    *,
    people: int | None,
    rate: float | None,
) -> tuple[float, int]:
    """Return the number from which on the most similar people lie, and how many these are: as many
    as asked for, or a share of those with a number, and whoever equals the last one.

    Members are left out.  Raises: NotTrainedError, DefinitionError.
    """
    rows = table("dim_score")
    mine = rows.filter(rows["score"] == score).select(KEY, _VALUE)
    there = customers_of(table("dim_customer"), table("dim_presence"), places_of(scope))
    members = compile_members(definition=definition, scope=scope, as_of=as_of)
    others = mine.semi_join(there, KEY).anti_join(members, KEY)
    counted = others.group_by(_VALUE).aggregate(people=others.count())
    found = run(counted.order_by(ibis.desc(_VALUE))).to_pydict()
    total = sum(found["people"])
    if not total:
        raise NotTrainedError
    wanted = max(1, round(total * rate)) if rate is not None else min(people or 1, total)
    held = 0
    for value, count in zip(found[_VALUE], found["people"], strict=True):
        held += count
        if held >= wanted:
            return float(value), held
    raise NotTrainedError  # not reached: the counts add up to the total

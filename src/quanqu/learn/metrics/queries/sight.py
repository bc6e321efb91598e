"""What an actor can see of the lake: the tables cut to the scope, and the key of that view."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import (
    day_argument,
    engine_name,
    fresh_until,
    prepared_version,
    run_prepared,
    snapshot_version,
    table,
)
from quanqu.kernel.time import Period
from quanqu.learn.metrics.metrics.plans import Plan, aggregate, shape_of
from quanqu.learn.metrics.metrics.spans import days_of
from quanqu.learn.metrics.metrics.tables import TABLE_NAMES, Tables, open_tables
from quanqu.learn.metrics.queries.cache import remembered
from quanqu.learn.metrics.queries.rates import Conversion

Answer = TypeVar("Answer")

PERMISSION: Final = "metrics.view"

_workers: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="metrics")


@dataclass(frozen=True, slots=True)
class Sight:
    """The lake as an actor may see it: `places` None is everything, empty is nothing."""

    places: frozenset[int] | None
    version: str

    @property
    def tables(self) -> Tables:
        """The tables as expressions."""
        return open_tables(table, self.places)

    def fetch(self, plan: Plan, conversion: Conversion | None = None) -> pa.Table:
        """Run a plan, or return what it gave while its tables have not changed since."""
        return self.prepared(
            (shape_of(plan), conversion and (conversion.to_currency, conversion.stated)),
            lambda: aggregate(
                self.tables, plan, conversion and conversion.as_table(), day_argument
            ),
            plan.periods,
        )

    def prepared(
        self, key: Hashable, build: Callable[[], ir.Table], periods: Sequence[Period] = ()
    ) -> pa.Table:
        """Run an expression that is built once for all periods; the key says which it is.

        Its answer is kept until one of the tables it reads changes.
        """
        days = days_of(periods) if periods else ()
        whose = (self.places, key)
        version = prepared_version(key=whose, build=build)
        return remembered(
            (engine_name(), whose, days, version),
            lambda: run_prepared(key=whose, build=build, days=days),
        )

    def fetch_all(
        self, plans: Sequence[Plan], conversion: Conversion | None = None
    ) -> tuple[pa.Table, ...]:
        """Run several plans side by side; those with money in the currency of the conversion."""

        def one(plan: Plan) -> pa.Table:
            return self.fetch(plan, conversion if plan.is_by_currency else None)

        return tuple(_workers.map(one, plans))

    def meanwhile(self, work: Callable[["Sight"], Answer]) -> Future[Answer]:
        """Begin another reading of this sight, to be awaited later."""
        return _workers.submit(work, self)


def sight_of(
    actor: Actor, places: frozenset[int] | None, names: Iterable[str] = tuple(TABLE_NAMES.values())
) -> Sight:
    """Return what the actor may see, narrowed to `places`. Raises: NotAllowedError."""
    actor.require(PERMISSION)
    scope = actor.scope(PERMISSION).narrow(places)
    seen = None if scope.everything else frozenset(scope.places)
    return Sight(seen, f"{engine_name()}:{snapshot_version(names)}")


def as_of(now: datetime, names: Iterable[str] = tuple(TABLE_NAMES.values())) -> datetime:
    """Return the time up to which every committed change is in the lake."""
    return fresh_until(names=names, now=now)

"""Plans run in the currency asked for, or each in its own when a rate is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Dimension, Provenance
from quanqu.learn.metrics.metrics.dimensions import column_of
from quanqu.learn.metrics.metrics.plans import CURRENCY, FOREIGN, UNCONVERTED, Plan
from quanqu.learn.metrics.queries.rates import Conversion, conversion_into
from quanqu.learn.metrics.queries.sight import Sight
from quanqu.learn.metrics.rules.conversion import without_rate


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answers of plans, in their order, and what was done to money.

    With a conversion, all money is in its currency: `is_changed` when some of it was not before.
    """

    plans: tuple[Plan, ...]
    tables: tuple[pa.Table, ...]
    conversion: Conversion | None = None
    is_changed: bool = False
    missing_rates: tuple[str, ...] = ()

    def currency_of(self, plan: Plan) -> str | None:
        """Return the currency that the engine turned a plan's money into."""
        return self.conversion.to_currency if self.conversion and plan.is_by_currency else None

    def provenance(self, as_of: datetime, lake_version: str, has_simulated: bool) -> Provenance:
        """Return what the answer says about itself."""
        done = self.conversion if self.is_changed else None
        return Provenance(
            as_of=as_of,
            lake_version=lake_version,
            currencies=self._currencies(),
            converted_to=done.to_currency if done else None,
            rates=done.rates if done else (),
            missing_rates=self.missing_rates,
            has_simulated=has_simulated,
        )

    def _currencies(self) -> tuple[str, ...]:
        if self.conversion is None:
            return currencies_in(self.tables)
        pairs = zip(self.plans, self.tables, strict=True)
        has_money = any(plan.is_by_currency and table.num_rows for plan, table in pairs)
        return (self.conversion.to_currency,) if has_money else ()


def fetch_plans(
    sight: Sight,
    plans: tuple[Plan, ...],
    reporting_currency: str | None,
    periods: Sequence[Period],
) -> Fetched:
    """Run plans; money is converted when every amount has a rate on its day, else none is."""
    if reporting_currency is None or not any(plan.is_by_currency for plan in plans):
        return Fetched(plans, sight.fetch_all(plans))
    conversion = conversion_into(reporting_currency, periods)
    if conversion.rates:
        tables = sight.fetch_all(plans, conversion)
        if not _counted(tables, UNCONVERTED):
            is_changed = _counted(tables, FOREIGN) > 0
            return Fetched(plans, tables, conversion, is_changed)
    apart = sight.fetch_all(plans)
    found = currencies_in(apart)
    if set(found) <= {reporting_currency}:
        return Fetched(plans, apart)
    missing = without_rate(conversion.stated, reporting_currency, found, periods)
    return Fetched(plans, apart, missing_rates=missing)


def currencies_in(tables: Sequence[pa.Table]) -> tuple[str, ...]:
    """Return the currencies that the answers hold, in alphabetical order."""
    found: set[str] = set()
    for table in tables:
        for name in (CURRENCY, column_of(Dimension.CURRENCY)):
            if name in table.column_names:
                found.update(code for code in table[name].to_pylist() if code)
    return tuple(sorted(found))


def _counted(tables: Sequence[pa.Table], name: str) -> int:
    counts = [pc.sum(table[name]).as_py() or 0 for table in tables if name in table.column_names]
    return sum(counts)

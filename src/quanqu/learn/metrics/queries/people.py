"""What the overview says of customers, asked of the engine at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.lake.facade import day_argument
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Cohort, Dimension
from quanqu.learn.metrics.metrics.dimensions import column_of
from quanqu.learn.metrics.metrics.people import ALONG, COHORT, COUNTED, PART, TOTAL, people
from quanqu.learn.metrics.metrics.spans import PERIOD, layout_of
from quanqu.learn.metrics.queries.lifetimes import cohorts_from
from quanqu.learn.metrics.queries.sight import Sight


@dataclass(frozen=True, slots=True)
class People:
    """Customers over the periods, along the buckets of the first, and by cohort."""

    table: pa.Table
    bucket: Dimension
    cohorts: tuple[Cohort, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that are counted."""
        return COUNTED

    def counted(self, dimensions: tuple[Dimension, ...]) -> pa.Table | None:
        """Return the counts as a plan would answer them; None by a dimension not asked for."""
        if not dimensions:
            return _part(self.table, TOTAL).select([PERIOD, *COUNTED])
        if dimensions != (self.bucket,):
            return None
        along = _part(self.table, ALONG).select([PERIOD, "begins_on", *COUNTED])
        return along.rename_columns([PERIOD, column_of(self.bucket), *COUNTED])


def people_seen(sight: Sight, bucket: Dimension, periods: Sequence[Period]) -> People:
    """Return what there is to say of the customers of a sight."""
    layout = layout_of(periods)
    table = sight.prepared(
        ("people", bucket, layout),
        lambda: people(sight.tables, bucket, layout, day_argument),
        periods,
    )
    return People(table, bucket, _cohorts(_part(table, COHORT)))


def _cohorts(part: pa.Table) -> tuple[Cohort, ...]:
    wanted = ["begins_on", "month_no", "buyers", "repeat_buyers"]
    names = ["cohort_on", "month_no", "customers", "repeaters"]
    return cohorts_from(part.select(wanted).rename_columns(names).to_pylist())


def _part(table: pa.Table, number: int) -> pa.Table:
    return table.filter(pc.equal(table[PART], number))

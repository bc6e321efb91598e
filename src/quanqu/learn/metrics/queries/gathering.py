"""The answers of plans, gathered by their keys."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import TIME_DIMENSIONS, Dimension
from quanqu.learn.metrics.metrics.dimensions import LABELLED, column_of, label_of
from quanqu.learn.metrics.metrics.plans import CURRENCY
from quanqu.learn.metrics.metrics.spans import PERIOD
from quanqu.learn.metrics.rules.assembly import Key, Sums
from quanqu.learn.metrics.rules.periods import bucket_starts


class Gathering:
    """Collects the numbers of several plans with the same dimensions.

    A bucket of the compared period is put beside the bucket of the same number in the period;
    those beyond its end keep their own date under no key (None).
    """

    def __init__(self, dimensions: tuple[Dimension, ...], periods: Sequence[Period]) -> None:
        self.sums: dict[Key, Sums] = {}
        self._dimensions = dimensions
        self.time_at = next((at for at, d in enumerate(dimensions) if d in TIME_DIMENSIONS), None)
        self._buckets: list[dict[date, date | None]] = []
        self.compared_on: dict[date | None, date] = {}
        if self.time_at is not None:
            self._align(dimensions[self.time_at], periods)

    def add(self, table: pa.Table, measures: Iterable[str], currency: str | None = None) -> None:
        """Take in the answer of a plan; `currency` is that of money converted by the engine."""
        rows = table.to_pydict()
        keys = [rows[column_of(dimension)] for dimension in self._dimensions]
        labels = [
            rows[label_of(d)] if d in LABELLED else [None] * table.num_rows
            for d in self._dimensions
        ]
        currencies = rows.get(CURRENCY) or rows.get(column_of(Dimension.CURRENCY))
        wanted = [(code, rows[code]) for code in measures]
        for at, period in enumerate(rows[PERIOD]):
            sums = self._of(period, [column[at] for column in keys], [c[at] for c in labels])
            in_currency = currencies[at] if currencies else currency
            for code, values in wanted:
                sums.add(period, code, in_currency, values[at])

    def fill(self) -> None:
        """Add the buckets of the period in which nothing happened, when time is all there is."""
        if self.time_at is not None and len(self._dimensions) == 1:
            for start in self._buckets[0]:
                self.sums.setdefault((start,), Sums((None,)))
        if not self._dimensions:
            self.sums.setdefault((), Sums())

    def _of(self, period: int, keys: list[Any], labels: list[str | None]) -> Sums:
        if self.time_at is not None:
            keys[self.time_at] = self._buckets[period].get(keys[self.time_at])
        return self.sums.setdefault(tuple(keys), Sums(tuple(labels)))

    def _align(self, bucket: Dimension, periods: Sequence[Period]) -> None:
        shown = bucket_starts(periods[0], bucket)
        self._buckets.append({start: start for start in shown})
        for period in periods[1:]:
            starts = bucket_starts(period, bucket)
            beside: list[date | None] = [*shown, *([None] * len(starts))]
            self._buckets.append(dict(zip(starts, beside, strict=False)))
            for start, key in self._buckets[-1].items():
                self.compared_on.setdefault(key, start)

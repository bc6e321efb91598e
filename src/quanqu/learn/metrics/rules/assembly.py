"""From the answers of several plans to rows of cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from quanqu.learn.metrics.contracts import Cell, MetricRow, Unit
from quanqu.learn.metrics.rules.figures import Number, change, figure, quotient

Key = tuple[str | date | None, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """What a metric is made of: (Σ plus - Σ minus) / Σ per, in a unit."""

    unit: Unit
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    per: tuple[str, ...]
    is_by_currency: bool
    is_additive: bool

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure of the formula."""
        return (*self.plus, *self.minus, *self.per)


@dataclass(slots=True)
class Sums:
    """The measures of one combination of keys: by period, measure and currency."""

    labels: tuple[str | None, ...] = ()
    values: dict[tuple[int, str], dict[str | None, Number]] = field(default_factory=dict)

    def add(self, period: int, measure: str, currency: str | None, value: Number) -> None:
        """Take in one number of the engine."""
        self.values.setdefault((period, measure), {})[currency] = value

    def total(self, period: int, measure: str) -> Number:
        """Return a measure over all currencies; None when there is none."""
        found = [v for v in self.values.get((period, measure), {}).values() if v is not None]
        return sum(found[1:], found[0]) if found else None

    def of(self, period: int, measure: str, currency: str | None) -> Number:
        """Return a measure of one currency; one not divided by currency is the same in all."""
        found = self.values.get((period, measure), {})
        return found.get(currency, found.get(None))

    def currencies(self, measures: Iterable[str]) -> set[str]:
        """Return the currencies in which any of the measures is something other than nothing."""
        wanted = set(measures)
        return {
            currency
            for (_, measure), by_currency in self.values.items()
            for currency, value in by_currency.items()
            if measure in wanted and currency is not None and value
        }


def cells_of(
    sums: Sums, formula: Formula, has_comparison: bool, others: Sequence[str]
) -> tuple[Cell, ...]:
    """Return the cells of a metric: one a currency, or one without when it rests on no money.

    `others` are the currencies of the row's other figures, or else the one of the whole answer:
    where the metric itself has no money at all, it is nothing in each of these.
    """
    if not formula.is_by_currency:
        return (_cell(sums, formula, has_comparison, None),)
    own: Sequence[str | None] = sorted(sums.currencies(formula.measures))
    currencies = own or others or [None]
    return tuple(_cell(sums, formula, has_comparison, currency) for currency in currencies)


def _cell(sums: Sums, formula: Formula, has_comparison: bool, currency: str | None) -> Cell:
    value = figure(_compute(sums, formula, 0, currency), formula.unit, currency)
    if not has_comparison:
        return Cell(currency, value)
    against = figure(_compute(sums, formula, 1, currency), formula.unit, currency)
    return Cell(currency, value, against, change(value, against))


def _compute(sums: Sums, formula: Formula, period: int, currency: str | None) -> Number:
    def measure(code: str) -> Number:
        if formula.is_by_currency:
            return sums.of(period, code, currency)
        return sums.total(period, code)

    known = [measure(code) for code in formula.measures]
    if not formula.is_additive and all(value is None for value in known):
        return None
    above = sum((Decimal(measure(code) or 0) for code in formula.plus), Decimal(0))
    above -= sum((Decimal(measure(code) or 0) for code in formula.minus), Decimal(0))
    if not formula.per:
        return above
    return quotient(above, sum((Decimal(measure(code) or 0) for code in formula.per), Decimal(0)))


def rows_of(
    gathered: Mapping[Key, Sums], formulas: Sequence[Formula], has_comparison: bool
) -> list[MetricRow]:
    """Return one row for each combination of keys, in the order they were met."""
    measures = {measure for one in formulas if one.is_by_currency for measure in one.measures}
    currencies = {found for sums in gathered.values() for found in sums.currencies(measures)}
    only = sorted(currencies) if len(currencies) == 1 else []
    rows = []
    for keys, sums in gathered.items():
        others = sorted(sums.currencies(measures)) or only
        cells = tuple(cells_of(sums, one, has_comparison, others) for one in formulas)
        rows.append(MetricRow(keys, sums.labels, cells))
    return rows

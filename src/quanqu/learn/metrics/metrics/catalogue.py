"""What a KPI is: measures added, taken away and divided; and the whole list of them."""

from dataclasses import dataclass
from typing import Any

from quanqu.learn.metrics.contracts import Dimension, Direction, Unit
from quanqu.learn.metrics.metrics.measures import MEASURES, known_dimensions


@dataclass(frozen=True, slots=True)
class Metric:
    """A KPI: (Σ `plus` - Σ `minus`) / Σ `per`; without `per` the sum itself.

    The words are lazy texts, shown in the reader's language.
    """

    code: str
    name: Any
    description: Any
    formula: Any
    unit: Unit
    good_direction: Direction
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    per: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure the metric needs."""
        return (*self.plus, *self.minus, *self.per)

    @property
    def is_by_currency(self) -> bool:
        """True when the figure rests on money, so that it exists once a currency."""
        return any(MEASURES[code].is_money for code in self.measures)

    @property
    def is_additive(self) -> bool:
        """True when nothing counts as 0."""
        return not self.per and all(MEASURES[code].is_additive for code in self.measures)

    @property
    def grain(self) -> str:
        """What is counted, in the order of the measures."""
        grains = dict.fromkeys(str(next(iter(MEASURES[code].at))) for code in self.measures)
        return ", ".join(grains)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """By what the metric can be divided: what every measure knows."""
        shared = frozenset.intersection(*(known_dimensions(MEASURES[c]) for c in self.measures))
        return tuple(dimension for dimension in Dimension if dimension in shared)

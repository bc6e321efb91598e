"""A chart as data: drawn by the browser, tabulated by the server, described in words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext

from quanqu.doors.console.rules.numbers import decimal_text, grouped, rate_text, symbol
from quanqu.kernel.money import exponent

__all__ = ["Chart", "Series", "Unit", "money_unit"]

Kind = Literal["lines", "bars"]


@dataclass(frozen=True, slots=True)
class Unit:
    """How figures are written: a count, a number with decimals, a rate, or money in
    major units of a currency."""

    kind: Literal["count", "rate", "money", "number"] = "count"
    currency: str = ""

    @property
    def digits(self) -> int:
        """Decimals of the exact form."""
        if self.kind == "number":
            return 2
        return exponent(self.currency) if self.kind == "money" else 0

    def text(self, value: float | None) -> str:
        """Write a value in full."""
        if value is None:
            return "–"
        if self.kind == "rate":
            return rate_text(value)
        if self.kind == "money":
            return f"{symbol(self.currency)}{decimal_text(value, self.digits)}"
        return grouped(round(value)) if self.kind == "count" else decimal_text(value, self.digits)


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars; `before` marks the comparison period; links lead to the rows."""

    name: str
    points: Sequence[float | None]
    slot: int = 0
    before: bool = False
    links: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows; `title` asks or says, `description` tells it to who cannot see it.

    `partial` tells of each label whether its figures may still grow or were cut.
    """

    code: str
    title: str
    description: str
    kind: Kind
    label_title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: Unit = Unit()
    stacked: bool = False
    partial: Sequence[bool] = ()

    @property
    def json_id(self) -> str:
        """The id of the element that holds the data."""
        return f"chart-{self.code}"

    @property
    def drawing(self) -> dict[str, Any]:
        """What the browser needs to draw it."""
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [asdict(one) for one in self.series],
            "stacked": self.stacked,
            "partial": list(self.partial) if any(self.partial) else [],
            "partialWord": gettext("incomplete"),
            "unit": self.unit.kind,
            "digits": self.unit.digits,
            "prefix": symbol(self.unit.currency) if self.unit.kind == "money" else "",
        }

    @property
    def table(self) -> list[tuple[str, bool, list[tuple[str, float | None, str]]]]:
        """The figures as rows: a label, whether incomplete, and per series text, value, link."""
        return [
            (
                label,
                at < len(self.partial) and self.partial[at],
                [
                    (
                        self.unit.text(one.points[at]),
                        one.points[at],
                        one.links[at] if at < len(one.links) else "",
                    )
                    for one in self.series
                ],
            )
            for at, label in enumerate(self.labels)
        ]

    @property
    def has_partial(self) -> bool:
        """True when some of the labels are incomplete."""
        return any(self.partial)

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to draw."""
        return not any(point for one in self.series for point in one.points)


def money_unit(currency: str) -> Unit:
    """Return the unit of money in a currency."""
    return Unit("money", currency)

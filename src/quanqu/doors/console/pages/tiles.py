"""A metric as a tile: value, change in words, spark line, link to its own page."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.rules.drawing import spark_path
from quanqu.doors.console.rules.numbers import (
    Change,
    change,
    compact,
    decimal_text,
    grouped,
    money_text,
    rate_text,
)
from quanqu.doors.console.shell.frame import Frame
from quanqu.learn.metrics.contracts import Cell, MetricInfo, Tile, Unit

__all__ = ["Figure", "TileView", "exact_text", "make_tile", "short_text", "than_text"]


_DECIMALS: Final = frozenset({Unit.DAYS, Unit.ITEMS, Unit.RATIO})


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in short and in full, with its change."""

    short: str
    exact: str
    change: Change | None


@dataclass(frozen=True, slots=True)
class TileView:
    """A tile ready to draw; several currencies stand below one another, never added."""

    name: str
    hint: str
    href: str
    figures: list[Figure]
    than: str
    spark: str

    @property
    def is_long(self) -> bool:
        """True when figures need a smaller size."""
        return len(self.figures) > 1


def make_tile(frame: Frame, tile: Tile) -> TileView:
    """Put a tile into words."""
    info = tile.metric
    spark = tile.sparks[0].values if len(tile.sparks) == 1 else ()
    return TileView(
        info.name,
        info.description,
        frame.link(reverse("console:metric", args=[info.code]), **frame.in_period),
        [_figure(info, cell, frame.language) for cell in tile.cells] or [Figure("–", "–", None)],
        than_text(frame),
        spark_path([float(value or 0) for value in spark]),
    )


def short_text(info: MetricInfo, cell: Cell, language: str) -> str:
    """Write a figure in short: 1.2M, 3.4万, 12.5%."""
    if cell.value is None:
        return "–"
    if info.unit is Unit.MONEY:
        return money_text(round(cell.value), cell.currency or "", short=language)
    if info.unit is Unit.RATE:
        return rate_text(cell.value)
    if info.unit in _DECIMALS:
        return _with_unit(info, decimal_text(cell.value))
    return compact(cell.value, language)


def exact_text(info: MetricInfo, cell: Cell) -> str:
    """Write a figure in full."""
    if cell.value is None:
        return "–"
    if info.unit is Unit.MONEY:
        return money_text(round(cell.value), cell.currency or "")
    if info.unit is Unit.RATE:
        return rate_text(cell.value, 2)
    if info.unit in _DECIMALS:
        return _with_unit(info, decimal_text(cell.value, 2))
    return grouped(round(cell.value))


def moved_of(info: MetricInfo, cell: Cell) -> Change | None:
    """Return how a metric moved; one that is a rate moves by points."""
    is_rate = info.unit is Unit.RATE
    return change(cell.value, cell.comparison, info.good_direction, is_rate=is_rate)


def _figure(info: MetricInfo, cell: Cell, language: str) -> Figure:
    moved = moved_of(info, cell)
    return Figure(short_text(info, cell, language), exact_text(info, cell), moved)


def _with_unit(info: MetricInfo, text: str) -> str:
    return _("%(n)s days") % {"n": text} if info.unit is Unit.DAYS else text


def than_text(frame: Frame) -> str:
    """Say what changes are measured against."""
    if frame.choice.comparison == "previous":
        return _("on the period before")
    return _("on a year before") if frame.choice.comparison == "year_before" else ""

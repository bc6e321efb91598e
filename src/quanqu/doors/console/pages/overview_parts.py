"""The charts and lists of the overview, each answering the question in its title."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.product_words import product_title
from quanqu.doors.console.rules.drawing import heat_step
from quanqu.doors.console.rules.numbers import change, grouped, money_text, rate_text
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.rules.times import month_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.learn.metrics.contracts import Cell, Cohort, Dimension, MetricRow, Overview, Panel

__all__ = ["Bar", "cell_in", "channel_bars", "cohort_rows", "product_rows", "region_bars"]

_COHORTS = 12
_REGIONS = 8
_EVEN_RATE = 0.1


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a list of bars; `width` in percent of the longest."""

    name: str
    value: str
    note: str
    width: float
    slot: int
    href: str
    is_simulated: bool = False


def channel_bars(frame: Frame, answer: Overview, currency: str) -> dict[str, Any]:
    """Tell which channels sold what, and which grew."""
    pairs = _ranked(answer.channels, currency)
    titles = channel_titles()
    bars, best = [], ("", 0.0)
    simulated = frame.simulated_channels
    for row, cell in pairs:
        code = str(row.keys[0] or "")
        name = titles.get(code, code) or _("Not known")
        moved = change(cell.value, cell.comparison, "up")
        if moved and moved.rate is not None and moved.rate > best[1]:
            best = (name, moved.rate)
        href = frame.link(reverse("console:orders"), channel=code, **frame.in_period)
        bars.append(_bar(name, cell, currency, pairs, channel_slot(code), href, code in simulated))
    grew = _("%(name)s grew most, by %(rate)s") % {"name": best[0], "rate": rate_text(best[1])}
    return {"title": grew if best[0] else _("Which channels sold most?"), "bars": bars}


def region_bars(frame: Frame, answer: Overview, currency: str) -> dict[str, Any]:
    """Tell where the sales are."""
    pairs = _ranked(answer.regions, currency)
    total = sum(cell.value or 0 for _row, cell in pairs)
    dimension = answer.regions.dimension
    bars = []
    for row, cell in pairs[:_REGIONS]:
        code = str(row.keys[0] or "")
        name = _area(dimension, row, frame)
        href = frame.link(
            reverse("console:metric", args=[answer.regions.metrics[0].code]),
            by="city" if dimension is not Dimension.CITY else "place",
            **{f"only_{dimension.value}": code},
            **frame.in_period,
        )
        bars.append(_bar(name, cell, currency, pairs, 0, href if code else "", False))
    title = _("Where are the sales?")
    if pairs and total > 0:
        first_row, first = pairs[0]
        name = _area(dimension, first_row, frame)
        share = rate_text((first.value or 0) / total)
        title = _("%(name)s makes %(share)s of sales") % {"name": name, "share": share}
    return {"title": title, "bars": bars, "more": max(len(pairs) - _REGIONS, 0)}


def product_rows(frame: Frame, answer: Overview, currency: str) -> list[dict[str, Any]]:
    """List the products that sold most."""
    panel = answer.products
    rows = []
    for row, cell in _ranked(panel, currency):
        key = str(row.keys[0] or "")
        others = [
            (info, cell_in(cells, None if not info.is_by_currency else currency))
            for info, cells in zip(panel.metrics[1:], row.cells[1:], strict=True)
        ]
        rows.append(
            {
                "name": product_title(row.labels[0]) if key else _("Not known"),
                "href": frame.link(reverse("console:product", args=[key])) if key else "",
                "value": money_text(round(cell.value or 0), currency),
                "change": change(cell.value, cell.comparison, "up"),
                "units": [grouped(round(one.value or 0)) for _info, one in others if one],
            }
        )
    return rows


def cohort_rows(frame: Frame, answer: Overview) -> dict[str, Any]:
    """Tell what share of each month's new customers bought again, month by month."""
    seen = [cohort for cohort in answer.cohorts if cohort.size]
    cohorts = [_until(cohort, frame.period.last) for cohort in seen]
    cohorts = [cohort for cohort in cohorts if cohort.active][-_COHORTS:]
    highest = max((max(c.rates[1:], default=0.0) for c in cohorts), default=0.0)
    digits = 0 if highest >= _EVEN_RATE else 1
    width = max((len(c.active) for c in cohorts), default=0)
    rows: list[dict[str, Any]] = [
        {
            "month": month_text(cohort.month, frame.language),
            "size": cohort.size,
            "cells": [
                {
                    "text": rate_text(rate, digits),
                    "step": heat_step(rate, max(highest, _EVEN_RATE), is_even=True),
                    "count": count,
                    "is_partial": _is_running(cohort.month, number, answer),
                }
                for number, (rate, count) in list(
                    enumerate(zip(cohort.rates, cohort.active, strict=True))
                )[1:_COHORTS]
            ],
        }
        for cohort in cohorts
    ]
    has_partial = any(cell["is_partial"] for row in rows for cell in row["cells"])
    return {"rows": rows, "months": range(1, min(width, _COHORTS)), "has_partial": has_partial}


def cell_in(cells: Sequence[Cell], currency: str | None) -> Cell | None:
    """Return the cell of a currency; a figure without one has a single cell."""
    return next((cell for cell in cells if cell.currency in {currency, None}), None)


def _ranked(panel: Panel, currency: str) -> list[tuple[MetricRow, Cell]]:
    pairs = [(row, cell_in(row.cells[0], currency)) for row in panel.rows]
    found = [(row, cell) for row, cell in pairs if cell is not None and cell.value is not None]
    return sorted(found, key=lambda pair: -(pair[1].value or 0))


def _bar(
    name: str,
    cell: Cell,
    currency: str,
    pairs: Sequence[tuple[MetricRow, Cell]],
    slot: int,
    href: str,
    is_simulated: bool,
) -> Bar:
    longest = max((abs(other.value or 0) for _row, other in pairs), default=0) or 1
    moved = change(cell.value, cell.comparison, "up")
    note = ""
    if moved and moved.rate is not None:
        sign = {"up": "+", "down": "\u2212", "level": "±"}[moved.direction]
        note = f"{sign}{rate_text(abs(moved.rate))}"
    return Bar(
        name,
        money_text(round(cell.value or 0), currency),
        note,
        round(100 * max(cell.value or 0, 0) / longest, 2),
        slot,
        href,
        is_simulated,
    )


def _area(dimension: Dimension, row: MetricRow, frame: Frame) -> str:
    code = str(row.keys[0] or "")
    if dimension is Dimension.COUNTRY and code:
        return country_name(code, frame.language)
    return row.labels[0] or code or _("Not known")


def _is_running(month: date, later: int, answer: Overview) -> bool:
    """Tell whether the data ends within the month that many months later."""
    year, index = divmod(month.year * 12 + month.month - 1 + later, 12)
    end = _month_end(date(year, index + 1, 1))
    return answer.data is None or answer.data.last < end


def _until(cohort: Cohort, last: date) -> Cohort:
    """Cut a cohort to the months that begin no later than a day."""
    months = (last.year - cohort.month.year) * 12 + last.month - cohort.month.month
    return Cohort(cohort.month, cohort.active[: max(months + 1, 0)])


def _month_end(start: date) -> date:
    following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)

"""Metrics: every definition with its formula, and one metric taken apart by any dimension."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series, Unit, money_unit
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.metric_file import metric_file
from quanqu.doors.console.pages.metric_words import (
    DIMENSION_TITLES,
    is_simulated,
    label_of,
    rows_href,
)
from quanqu.doors.console.pages.tiles import exact_text, moved_of, than_text
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import exponent
from quanqu.know.org.facade import reporting_currency
from quanqu.learn.metrics.contracts import (
    TIME_DIMENSIONS,
    Cell,
    Comparison,
    Dimension,
    Filter,
    MetricInfo,
    MetricQuery,
    MetricResult,
    MetricRow,
)
from quanqu.learn.metrics.contracts import Unit as MetricUnit
from quanqu.learn.metrics.facade import get_metric, list_metrics, query

__all__ = ["MetricPage", "MetricsPage"]

_ROWS: Final = 200
_ROWS_OF_A_FILE: Final = 10_000
_CLOCK: Final = frozenset({Dimension.WEEKDAY, Dimension.HOUR})
_IN_ORDER: Final = TIME_DIMENSIONS | _CLOCK | {Dimension.INSTALLMENTS}


class MetricsPage(ConsoleView):
    """Every metric defined once, with what it is over the period."""

    page_code = "metrics"
    permission = "metrics.view"
    uses_period = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the definitions and their figures."""
        frame = self.frame
        infos = list_metrics(actor=frame.actor)
        answer = query(
            actor=frame.actor,
            query=MetricQuery(
                metrics=tuple(info.code for info in infos),
                period=frame.period,
                comparison=Comparison(frame.choice.comparison),
                reporting_currency=reporting_currency(),
            ),
            now=frame.now,
        )
        cells = answer.rows[0].cells if answer.rows else ((),) * len(infos)
        rows = [
            {
                "info": info,
                "href": frame.link(reverse("console:metric", args=[info.code])),
                "figures": [
                    (
                        exact_text(info, cell),
                        moved_of(info, cell),
                    )
                    for cell in found
                ],
            }
            for info, found in zip(infos, cells, strict=True)
        ]
        context = {"rows": rows, "than": than_text(frame), "as_of": answer.provenance.as_of}
        return self.page("console/learn/metrics.html", context)


class MetricPage(ConsoleView):
    """One metric by a dimension: chart, table, and from each row on to the rows behind it."""

    page_code = "metrics"
    permission = "metrics.view"
    uses_period = True

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Show it by the dimension the address names, the month by default; or send it as CSV."""
        is_file = request.GET.get("export") == "csv"
        frame = self.frame
        info = get_metric(actor=frame.actor, code=code)
        dimension = _dimension(info, request.GET.get("by", ""), frame)
        filters = self._filters(info)
        answer = query(
            actor=frame.actor,
            query=MetricQuery(
                metrics=(code,),
                period=frame.period,
                dimensions=(dimension,),
                comparison=Comparison(frame.choice.comparison),
                filters=tuple(one for one, _said, _href in filters),
                reporting_currency=reporting_currency(),
                order_by=dimension.value if dimension in _IN_ORDER else code,
                is_descending=dimension not in _IN_ORDER,
                limit=_ROWS_OF_A_FILE if is_file else _ROWS,
            ),
            now=frame.now,
        )
        if is_file:
            return metric_file(info, dimension, answer, frame)
        currencies = _currencies(answer)
        asked = request.GET.get("currency", "")
        own = frame.main_currency if frame.main_currency in currencies else ""
        currency = asked if asked in currencies else own or (currencies[0] if currencies else "")
        context = {
            "info": info,
            "dimension": dimension,
            "dimensions": [
                (one, DIMENSION_TITLES[one], frame.with_query(by=one.value))
                for one in info.dimensions
            ],
            "filters": [(said, href) for _one, said, href in filters],
            "currencies": currencies,
            "currency": currency,
            "rows": [self._row(info, dimension, row) for row in answer.rows],
            "more": answer.row_count - len(answer.rows),
            "chart": _chart(info, dimension, answer, currency, frame),
            "provenance": answer.provenance,
        }
        return self.page("console/learn/metric.html", context)

    def _filters(self, info: MetricInfo) -> list[tuple[Filter, str, str]]:
        found = []
        for one in info.dimensions:
            name = f"only_{one.value}"
            values = tuple(self.request.GET.getlist(name))
            if values and one not in TIME_DIMENSIONS:
                shown = ", ".join(value or _("Not known") for value in values)
                said = f"{DIMENSION_TITLES[one]}: {shown}"
                found.append((Filter(one, values), said, self.frame.with_query(**{name: None})))
        return found

    def _row(self, info: MetricInfo, dimension: Dimension, row: MetricRow) -> dict[str, Any]:
        return {
            "label": label_of(dimension, row, self.frame),
            "is_simulated": is_simulated(dimension, row, self.frame),
            "is_partial": row.is_complete is False,
            "slot": channel_slot(str(row.keys[0])) if dimension is Dimension.CHANNEL else None,
            "href": rows_href(dimension, row, self.frame),
            "figures": [(exact_text(info, cell), moved_of(info, cell)) for cell in row.cells[0]],
        }


def _dimension(info: MetricInfo, asked: str, frame: Frame) -> Dimension:
    if asked in {one.value for one in info.dimensions}:
        return Dimension(asked)
    wanted = Dimension.DAY if frame.period.days <= 62 else Dimension.MONTH
    return wanted if wanted in info.dimensions else info.dimensions[0]


def _currencies(answer: MetricResult) -> list[str]:
    found = {cell.currency for row in answer.rows for cell in row.cells[0] if cell.currency}
    return sorted(found)


def _chart(
    info: MetricInfo, dimension: Dimension, answer: MetricResult, currency: str, frame: Frame
) -> Chart:
    is_time = dimension in TIME_DIMENSIONS
    is_short = not is_time and dimension not in _CLOCK
    rows = list(answer.rows)[:12] if is_short else list(answer.rows)
    cells = [_cell_in(row.cells[0], currency) for row in rows]
    scale = 10 ** exponent(currency) if info.unit is MetricUnit.MONEY else 1
    now = [_scaled(cell.value if cell else None, scale) for cell in cells]
    links = [rows_href(dimension, row, frame) for row in rows]
    series = [Series(_("This period"), now, slot=0, links=links)]
    if answer.compared:
        before = [_scaled(cell.comparison if cell else None, scale) for cell in cells]
        series.append(Series(_("Compared"), before, slot=6, before=is_time))
    return Chart(
        info.code,
        _("%(metric)s by %(dimension)s")
        % {"metric": info.name, "dimension": str(DIMENSION_TITLES[dimension]).lower()},
        "",
        "lines" if is_time else "bars",
        str(DIMENSION_TITLES[dimension]),
        [_chart_label(dimension, row, frame) for row in rows],
        series,
        _unit(info, currency),
        partial=[row.is_complete is False for row in rows] if is_time else (),
    )


def _chart_label(dimension: Dimension, row: MetricRow, frame: Frame) -> str:
    label = label_of(dimension, row, frame)
    if not is_simulated(dimension, row, frame):
        return label
    return _("%(name)s (simulated)") % {"name": label}


def _unit(info: MetricInfo, currency: str) -> Unit:
    if info.unit is MetricUnit.MONEY:
        return money_unit(currency)
    if info.unit is MetricUnit.RATE:
        return Unit("rate")
    decimals = {MetricUnit.DAYS, MetricUnit.ITEMS, MetricUnit.RATIO}
    return Unit("number") if info.unit in decimals else Unit()


def _cell_in(cells: Sequence[Cell], currency: str) -> Cell | None:
    return next((cell for cell in cells if cell.currency in {currency, None}), None)


def _scaled(value: float | None, scale: int) -> float | None:
    return None if value is None else value / scale

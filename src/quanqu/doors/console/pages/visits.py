"""Visits: how many came, by which channel, how long they stayed, how many left at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.timeline import source_options
from quanqu.doors.console.pages.visit_words import DIMENSIONS, channel_title, dwell_text
from quanqu.doors.console.rules.numbers import decimal_text, grouped, rate_text
from quanqu.doors.console.rules.times import day_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.timeline.contracts import (
    VisitDimension,
    VisitFigures,
    VisitQuestion,
    VisitReport,
)
from quanqu.know.timeline.facade import get_visits

__all__ = ["VisitsPage"]

_MOST_DAYS: Final = 1_000
_MOST_BARS: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """Figures as they are written."""

    title: str
    visits: str
    visitors: str
    bounce_rate: str
    dwell: str
    pages: str
    order_rate: str


class VisitsPage(ConsoleView):
    """Visits of the period, by day, by channel, and by what the reader chooses."""

    page_code = "visits"
    permission = "timeline.view"
    uses_period = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the figures."""
        told, frame = request.GET.get("by", ""), self.frame
        by = VisitDimension(told) if told in set(VisitDimension) else VisitDimension.CHANNEL
        options = source_options(frame)
        source = request.GET.get("source", "")
        sources = (source,) if source in {option.value for option in options} else ()

        def ask(dimension: VisitDimension, limit: int = 100) -> VisitReport:
            question = VisitQuestion(frame.period, dimension, sources, limit=limit)
            return get_visits(actor=frame.actor, question=question)

        days, channels = ask(VisitDimension.DAY, _MOST_DAYS), ask(VisitDimension.CHANNEL)
        shown = ask(by)
        context = {
            "total": _line("", shown.total),
            "has_visits": shown.total.visits > 0,
            "charts": [_by_day(frame, days), _by_channel(channels)],
            "rows": [_line(_title(frame, by, row.key), row) for row in shown.rows],
            "is_cut": shown.is_cut,
            "by": by,
            "by_title": DIMENSIONS[by],
            "dimensions": DIMENSIONS.items(),
            "sources": options,
            "source": source,
            "version": shown.version,
            "may_manage": frame.person.can("timeline.manage"),
        }
        return self.page("console/visits/page.html", context)


def _title(frame: Frame, by: VisitDimension, key: str) -> str:
    if by is VisitDimension.CHANNEL:
        return channel_title(key)
    if by is VisitDimension.DAY:
        return day_text(date.fromisoformat(key), frame.language)
    if by is VisitDimension.NEAREST_STORE and key:
        return next((p.name for p in frame.places.values() if p.id == key), _("another store"))
    if by is VisitDimension.NEAREST_STORE:
        return _("home not known")
    return key or _("none")


def _line(title: str, row: VisitFigures) -> Line:
    return Line(
        title,
        grouped(row.visits),
        grouped(row.visitors),
        "–" if row.bounce_rate is None else rate_text(row.bounce_rate),
        dwell_text(row.mean_dwell_s),
        "–" if row.pages_per_visit is None else decimal_text(row.pages_per_visit),
        "–" if row.order_rate is None else rate_text(row.order_rate),
    )


def _by_day(frame: Frame, report: VisitReport) -> Chart:
    found = {row.key: row for row in report.rows}
    count = min((frame.period.last - frame.period.first).days + 1, _MOST_DAYS)
    days = [frame.period.first + timedelta(days=number) for number in range(count)]
    rows = [found.get(day.isoformat()) for day in days]
    if not found:
        days, rows = [], []
    return Chart(
        "visits",
        _("How many came, and how many left at once?"),
        _("Visits by the UTC day they began on."),
        "lines",
        _("day"),
        [day_text(day, frame.language, with_year=False) for day in days],
        [
            Series(_("Visits"), _points(row.visits if row else 0 for row in rows), slot=0),
            Series(_("Bounces"), _points(row.bounces if row else 0 for row in rows), slot=2),
        ],
        partial=[day >= frame.now.date() for day in days],
    )


def _by_channel(report: VisitReport) -> Chart:
    rows = report.rows[:_MOST_BARS]
    return Chart(
        "visit-channels",
        _("Which channels brought them?"),
        _("By the first event of the visit."),
        "bars",
        _("Channel"),
        [channel_title(row.key) for row in rows],
        [Series(_("Visits"), [float(row.visits) for row in rows], slot=0)],
    )


def _points(values: Iterable[int]) -> list[float | None]:
    return [float(value) for value in values]

"""The trend of the overview: sales along the buckets of the period, incomplete ones marked."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series, money_unit
from quanqu.doors.console.pages.overview_parts import cell_in
from quanqu.doors.console.rules.numbers import change, rate_text
from quanqu.doors.console.rules.times import day_text, month_text, short_span
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import exponent
from quanqu.learn.metrics.contracts import Cell, Dimension, Overview

__all__ = ["trend_chart", "unfinished_text"]


def trend_chart(frame: Frame, answer: Overview, currency: str) -> Chart:
    """Draw the first metric of the trend over time, beside the period it is compared with."""
    info = answer.trend.metrics[0]
    cells = [cell_in(row.cells[0], currency) for row in answer.trend.rows]
    scale = 10 ** exponent(currency)
    now = [None if cell is None or cell.value is None else cell.value / scale for cell in cells]
    before = [
        None if cell is None or cell.comparison is None else cell.comparison / scale
        for cell in cells
    ]
    starts = [row.keys[0] for row in answer.trend.rows if isinstance(row.keys[0], date)]
    complete = dict(zip(answer.buckets, answer.complete, strict=True))
    labels = [_bucket_label(start, answer, frame) for start in starts]
    links = [_orders_in(frame, start, answer) for start in starts]
    series = [Series(_("This period"), now, slot=0, links=links)]
    if answer.compared:
        series.append(Series(_("Compared"), before, slot=6, before=True))
    return Chart(
        "trend",
        _trend_title(info.name, cells, currency),
        _described(info.name, answer, currency, frame),
        "lines",
        _bucket_word(answer.bucket),
        labels,
        series,
        money_unit(currency),
        partial=[not complete.get(start, True) for start in starts],
    )


def unfinished_text(frame: Frame, answer: Overview) -> str:
    """Say why the figures of the period are not whole; empty when they are."""
    if answer.is_complete or answer.data is None:
        return ""
    first, last = answer.data.first, answer.data.last
    if frame.period.last > last:
        day = day_text(last, frame.language)
        return _("not whole yet: the newest order is from %(day)s") % {"day": day}
    if frame.period.first < first:
        day = day_text(first, frame.language)
        return _("not whole: the first order is from %(day)s") % {"day": day}
    return _("not whole yet: its last day is not over")


def _bucket_word(bucket: Dimension) -> str:
    """Name a bucket of time."""
    return {Dimension.DAY: _("day"), Dimension.WEEK: _("week")}.get(bucket, _("month"))


def _trend_title(name: str, cells: Sequence[Cell | None], currency: str) -> str:
    now = sum(cell.value or 0 for cell in cells if cell)
    before = [cell.comparison for cell in cells if cell and cell.comparison is not None]
    moved = change(now, sum(before), "up") if before else None
    if moved is None or moved.rate is None or moved.direction == "level":
        return _("How did %(metric)s go?") % {"metric": name}
    words = (
        _("%(metric)s is up %(rate)s")
        if moved.direction == "up"
        else _("%(metric)s is down %(rate)s")
    )
    return words % {"metric": name, "rate": rate_text(abs(moved.rate))}


def _described(metric: str, answer: Overview, currency: str, frame: Frame) -> str:
    words = {"metric": metric, "bucket": _bucket_word(answer.bucket), "currency": currency}
    if not answer.compared:
        return _("%(metric)s per %(bucket)s, in %(currency)s.") % words
    said = _("%(metric)s per %(bucket)s, in %(currency)s; dashed: %(compared)s.")
    return said % {**words, "compared": frame.compared_text}


def _bucket_label(start: date, answer: Overview, frame: Frame) -> str:
    """Label a bucket; one that the period cuts says which days it holds."""
    first, last = _bucket_days(start, answer, frame)
    if answer.bucket is not Dimension.MONTH:
        return day_text(first, frame.language, with_year=False)
    if first != start or last != _month_end(start):
        return short_span(first, last, frame.language)
    return month_text(start, frame.language)


def _bucket_days(start: date, answer: Overview, frame: Frame) -> tuple[date, date]:
    end = {
        Dimension.DAY: start,
        Dimension.WEEK: start + timedelta(days=6),
    }.get(answer.bucket, _month_end(start))
    return max(start, frame.period.first), min(end, frame.period.last)


def _orders_in(frame: Frame, start: date, answer: Overview) -> str:
    first, last = _bucket_days(start, answer, frame)
    pinned = {"from": first.isoformat(), "to": last.isoformat()}
    return frame.link(reverse("console:orders"), **pinned)


def _month_end(start: date) -> date:
    following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)

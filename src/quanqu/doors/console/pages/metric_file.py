"""A metric by a dimension as a file: every row, exact figures, one line a currency."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.exports import as_csv
from quanqu.doors.console.pages.metric_words import DIMENSION_TITLES, label_of
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import Money
from quanqu.learn.metrics.contracts import Dimension, MetricInfo, MetricResult, Unit

__all__ = ["metric_file"]

Line = list[str | int | float | None]


def metric_file(
    info: MetricInfo, dimension: Dimension, answer: MetricResult, frame: Frame
) -> StreamingHttpResponse:
    """Return the rows of an answer as CSV; money in major units beside its currency."""
    header = [
        str(DIMENSION_TITLES[dimension]),
        _("Currency"),
        str(info.name),
        _("Compared"),
        _("Complete"),
    ]
    lines = _lines(info, dimension, answer, frame)
    sent = StreamingHttpResponse(as_csv(header, lines), content_type="text/csv")
    period = f"{answer.period.first.isoformat()}-{answer.period.last.isoformat()}"
    name = f"{info.code}-{dimension.value}-{period}.csv"
    sent["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent


def _lines(
    info: MetricInfo, dimension: Dimension, answer: MetricResult, frame: Frame
) -> Iterator[Line]:
    for row in answer.rows:
        complete = {True: _("yes"), False: _("no"), None: ""}[row.is_complete]
        for cell in row.cells[0]:
            figures = [
                _plain(info, cell.currency, value) for value in (cell.value, cell.comparison)
            ]
            yield [label_of(dimension, row, frame), cell.currency or "", *figures, complete]


def _plain(info: MetricInfo, currency: str | None, value: float | None) -> str | float | None:
    if value is None or info.unit is not Unit.MONEY or not currency:
        return value
    return str(Money(round(value), currency).amount)

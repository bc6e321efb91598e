"""What one product sold: figures of the period, channel by channel, and their course."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series, money_unit
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.metric_words import DIMENSION_TITLES, label_of
from quanqu.doors.console.pages.overview_parts import cell_in
from quanqu.doors.console.pages.tiles import exact_text, moved_of
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.money import exponent
from quanqu.learn.metrics.contracts import (
    Comparison,
    Dimension,
    Filter,
    MetricInfo,
    MetricQuery,
    MetricResult,
    MetricRow,
)
from quanqu.learn.metrics.facade import query
from quanqu.sell.catalog.facade import get_product

__all__ = ["ProductFigures"]

_FIGURES: Final = ("net_product_sales", "units_sold", "product_refunds", "product_refund_rate")
_DAYS_BY_WEEK: Final = 190


class ProductFigures(ConsoleView):
    """The figures of a product as a fragment: its page does not wait for them."""

    page_code = "products"
    permission = "metrics.view"
    uses_period = True

    def get(self, request: HttpRequest, product_id: str) -> HttpResponse:
        """Ask for them over the period shown."""
        frame = self.frame
        product = get_product(actor=frame.actor, product_id=product_id)
        whole = self._ask(product.id, ())
        context = {
            "product": product,
            "period": frame.period_text,
            "compared": frame.compared_text,
            "figures": _named(whole.metrics, whole.rows[0] if whole.rows else None, frame),
            "channels": _by_channel(self._ask(product.id, (Dimension.CHANNEL,)), frame),
            "trend": self._trend(product.id),
        }
        return self.page("console/products/figures.html", context)

    def _ask(self, product_id: str, dimensions: tuple[Dimension, ...]) -> MetricResult:
        frame = self.frame
        return query(
            actor=frame.actor,
            query=MetricQuery(
                metrics=_FIGURES,
                period=frame.period,
                dimensions=dimensions,
                comparison=Comparison(frame.choice.comparison),
                filters=(Filter(Dimension.PRODUCT, (product_id,)),),
                order_by=dimensions[0].value if dimensions else None,
                is_descending=False,
            ),
            now=frame.now,
        )

    def _trend(self, product_id: str) -> Chart:
        frame = self.frame
        bucket = Dimension.WEEK if frame.period.days <= _DAYS_BY_WEEK else Dimension.MONTH
        answer = self._ask(product_id, (bucket,))
        info = answer.metrics[0]
        rows = [row for row in answer.rows if isinstance(row.keys[0], date)]
        found = {cell.currency for row in rows for cell in row.cells[0] if cell.currency}
        own = frame.main_currency
        currency = own if own in found or not found else min(found)
        scale = 10 ** exponent(currency) if currency else 1
        cells = [cell_in(row.cells[0], currency) for row in rows]
        points = [cell.value / scale if cell and cell.value is not None else None for cell in cells]
        return Chart(
            "product-sales",
            _("%(metric)s by %(dimension)s")
            % {"metric": info.name, "dimension": str(DIMENSION_TITLES[bucket]).lower()},
            "",
            "lines",
            str(DIMENSION_TITLES[bucket]),
            [label_of(bucket, row, frame) for row in rows],
            [Series(_("This period"), points)],
            money_unit(currency),
            partial=[row.is_complete is False for row in rows],
        )


def _named(
    infos: Sequence[MetricInfo], row: MetricRow | None, frame: Frame
) -> list[tuple[str, list[tuple[str, Any]]]]:
    cells = row.cells if row else ((),) * len(infos)
    return [
        (info.name, [(exact_text(info, cell), moved_of(info, cell)) for cell in found])
        for info, found in zip(infos, cells, strict=True)
    ]


def _by_channel(answer: MetricResult, frame: Frame) -> dict[str, Any]:
    titles = channel_titles()
    rows = []
    for row in answer.rows:
        code = str(row.keys[0] or "")
        rows.append(
            {
                "name": titles.get(code, code) or _("Not known"),
                "slot": channel_slot(code),
                "is_simulated": code in frame.simulated_channels,
                "href": frame.link(reverse("console:orders"), channel=code, **frame.in_period)
                if code
                else "",
                "figures": _named(answer.metrics, row, frame),
            }
        )
    return {"titles": [info.name for info in answer.metrics], "rows": rows}

"""The overview: how the group, or a part of it, did in a period, and what needs attention."""

from django.http import HttpRequest, HttpResponse

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.attention import attention
from quanqu.doors.console.pages.overview_parts import (
    channel_bars,
    cohort_rows,
    product_rows,
    region_bars,
)
from quanqu.doors.console.pages.overview_trend import trend_chart, unfinished_text
from quanqu.doors.console.pages.tiles import make_tile
from quanqu.know.org.facade import reporting_currency
from quanqu.learn.metrics.contracts import Comparison, Overview, OverviewQuery
from quanqu.learn.metrics.facade import overview

__all__ = ["OverviewPage"]


class OverviewPage(ConsoleView):
    """Tiles, trend, channels, regions, products, cohorts, attention."""

    page_code = "overview"
    permission = "metrics.view"
    uses_period = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it; an empty group is told how to start."""
        frame = self.frame
        if frame.span is None:
            return self.page(
                "console/overview/empty.html", {"may_import": frame.person.can("imports.run")}
            )
        answer = overview(
            actor=frame.actor,
            query=OverviewQuery(
                period=frame.period,
                comparison=Comparison(frame.choice.comparison),
                reporting_currency=reporting_currency(),
            ),
            now=frame.now,
        )
        currency, currencies = self._currency(answer)
        context = {
            "answer": answer,
            "unfinished": unfinished_text(frame, answer),
            "currency": currency,
            "currencies": currencies,
            "tiles": [make_tile(frame, tile) for tile in answer.tiles],
            "trend": trend_chart(frame, answer, currency),
            "channels": channel_bars(frame, answer, currency),
            "regions": region_bars(frame, answer, currency),
            "products": product_rows(frame, answer, currency),
            "cohorts": cohort_rows(frame, answer),
            "attention": attention(frame),
            "simulated": any(place.details.is_simulated for place in frame.visible_places),
        }
        return self.page("console/overview/page.html", context)

    def _currency(self, answer: Overview) -> tuple[str, list[str]]:
        provenance = answer.provenance
        if provenance.converted_to:
            return provenance.converted_to, [provenance.converted_to]
        found = sorted(provenance.currencies)
        asked = self.request.GET.get("currency", "")
        own = self.frame.main_currency
        first = own if own in found else (found[0] if found else own)
        return (asked if asked in found else first), found

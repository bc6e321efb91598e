"""How many will be in an audience: the forecast, its range and its back-test."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series
from quanqu.doors.console.pages.audience_frame import AudienceView
from quanqu.doors.console.rules.numbers import decimal_text, grouped
from quanqu.doors.console.rules.times import day_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceRow, ForecastMethod, SizeForecast
from quanqu.know.audiences.facade import ask_forecast, forecast_size

__all__ = ["AudienceForecast", "forecast_part"]

_PATIENCE: Final = timedelta(minutes=10)
_SHOWN: Final = 10


class AudienceForecast(AudienceView):
    """Ask for the forecast, and look whether it is done."""

    tab = "days"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show the part of the page it stands in."""
        audience = self.audience(audience_id)
        context = {**self.top(audience, ""), **forecast_part(self.frame, audience)}
        return self.page("console/audiences/forecast.html", context)

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Have it worked out."""
        frame = self.frame
        ask_forecast(actor=frame.actor, audience_id=ids.decode("aud", audience_id))
        address = reverse("console:audience_days", args=[audience_id])
        asked = str(int(frame.now.timestamp()))
        return redirect(f"{frame.link(address, asked=asked)}#forecast")


def forecast_part(frame: Frame, audience: AudienceRow) -> dict[str, Any]:
    """Return what the forecast's part of a page shows."""
    identity = ids.encode("aud", audience.id)
    found = forecast_size(actor=frame.actor, audience_id=audience.id)
    asked_at = _moment(frame.query.get("asked", ""))
    is_open = asked_at is not None and (found is None or found.worked_out_at < asked_at)
    is_late = is_open and asked_at is not None and frame.now - asked_at > _PATIENCE
    part: dict[str, Any] = {
        "forecast": found,
        "is_waiting": is_open and not is_late,
        "is_late": is_late,
        "poll_href": frame.link(
            reverse("console:audience_forecast", args=[identity]),
            asked=frame.query.get("asked", ""),
        ),
    }
    if found is not None:
        part |= {
            "end": found.points[-1],
            "latest": found.past[-1][1],
            "finding": _finding(found),
            "forecast_chart": _chart(found, frame),
            "trials": found.test.trials[::-1][:_SHOWN],
            "trend_error": decimal_text(found.test.trend_error or 0, 1),
            "stays_error": decimal_text(found.test.stays_error or 0, 1),
        }
    return part


def _finding(found: SizeForecast) -> str:
    if found.is_short:
        return _(
            "The history is too short to try a trend, so the size is said to stay as it is. "
            "It takes 132 days on which the rules could look back in full."
        )
    if found.method is ForecastMethod.STAYS:
        return _(
            "“Stays as it is” would have been as near or nearer than the trend, so that is what "
            "is said."
        )
    moved = found.points[-1].members - found.past[-1][1]
    if moved == 0:
        return _("The trend of the last weeks leaves it where it is.")
    words = (
        _("By the trend of the last weeks it grows by %(n)s in 30 days.")
        if moved > 0
        else _("By the trend of the last weeks it shrinks by %(n)s in 30 days.")
    )
    return words % {"n": grouped(abs(moved))}


def _chart(found: SizeForecast, frame: Frame) -> Chart:
    days = [on for on, _members in found.past] + [one.on for one in found.points]
    ahead = len(found.points)
    before: list[float | None] = [members for _on, members in found.past]
    gap: list[float | None] = [None] * (len(before) - 1)
    start = before[-1]
    series = [
        Series(_("By the rules of today"), [*before, *([None] * ahead)], slot=0),
        Series(_("Expected"), [*gap, start, *(one.members for one in found.points)], slot=1),
    ]
    if found.points[-1].low is not None:
        for name, side in ((_("Low"), "low"), (_("High"), "high")):
            points = [*gap, start, *(getattr(one, side) for one in found.points)]
            series.append(Series(name, points, slot=6, before=True))
    return Chart(
        "forecast",
        _("How many will be in it in the next 30 days?"),
        _("Every sixth day; dashed: the range that held four times in five."),
        "lines",
        _("Day"),
        [day_text(on, frame.language) for on in days],
        series,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None

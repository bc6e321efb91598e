"""An audience in time: its size by day, and who was in it on a day."""

from datetime import UTC, date, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series
from quanqu.doors.console.pages.audience_forecast import forecast_part
from quanqu.doors.console.pages.audience_frame import AudienceView, member_line
from quanqu.doors.console.rules.times import day_text
from quanqu.know.audiences.contracts import DaySizes
from quanqu.know.audiences.facade import count_members_on, list_members, size_by_day

__all__ = ["AudienceDays"]

_DAYS: Final = 180


class AudienceDays(AudienceView):
    """The history that was kept."""

    tab = "days"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show the sizes of the last days and the people of one of them."""
        audience = self.audience(audience_id)
        today = self.frame.now.astimezone(UTC).date()
        sizes = size_by_day(
            actor=self.frame.actor,
            audience_id=audience.id,
            first=today - timedelta(days=_DAYS - 1),
            last=today,
        )
        on = min(_day(request.GET.get("on", "")) or today, today)
        is_known = sizes.known_since is not None and on >= sizes.known_since
        context = {
            **self.top(audience, _("How many were in it day by day, and who they were.")),
            "since": sizes.known_since,
            "on": on,
            "on_text": on.isoformat(),
            "today": today,
            "is_known": is_known,
            "chart": self._chart(sizes),
            **forecast_part(self.frame, audience),
            **(self._of_day(audience.id, on) if is_known else {}),
        }
        return self.page("console/audiences/days.html", context)

    def _of_day(self, audience_id: UUID, on: date) -> dict[str, Any]:
        frame = self.frame
        actor = frame.actor
        cursor = self.request.GET.get("cursor") or None
        found = list_members(actor=actor, audience_id=audience_id, on=on, cursor=cursor)
        ends = size_by_day(actor=actor, audience_id=audience_id, first=on, last=on).days
        return {
            "members": [member_line(frame, one) for one in found.items],
            "next_cursor": found.next_cursor,
            "count": count_members_on(actor=actor, audience_id=audience_id, on=on),
            "at_end": ends[0].members if ends else None,
        }

    def _chart(self, sizes: DaySizes) -> Chart:
        labels = [day_text(one.on, self.frame.language) for one in sizes.days]
        return Chart(
            "sizes",
            _("How did its size move?"),
            _("Members at the end of each day that was kept, of the last 180 days."),
            "lines",
            _("Day"),
            labels,
            [Series(_("Members"), [one.members for one in sizes.days])],
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Who came into an audience and who left it, when, and by which rules."""

from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.paging import Page
from quanqu.know.audiences.contracts import AudienceRow, ChangeFilters, FeedRow
from quanqu.know.audiences.facade import count_feed, get_audience, list_feed

__all__ = ["AudienceFeed"]


def _who(row: FeedRow, frame: Frame) -> Cell:
    return text_cell(title_of(row.customer))


def _change(row: FeedRow, frame: Frame) -> Cell:
    if row.has_entered:
        return chip(_("Came"), "good", "arrow-up")
    return chip(_("Left"), "warn", "arrow-down")


def _reasons(row: FeedRow, frame: Frame) -> Cell:
    if row.reasons:
        return text_cell("; ".join(row.reasons))
    return Cell(_("Not known"), hint=_("The rules were changed, or worked out as a whole."))


def _when(row: FeedRow, frame: Frame) -> Cell:
    return moment_cell(row.changed_at, now=frame.now, zone=frame.zone, language=frame.language)


def _version(row: FeedRow, frame: Frame) -> Cell:
    return Cell(str(row.version), plain=row.version)


def _ways(frame: Frame) -> list[Option]:
    return [Option("entered", _("Came")), Option("left", _("Left"))]


class AudienceFeed(ListView):
    """The feed of one audience, newest first."""

    page_code = "audiences"
    views_code = "audience_feed"
    permission = "audiences.view"
    export_permission = "customers.export"
    is_detail = True
    audience: AudienceRow
    empty = Empty(
        "users",
        gettext_lazy("Nobody came or left yet"),
        gettext_lazy(
            "The first working out is the beginning and no news. From then on everybody who comes "
            "or leaves stands here, with the conditions that turned."
        ),
    )
    columns = (
        Column("customer", gettext_lazy("Customer"), _who, is_title=True),
        Column("change", gettext_lazy("Change"), _change),
        Column("reasons", gettext_lazy("What turned"), _reasons, is_wide=True),
        Column("when", gettext_lazy("When"), _when),
        Column("version", gettext_lazy("Version"), _version, by_default=False),
    )
    filters = (
        Filter("change", gettext_lazy("Change"), options=_ways, is_single=True),
        Filter("days", gettext_lazy("Days"), kind="days"),
    )

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponseBase:  # type: ignore[override]  # the address names the audience
        """Show the feed, or send it as a file."""
        identity = ids.decode("aud", audience_id)
        self.audience = get_audience(actor=self.frame.actor, audience_id=identity)
        self.title = self.audience.name
        self.lede = _("Who came and who left, newest first, with the conditions that turned.")
        return super().get(request)

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponseBase:  # type: ignore[override]  # the address names the audience
        """Do nothing: a feed has no actions on its rows."""
        get_audience(actor=self.frame.actor, audience_id=ids.decode("aud", audience_id))
        return HttpResponseNotAllowed(["GET"])

    @property
    def export_subject(self) -> str:
        """Name the audience in the audit trail."""
        return ids.encode("aud", self.audience.id)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of changes."""
        return list_feed(
            actor=self.frame.actor,
            audience_id=self.audience.id,
            filters=_filters(asked),
            cursor=cursor,
            limit=limit,
        )

    def count(self, asked: Asked) -> Total:
        """Return how many changes match."""
        found = count_feed(
            actor=self.frame.actor, audience_id=self.audience.id, filters=_filters(asked)
        )
        return Total(found)

    def identify(self, row: FeedRow) -> str:
        """Name the customer in an export."""
        return ids.encode("cus", row.customer.id)

    def href(self, row: FeedRow) -> str:
        """Lead to the customer."""
        return reverse("console:customer", args=[self.identify(row)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the way back and the tabs of the audience."""
        return {
            "crumbs_template": "console/audiences/crumbs.html",
            "audience": self.audience,
            "above_template": "console/audiences/tabs.html",
            "audience_id": ids.encode("aud", self.audience.id),
            "tab": "feed",
        }


def _filters(asked: Asked) -> ChangeFilters:
    has_entered = {"entered": True, "left": False}.get(asked.one("change") or "")
    return ChangeFilters(has_entered, asked.first, asked.last)

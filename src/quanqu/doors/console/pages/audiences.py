"""The list of audiences."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import (
    Cell,
    chip,
    count_cell,
    moment_cell,
    text_cell,
)
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.audience_frame import kind_of
from quanqu.doors.console.pages.audience_words import sentence_of
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.paging import Page
from quanqu.know.audiences.contracts import AudienceFilters, AudienceRow
from quanqu.know.audiences.facade import count_audiences, list_audiences

__all__ = ["AudiencesPage"]


def _members(row: AudienceRow, frame: Frame) -> Cell:
    return count_cell(row.last_refresh.members if row.last_refresh else None)


def _moved(row: AudienceRow, frame: Frame) -> Cell:
    last = row.last_refresh
    if row.archived_at is None and (last is None or last.version != row.version):
        return chip(_("Being worked out"), "info", "loader-circle")
    if last is None:
        return text_cell("")
    return Cell(
        f"+{grouped(last.entered)} \u2212{grouped(last.left)}", plain=last.entered - last.left
    )


def _kind(row: AudienceRow, frame: Frame) -> Cell:
    found = kind_of(row)
    return chip(found[0], "info", found[1]) if found else text_cell(_("Rules"))


def _changed(row: AudienceRow, frame: Frame) -> Cell:
    return moment_cell(row.updated_at, now=frame.now, zone=frame.zone, language=frame.language)


def _refreshed(row: AudienceRow, frame: Frame) -> Cell:
    at = row.last_refresh.refreshed_at if row.last_refresh else None
    return moment_cell(at, now=frame.now, zone=frame.zone, language=frame.language)


def _archived(frame: Frame) -> list[Option]:
    return [Option("yes", _("Archived"))]


class AudiencesPage(ListView):
    """The saved audiences of the scope."""

    page_code = "audiences"
    permission = "audiences.view"
    title = gettext_lazy("Audiences")
    lede = gettext_lazy("Groups of customers, told by rules over profile and behaviour.")
    search_label = gettext_lazy("Name of the audience")
    head_template = "console/audiences/new.html"
    empty = Empty(
        "target",
        gettext_lazy("No audience yet"),
        gettext_lazy(
            "An audience is a question about customers that stays answered: for example those who "
            "bought twice in 90 days and live in London. You see the count as you build it."
        ),
        gettext_lazy("Build an audience"),
        "console:audience_new",
        "audiences.manage",
    )
    columns = (
        Column(
            "name",
            gettext_lazy("Audience"),
            lambda row, frame: Cell(row.name, sub=row.description),
            is_title=True,
        ),
        Column(
            "rules",
            gettext_lazy("Rules"),
            lambda row, frame: text_cell(sentence_of(row, frame)),
            is_wide=True,
        ),
        Column("kind", gettext_lazy("Kind"), _kind),
        Column("members", gettext_lazy("Members"), _members, is_number=True),
        Column("moved", gettext_lazy("Came, left"), _moved),
        Column("refreshed", gettext_lazy("Worked out"), _refreshed),
        Column("changed", gettext_lazy("Changed"), _changed, by_default=False),
    )
    filters = (Filter("archived", gettext_lazy("Archived"), options=_archived, is_single=True),)

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of audiences."""
        filters = _filters(asked)
        return list_audiences(actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many audiences match."""
        return Total(count_audiences(actor=self.frame.actor, filters=_filters(asked)))

    def identify(self, row: Any) -> str:
        """Return the outside id."""
        return ids.encode("aud", row.id)

    def href(self, row: Any) -> str:
        """Return the address of an audience."""
        return reverse("console:audience", args=[self.identify(row)])


def _filters(asked: Asked) -> AudienceFilters:
    return AudienceFilters(text=asked.text, is_archived=asked.one("archived") == "yes")

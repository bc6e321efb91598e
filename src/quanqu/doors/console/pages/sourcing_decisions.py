"""Decisions of sourcing: the requests of a company as they stand."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, moment_cell, rate_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView
from quanqu.doors.console.pages.sourcing_words import CAUSES
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.sell.sourcing.contracts import DecisionFilters, DecisionRow
from quanqu.sell.sourcing.facade import list_decisions, sourced_companies

__all__ = ["SourcingDecisionsPage"]


def _request(row: DecisionRow, frame: Frame) -> Cell:
    return text_cell(row.owner or str(row.request_id), sub=frame.company_name(row.company_key))


def _places(row: DecisionRow, frame: Frame) -> Cell:
    names = [frame.places[key].name for key in row.place_keys if key in frame.places]
    return text_cell(", ".join(names))


def _state(row: DecisionRow, frame: Frame) -> Cell:
    if row.is_filled:
        return chip(_("shipped whole"), "good", "check")
    return chip(_("lines stay behind"), "warn", "triangle-alert")


def _profile(row: DecisionRow, frame: Frame) -> Cell:
    number = row.profile_number
    sub = _("Version %(number)s") % {"number": number} if number else _("Standard")
    return text_cell(row.strategy, sub=sub)


def _cause(row: DecisionRow, frame: Frame) -> Cell:
    return text_cell(str(CAUSES.get(row.cause, row.cause)))


def _gap(row: DecisionRow, frame: Frame) -> Cell:
    return rate_cell(row.gap)


def _at(row: DecisionRow, frame: Frame) -> Cell:
    return moment_cell(row.decided_at, now=frame.now, zone=frame.zone, language=frame.language)


def _states(frame: Frame) -> list[Option]:
    return [Option("yes", _("shipped whole")), Option("no", _("lines stay behind"))]


def _companies(frame: Frame) -> list[Option]:
    return [Option(one.id, one.name) for one in sourced_companies(actor=frame.actor)]


class SourcingDecisionsPage(ListView):
    """What was decided, newest first."""

    page_code = "sourcing"
    views_code = "sourcing_decisions"
    permission = "sourcing.view"
    title = gettext_lazy("Sourcing")
    lede = gettext_lazy("Where each order ships from, and why every other place does not.")
    empty = Empty(
        "shuffle",
        gettext_lazy("Nothing was sourced yet"),
        gettext_lazy("When an order is placed, the places that ship it are decided and kept here."),
        gettext_lazy("Profiles"),
        "console:sourcing",
    )
    columns = (
        Column("request", gettext_lazy("Order"), _request, is_title=True),
        Column("places", gettext_lazy("Ships from"), _places),
        Column("state", gettext_lazy("State"), _state),
        Column("profile", gettext_lazy("Strategy"), _profile),
        Column("cause", gettext_lazy("Because"), _cause),
        Column("gap", gettext_lazy("Gap to the bound"), _gap, is_number=True),
        Column("at", gettext_lazy("Decided"), _at),
    )
    filters = (
        Filter("filled", gettext_lazy("State"), options=_states, is_single=True),
        Filter("company", gettext_lazy("Company"), options=_companies, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of decisions."""
        keys = {one.id: one.key for one in sourced_companies(actor=self.frame.actor)}
        company, filled = asked.one("company"), asked.one("filled")
        filters = DecisionFilters(
            company_key=keys.get(company, -1) if company else None,
            is_filled={"yes": True, "no": False}.get(filled or ""),
        )
        return list_decisions(actor=self.frame.actor, filters=filters, cursor=cursor, limit=limit)

    def identify(self, row: DecisionRow) -> str:
        """Name a row for an export."""
        return encode("srq", row.request_id)

    def href(self, row: DecisionRow) -> str:
        """Lead to the decision with its reasons."""
        return reverse("console:sourcing_decision", args=[encode("srq", row.request_id)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the parts of sourcing."""
        return {"above_template": "console/sourcing/tabs.html", "tab": "decisions"}

"""Closed places: which promise nothing, since when and until when; close one, open one again."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter
from quanqu.doors.console.kit.lists import Empty, Total
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.doors.console.rules.numbers import grouped
from quanqu.doors.console.rules.times import absolute
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import ClosedPlace, PlaceClosing

__all__ = ["ClosedPlaceForm", "ClosedPlacesPage"]


def _place(row: ClosedPlace, frame: Frame) -> Cell:
    place = frame.places[row.place_key]
    return text_cell(place.name, sub=place.company_name)


def _state(row: ClosedPlace, frame: Frame) -> Cell:
    if row.closing.covers(frame.now):
        return chip(_("Closed now"), "bad", "lock")
    return chip(_("Will close"), "warn", "")


def _moment(moment: datetime | None, row: ClosedPlace, frame: Frame) -> Cell:
    if moment is None:
        return text_cell(_("until it is opened"))
    zone = frame.places[row.place_key].time_zone
    return moment_cell(moment, now=frame.now, zone=zone, language=frame.language)


class ClosedPlacesPage(StockRulesList):
    """The places that promise nothing."""

    tab = "closed"
    title = gettext_lazy("Closed places")
    lede = gettext_lazy(
        "A closed place takes no orders and shows no stock to anybody. What was promised there "
        "before stays promised."
    )
    search_label = ""
    new_url, new_title = "console:closed_place_new", gettext_lazy("Close a place")
    empty = Empty(
        "lock",
        gettext_lazy("Every place is open"),
        gettext_lazy(
            "Close a place for works, for stocktaking or for good: from that moment nobody can buy "
            "its goods, through any channel. Goods can still arrive and be moved."
        ),
        gettext_lazy("Close a place"),
        "console:closed_place_new",
        "stock.manage",
    )
    filters = (Filter("place", gettext_lazy("Place"), options=place_options),)
    columns: Sequence[Column] = (
        Column("place", gettext_lazy("Place"), _place, is_title=True),
        Column("state", gettext_lazy("State"), _state),
        Column(
            "from",
            gettext_lazy("From"),
            lambda row, frame: _moment(row.closing.starts_at, row, frame),
        ),
        Column(
            "until",
            gettext_lazy("Until"),
            lambda row, frame: _moment(row.closing.ends_at, row, frame),
        ),
        Column("reason", gettext_lazy("Reason"), lambda row, frame: text_cell(row.closing.reason)),
        Column(
            "claimed",
            gettext_lazy("Still promised"),
            lambda row, frame: count_cell(row.claimed),
            is_number=True,
        ),
    )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Nothing is named by item here."""

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return all of them: there are as many as places at most."""
        return Page(self._found(asked))

    def count(self, asked: Asked) -> Total:
        """Return how many there are."""
        return Total(len(self._found(asked)))

    def href(self, row: ClosedPlace) -> str:
        """Return the address of a closing."""
        return reverse("console:closed_place", args=[row.key])

    def _found(self, asked: Asked) -> tuple[ClosedPlace, ...]:
        frame = self.frame
        found = facade.list_closed_places(
            actor=frame.actor, now=frame.now, place_keys=place_keys(frame, asked.many("place"))
        )
        return tuple(row for row in found if row.place_key in frame.places)


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=False, widget=widget, **more)


class ClosingFields(StyledForm):
    """Which place, when and why."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    first = _day(
        label=gettext_lazy("Closed from"), help_text=gettext_lazy("Left empty: from now on.")
    )
    opens = _day(
        label=gettext_lazy("Opens again on"),
        help_text=gettext_lazy("Left empty: until somebody opens it."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)


class ClosedPlaceForm(StockRuleView):
    """Close a place, change until when, or open it again."""

    fields_of = ClosingFields
    subject = ("place",)
    list_url, list_title = "console:closed_places", gettext_lazy("Closed places")
    new_title = gettext_lazy("Close a place")
    end_title = gettext_lazy("Open it again")
    end_hint = gettext_lazy("Its goods can be bought again at once.")

    def offer(self, form: StyledForm) -> None:
        """Offer the places where this person may."""
        scope = self.frame.person.scope(self.permission)
        choices = [
            (one.id, f"{one.name} · {one.company_name}")
            for one in self.frame.visible_places
            if scope.everything or one.key in scope.places
        ]
        form.fields["place"].choices = choices  # type: ignore[attr-defined] # it is a choice

    def told(self) -> dict[str, Any]:
        """Return the days of a closing in the zone of its place."""
        row = self._row()
        zone = ZoneInfo(self.frame.places[row.place_key].time_zone)
        end = row.closing.ends_at
        return {
            "first": row.closing.starts_at.astimezone(zone).date(),
            "opens": end.astimezone(zone).date() if end else None,
            "reason": row.closing.reason,
        }

    def facts(self) -> list[tuple[str, str]]:
        """Return which place it is, since when, and what is still promised there."""
        row, frame = self._row(), self.frame
        place = frame.places[row.place_key]
        start = absolute(row.closing.starts_at, place.time_zone, frame.language)
        return [
            (_("Place"), f"{place.name} · {place.company_name}"),
            (_("Closed from"), start),
            (_("Still promised"), grouped(row.claimed)),
        ]

    def keep(self, form: StyledForm) -> str:
        """Close the place."""
        told = form.cleaned_data
        key = self._row().place_key if self.key is not None else self.place_key(told["place"])
        zone = self.frame.places[key].time_zone
        first, opens = told["first"], told["opens"]
        starts_at = _midnight(first, zone) if first else self.frame.now
        if self.key is not None and first == self.told()["first"]:
            starts_at = self._row().closing.starts_at
        closing = PlaceClosing(
            starts_at, _midnight(opens, zone) if opens else None, told["reason"].strip()
        )
        facade.close_place(
            actor=self.frame.person, place_key=key, closing=closing, now=self.frame.now
        )
        return _("The place is closed.") if closing.covers(self.frame.now) else _("It will close.")

    def end(self) -> str:
        """Open the place again."""
        facade.reopen_place(
            actor=self.frame.person, place_key=self._row().place_key, now=self.frame.now
        )
        return _("The place is open.")

    def _row(self) -> ClosedPlace:
        found = facade.list_closed_places(actor=self.frame.person, now=self.frame.now)
        for row in found:
            if row.key == self.key and row.place_key in self.frame.places:
                return row
        raise UnitNotFoundError(ref=self.key)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))

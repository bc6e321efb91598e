"""Pre-orders: products that are sold before a day and do not leave before it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, day_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter
from quanqu.doors.console.kit.lists import Empty, Total
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView, item_name, sku_key
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import ReleaseFilters, ReleaseRow

__all__ = ["ReleaseDayForm", "ReleaseDaysPage"]


def _where(row: ReleaseRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key) if row.place_key is not None else None
    return text_cell(place.name if place else _("All places"))


def _state(row: ReleaseRow, frame: Frame) -> Cell:
    if row.release_on > local_date(frame.now, frame.zone):
        return chip(_("Sold ahead"), "info", "clock")
    return chip(_("Released"), "good", "check")


class ReleaseDaysPage(StockRulesList):
    """From which days products may leave."""

    tab = "releases"
    title = gettext_lazy("Pre-orders")
    lede = gettext_lazy(
        "Products with a release day: they are sold before it, as far as there is stock or a "
        "backorder limit, and nobody picks or ships them before it."
    )
    new_url, new_title = "console:release_day_new", gettext_lazy("New release day")
    empty = Empty(
        "clock",
        gettext_lazy("No product has a release day"),
        gettext_lazy(
            "Give a product that comes out later its day: shops can sell it now and say from when "
            "it ships, and warehouses do not pick it before."
        ),
        gettext_lazy("New release day"),
        "console:release_day_new",
        "stock.manage",
    )
    filters = (
        Filter("company", gettext_lazy("Company"), options=company_options),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """Which product leaves where from which day."""
        return (
            Column(
                "item",
                gettext_lazy("Product"),
                lambda row, frame: self.item_cell(row.variant_key),
                is_title=True,
            ),
            Column("state", gettext_lazy("State"), _state),
            Column(
                "day",
                gettext_lazy("Release day"),
                lambda row, frame: day_cell(row.release_on, frame.language),
            ),
            Column("place", gettext_lazy("Place"), _where),
            Column(
                "company",
                gettext_lazy("Company"),
                lambda row, frame: text_cell(frame.company_name(row.company_key)),
            ),
            Column(
                "set",
                gettext_lazy("Set"),
                lambda row, frame: moment_cell(
                    row.set_at, now=frame.now, zone=frame.zone, language=frame.language
                ),
            ),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of release days."""
        told = self._filters(asked)
        return facade.list_releases(
            actor=self.frame.actor, filters=told, cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(facade.count_releases(actor=self.frame.actor, filters=self._filters(asked)))

    def href(self, row: ReleaseRow) -> str:
        """Return the address of its form."""
        return reverse("console:release_day", args=[row.key])

    def _filters(self, asked: Asked) -> ReleaseFilters:
        places = place_keys(self.frame, asked.many("place"))
        return ReleaseFilters(
            company_keys=company_keys(self.frame, asked.many("company")),
            place_keys=None if places is None else frozenset(places),
            variant_keys=self.called(asked.text),
        )


class ReleaseFields(StyledForm):
    """Which product leaves from which day on, and where."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=100)
    place = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    day = forms.DateField(
        label=gettext_lazy("Release day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("From the morning of this day, where the goods are."),
    )


class ReleaseDayForm(StockRuleView):
    """Give a product a release day, move it, or take it away."""

    fields_of = ReleaseFields
    subject = ("company", "sku", "place")
    list_url, list_title = "console:release_days", gettext_lazy("Pre-orders")
    new_title = gettext_lazy("New release day")
    end_title = gettext_lazy("Release it now")
    end_hint = gettext_lazy("What was sold ahead may be picked and shipped at once.")

    def offer(self, form: StyledForm) -> None:
        """Offer companies, and places or all of them."""
        companies = [(one.value, one.title) for one in company_options(self.frame)]
        places = [(one.id, f"{one.name} · {one.company_name}") for one in self.frame.visible_places]
        form.fields["company"].choices = companies  # type: ignore[attr-defined] # it is a choice
        form.fields["place"].choices = [("", _("All places")), *places]  # type: ignore[attr-defined] # it is a choice

    def told(self) -> dict[str, Any]:
        """Return the day in force."""
        return {"day": self._row().release_on}

    def facts(self) -> list[tuple[str, str]]:
        """Return which product it is, and where."""
        row = self._row()
        place = self.frame.places.get(row.place_key) if row.place_key is not None else None
        return [
            (_("Company"), self.frame.company_name(row.company_key)),
            (_("Product"), item_name(row.variant_key)),
            (_("Place"), place.name if place else _("All places")),
        ]

    def keep(self, form: StyledForm) -> str:
        """Set the day."""
        told = form.cleaned_data
        if self.key is not None:
            row = self._row()
            return self._set(row.company_key, row.variant_key, row.place_key, told["day"])
        company = self.company_key(told["company"])
        place = self.place_key(told["place"]) if told["place"] else None
        item = sku_key(form, company, told["sku"].strip())
        return self._set(company, item, place, told["day"]) if item else ""

    def end(self) -> str:
        """Take the day away."""
        row = self._row()
        return self._set(row.company_key, row.variant_key, row.place_key, None)

    def _set(self, company: int, item: int, place: int | None, day: date | None) -> str:
        facade.set_release_day(
            actor=self.frame.person, company_key=company, variant_keys=[item], place_key=place,
            release_on=day, now=self.frame.now,
        )  # fmt: skip
        return _("The release day is set.") if day else _("The product is released.")

    def _row(self) -> ReleaseRow:
        found = facade.find_release(actor=self.frame.person, key=self.key or 0)
        if found is None:
            raise UnitNotFoundError(ref=self.key)
        return found

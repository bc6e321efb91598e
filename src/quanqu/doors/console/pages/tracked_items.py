"""Which products are told apart by lots or serials, and how fresh they have to be."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import count_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked
from quanqu.doors.console.kit.lists import Empty, Total
from quanqu.doors.console.pages.options import company_options
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView, item_name, sku_key
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import LONGEST_MIN_DAYS, Tracked, Tracking

__all__ = ["TrackedForm", "TrackedPage"]

TRACKED: Final[dict[Tracked, Promise]] = {
    Tracked.LOT: gettext_lazy("By lot"),
    Tracked.SERIAL: gettext_lazy("By serial number"),
}


class TrackedPage(StockRulesList):
    """The tracked products of the companies in scope."""

    tab = "tracked"
    title = gettext_lazy("Tracked products")
    lede = gettext_lazy(
        "Products whose units are told apart by lot or serial number. What ends first "
        "is sold first."
    )
    new_url, new_title = "console:tracked_new", gettext_lazy("Track a product")
    empty = Empty(
        "layers",
        gettext_lazy("No product is tracked"),
        gettext_lazy(
            "Track food and cosmetics by lot, so that what ends first is sold first; track devices "
            "by serial number, so that each unit is known."
        ),
        gettext_lazy("Track a product"),
        "console:tracked_new",
        "stock.manage",
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """Which product, how it is tracked, how fresh it has to be."""
        return (
            Column(
                "item",
                gettext_lazy("Product"),
                lambda row, frame: self.item_cell(row.variant_key),
                is_title=True,
            ),
            Column(
                "by", gettext_lazy("Tracked"), lambda row, frame: text_cell(str(TRACKED[row.by]))
            ),
            Column(
                "days",
                gettext_lazy("Days that must remain at a sale"),
                lambda row, frame: count_cell(row.min_days),
                is_number=True,
            ),
        )

    def identify(self, row: Tracking) -> str:
        """Return the number of the product."""
        return str(row.variant_key)

    def href(self, row: Tracking) -> str:
        """Return the address of its form."""
        return reverse("console:tracked", args=[row.variant_key])

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return all that match: few products are tracked one by one."""
        return Page(self._found(asked))

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(len(self._found(asked)))

    def _found(self, asked: Asked) -> tuple[Tracking, ...]:
        items = self.called(asked.text)
        rows = tracked_of(self.frame)
        return tuple(row for row in rows if items is None or row.variant_key in items)


class TrackedFields(StyledForm):
    """Which product, how, and how fresh it has to be."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=100)
    by = forms.ChoiceField(label=gettext_lazy("Tracked"), choices=list(TRACKED.items()))
    min_days = forms.IntegerField(
        label=gettext_lazy("Days that must remain at a sale"),
        min_value=0,
        max_value=LONGEST_MIN_DAYS,
        initial=0,
        help_text=gettext_lazy("Units with fewer days left go on quality hold by themselves."),
    )


class TrackedForm(StockRuleView):
    """Track a product, change how fresh it has to be, or end tracking."""

    fields_of = TrackedFields
    subject = ("company", "sku", "by")
    list_url, list_title = "console:tracked_list", gettext_lazy("Tracked products")
    new_title = gettext_lazy("Track a product")
    end_title = gettext_lazy("End tracking")
    end_hint = gettext_lazy("Its stock stays; which lots there are of it is forgotten.")

    def offer(self, form: StyledForm) -> None:
        """Offer companies."""
        choices = [(one.value, one.title) for one in company_options(self.frame)]
        form.fields["company"].choices = choices  # type: ignore[attr-defined] # it is a choice

    def told(self) -> dict[str, Any]:
        """Return how fresh it has to be."""
        return {"min_days": self._row()[1].min_days}

    def facts(self) -> list[tuple[str, str]]:
        """Return which product it is and how it is tracked."""
        _company, row = self._row()
        return [(_("Product"), item_name(row.variant_key)), (_("Tracked"), str(TRACKED[row.by]))]

    def keep(self, form: StyledForm) -> str:
        """Track it."""
        told = form.cleaned_data
        if self.key is not None:
            company, row = self._row()
            self._set(company, row.variant_key, row.by, told["min_days"])
            return _("The product is tracked.")
        company = self.company_key(told["company"])
        item = sku_key(form, company, told["sku"].strip())
        if item is None:
            return ""
        self._set(company, item, Tracked(told["by"]), told["min_days"])
        return _("The product is tracked.")

    def end(self) -> str:
        """End tracking."""
        company, row = self._row()
        self._set(company, row.variant_key, None, 0)
        return _("The product is tracked no longer.")

    def _set(self, company: int, item: int, by: Tracked | None, min_days: int) -> None:
        facade.track_items(
            actor=self.frame.person, company_key=company, variant_keys=[item], by=by,
            min_days=min_days, now=self.frame.now,
        )  # fmt: skip

    def _row(self) -> tuple[int, Tracking]:
        for company_id, company in _companies(self.frame).items():
            for row in facade.list_tracking(
                actor=self.frame.person, company_id=company_id, company_key=company
            ):
                if row.variant_key == self.key:
                    return company, row
        raise UnitNotFoundError(ref=self.key)


def tracked_of(frame: Any) -> tuple[Tracking, ...]:
    """Return the tracked products of the companies in scope."""
    return tuple(
        row
        for company_id, company in _companies(frame).items()
        for row in facade.list_tracking(
            actor=frame.actor, company_id=company_id, company_key=company
        )
    )


def _companies(frame: Any) -> dict[str, int]:
    return {place.company_id: place.company_key for place in frame.visible_places}

"""What is withheld, kept for channels and limited: three lists of rules of stock."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, channel_cell, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variants_called
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import FenceRow, LimitRow, RuleRow, WithheldFilters

__all__ = ["FencesPage", "LimitsPage", "RulesPage", "StockRulesList", "window_text"]

SAFETY: Final = "safety"


def window_text(seconds: int) -> str:
    """Say how long a window is, in the largest unit that leaves no rest."""
    for size, said in ((86_400, _("%(n)s days")), (3_600, _("%(n)s hours"))):
        if seconds % size == 0:
            return said % {"n": seconds // size}
    return _("%(n)s seconds") % {"n": seconds}


def _channels(frame: Frame) -> list[Option]:
    return [Option(code, title) for code, title in channel_titles().items()]


def _kinds(frame: Frame) -> list[Option]:
    return [Option(SAFETY, _("Safety stock, for every channel")), *_channels(frame)]


class StockRulesList(ListView):
    """A list among the rules of stock: tabs above it, a button for another entry."""

    page_code = "stock_rules"
    permission = "stock.view"
    search_label: str | Promise = gettext_lazy("SKU, or part of a name")
    head_template = "console/stock/rule_new_button.html"
    tab = ""
    new_url = ""
    new_title: str | Promise = ""
    new_permission = "stock.manage"

    def head(self, asked: Asked) -> dict[str, Any]:
        """Show the tabs, and the button to whoever may press it."""
        may_add = self.frame.person.can(self.new_permission)
        return {
            "above_template": "console/stock/rule_tabs.html",
            "tab": self.tab,
            "may_add": may_add,
        }

    @property
    def views_page(self) -> str:
        """Each list has views of its own."""
        return f"stock_{self.tab}"

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        keys = {key for row in rows if (key := self.variant_of(row)) is not None}
        self._labels: dict[int, VariantLabel] = variant_labels(variant_keys=keys) if keys else {}

    def variant_of(self, row: Any) -> int | None:
        """Return the item of a row."""
        found: int | None = row.variant_key
        return found

    def identify(self, row: Any) -> str:
        """Return the number of a row."""
        return str(row.key)

    def item_cell(self, variant_key: int) -> Cell:
        """Return the name of an item with its SKU below it."""
        label = self._labels.get(variant_key)
        if label is None:
            return text_cell("")
        told = " · ".join(filter(None, (label.sku, ", ".join(label.options.values()))))
        return text_cell(label.name or label.sku, sub=told)

    def called(self, text: str) -> frozenset[int] | None:
        """Return the items a text searches for; None without one."""
        if not text:
            return None
        companies = {place.company_key for place in self.frame.visible_places}
        return variants_called(text=text, company_keys=companies)

    def withheld(self, asked: Asked) -> WithheldFilters:
        """Return what the address narrows to."""
        kind, places = asked.one("kind"), place_keys(self.frame, asked.many("place"))
        return WithheldFilters(
            company_keys=company_keys(self.frame, asked.many("company")),
            place_keys=None if places is None else frozenset(places),
            variant_keys=self.called(asked.text),
            channel="" if kind == SAFETY else kind,
        )


def _set(row: RuleRow | LimitRow, frame: Frame) -> Cell:
    return moment_cell(row.set_at, now=frame.now, zone=frame.zone, language=frame.language)


def _company(row: RuleRow | LimitRow, frame: Frame) -> Cell:
    return text_cell(frame.company_name(row.company_key))


def _kind(row: RuleRow, frame: Frame) -> Cell:
    if not row.rule.channel:
        return text_cell(_("Safety stock"), sub=_("for every channel"))
    return channel_cell(row.rule.channel, sub=_("buffer"))


def _where(row: RuleRow, frame: Frame) -> Cell:
    place = frame.places.get(row.rule.place_key) if row.rule.place_key is not None else None
    return text_cell(place.name if place else _("All places"))


class RulesPage(StockRulesList):
    """How much is withheld of items: safety stock, and buffers of channels."""

    tab = "rules"
    title = gettext_lazy("Withheld stock")
    lede = gettext_lazy(
        "Units that are not sold: safety stock from everybody, buffers from one channel. "
        "The most specific rule holds alone."
    )
    new_url, new_title = "console:stock_rule_new", gettext_lazy("New rule")
    empty = Empty(
        "shield-check",
        gettext_lazy("Nothing is withheld by rule"),
        gettext_lazy(
            "A rule keeps back some units of a product, a category or everything, at one place or "
            "all of a company: for example 2 units of everything in stores for the web shop, so "
            "that what a customer holds in the hand is not sold online."
        ),
        gettext_lazy("New rule"),
        "console:stock_rule_new",
        "stock.manage",
    )
    filters = (
        Filter("kind", gettext_lazy("Withheld from"), options=_kinds, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """What, from whom, where and how much."""
        return (
            Column("of", gettext_lazy("Of what"), self._of, is_title=True),
            Column("kind", gettext_lazy("Withheld from"), _kind),
            Column("place", gettext_lazy("Place"), _where),
            Column(
                "units",
                gettext_lazy("Units"),
                lambda row, frame: count_cell(row.rule.units),
                is_number=True,
            ),
            Column("company", gettext_lazy("Company"), _company),
            Column("set", gettext_lazy("Set"), _set),
        )

    def variant_of(self, row: RuleRow) -> int | None:
        """Return the item of a rule, if it is of one."""
        return row.rule.variant_key

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of rules."""
        told = self.withheld(asked)
        return facade.page_rules(actor=self.frame.actor, filters=told, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many rules match."""
        return Total(facade.count_rules(actor=self.frame.actor, filters=self.withheld(asked)))

    def href(self, row: RuleRow) -> str:
        """Return the address of a rule."""
        return reverse("console:stock_rule", args=[row.key])

    def _of(self, row: RuleRow, frame: Frame) -> Cell:
        if row.rule.variant_key is not None:
            return self.item_cell(row.rule.variant_key)
        if row.rule.category:
            return text_cell(row.rule.category, sub=_("Category"))
        return text_cell(_("All products"))


class FencesPage(StockRulesList):
    """What is kept of items at places for one channel alone."""

    tab = "fences"
    title = gettext_lazy("Kept for channels")
    lede = gettext_lazy(
        "Ring-fenced units: one channel alone may sell them. They shrink as it sells, and fill up "
        "again as goods come."
    )
    new_url, new_title = "console:stock_fence_new", gettext_lazy("Keep units")
    empty = Empty(
        "layers",
        gettext_lazy("Nothing is kept for a channel"),
        gettext_lazy(
            "Keep units of a product at a place for one channel, for example 200 for tonight's "
            "live session: no other channel can sell them."
        ),
        gettext_lazy("Keep units"),
        "console:stock_fence_new",
        "stock.manage",
    )
    filters = (
        Filter("kind", gettext_lazy("Channel"), options=_channels, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """What, for whom, where, how much is wanted and how much is there."""
        return (
            Column(
                "item",
                gettext_lazy("Product"),
                lambda row, frame: self.item_cell(row.variant_key),
                is_title=True,
            ),
            Column(
                "channel", gettext_lazy("Channel"), lambda row, frame: channel_cell(row.channel)
            ),
            Column("place", gettext_lazy("Place"), _at),
            Column(
                "wanted",
                gettext_lazy("To keep"),
                lambda row, frame: count_cell(row.wanted),
                is_number=True,
            ),
            Column(
                "kept",
                gettext_lazy("Kept now"),
                lambda row, frame: count_cell(row.kept),
                is_number=True,
            ),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of ring-fences."""
        told = self.withheld(asked)
        return facade.page_fences(actor=self.frame.actor, filters=told, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many ring-fences match."""
        return Total(facade.count_fences(actor=self.frame.actor, filters=self.withheld(asked)))

    def href(self, row: FenceRow) -> str:
        """Return the address of a ring-fence."""
        return reverse("console:stock_fence", args=[row.key])


def _at(row: FenceRow, frame: Frame) -> Cell:
    place = frame.places[row.place_key]
    return text_cell(place.name, sub=place.company_name)


class LimitsPage(StockRulesList):
    """How much of an item one buyer may have."""

    tab = "limits"
    title = gettext_lazy("Limits of buyers")
    lede = gettext_lazy("How much of a product one buyer may have, over all places and channels.")
    new_url, new_title = "console:stock_limit_new", gettext_lazy("New limit")
    empty = Empty(
        "users-round",
        gettext_lazy("No product is limited"),
        gettext_lazy(
            "A limit keeps a scarce product fair: for example at most 2 for one buyer within 7 "
            "days, whichever channel they buy through."
        ),
        gettext_lazy("New limit"),
        "console:stock_limit_new",
        "stock.manage",
    )
    filters = (Filter("company", gettext_lazy("Company"), options=company_options),)

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """What, how much, within which time."""
        return (
            Column(
                "item",
                gettext_lazy("Product"),
                lambda row, frame: self.item_cell(row.limit.variant_key),
                is_title=True,
            ),
            Column(
                "most",
                gettext_lazy("At most"),
                lambda row, frame: count_cell(row.limit.most),
                is_number=True,
            ),
            Column(
                "window",
                gettext_lazy("Within"),
                lambda row, frame: text_cell(window_text(row.limit.window_s)),
            ),
            Column("company", gettext_lazy("Company"), _company),
            Column("set", gettext_lazy("Set"), _set),
        )

    def variant_of(self, row: LimitRow) -> int | None:
        """Return the item that is limited."""
        return row.limit.variant_key

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of limits."""
        told = self.withheld(asked)
        return facade.page_limits(actor=self.frame.actor, filters=told, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many limits match."""
        return Total(facade.count_limits(actor=self.frame.actor, filters=self.withheld(asked)))

    def href(self, row: LimitRow) -> str:
        """Return the address of a limit."""
        return reverse("console:stock_limit", args=[row.key])

"""Set, change and end what is withheld, kept for a channel, or limited."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.options import company_options
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView, item_name, sku_key
from quanqu.doors.console.pages.stock_rules import window_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.catalog.facade import list_categories
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import LARGEST_QUANTITY, StockRule

__all__ = ["FenceForm", "LimitForm", "RuleForm"]

_DAY_S: Final = 86_400


def _choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined] # it is a choice


def _companies(frame: Frame) -> list[tuple[str, Any]]:
    return [(one.value, one.title) for one in company_options(frame)]


def _places(frame: Frame) -> list[tuple[str, Any]]:
    return [(one.id, f"{one.name} · {one.company_name}") for one in frame.visible_places]


class RuleFields(StyledForm):
    """A new rule: of what, from whom, where, how much."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    sku = forms.CharField(
        label=gettext_lazy("SKU"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Of one product; left empty, of a category or of everything."),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Withheld from"), required=False)
    units = forms.IntegerField(label=gettext_lazy("Units"), min_value=0, max_value=LARGEST_QUANTITY)


class FenceFields(StyledForm):
    """Units to keep for a channel."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=100)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    units = forms.IntegerField(
        label=gettext_lazy("Units to keep"), min_value=0, max_value=LARGEST_QUANTITY
    )


class LimitFields(StyledForm):
    """How much of a product one buyer may have."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=100)
    most = forms.IntegerField(
        label=gettext_lazy("At most"), min_value=1, max_value=LARGEST_QUANTITY
    )
    days = forms.IntegerField(
        label=gettext_lazy("Within days"), min_value=1, max_value=366, initial=7
    )


class RuleForm(StockRuleView):
    """A rule of what is withheld."""

    fields_of = RuleFields
    subject = ("company", "sku", "category", "place", "channel")
    list_url, list_title = "console:stock_rules", gettext_lazy("Withheld stock")
    new_title = gettext_lazy("New rule")
    end_hint = gettext_lazy("The next less specific rule holds after it, or nothing is withheld.")

    def offer(self, form: StyledForm) -> None:
        """Offer companies, categories, places and channels."""
        _choose(form, "company", _companies(self.frame))
        paths = []
        if self.frame.person.can("catalog.view"):
            paths = [(one.path, one.path) for one in list_categories(actor=self.frame.person)]
        _choose(form, "category", [("", _("All categories")), *paths])
        _choose(form, "place", [("", _("All places of the company")), *_places(self.frame)])
        everybody = ("", _("Every channel: safety stock"))
        _choose(form, "channel", [everybody, *channel_titles().items()])

    def told(self) -> dict[str, Any]:
        """Return how much is withheld."""
        return {"units": self._row().rule.units}

    def facts(self) -> list[tuple[str, str]]:
        """Return what it is of, from whom and where."""
        row = self._row()
        rule, place = row.rule, self.frame.places.get(row.rule.place_key or 0)
        of = item_name(rule.variant_key) if rule.variant_key else rule.category
        whom = channel_titles().get(rule.channel) or _("Every channel: safety stock")
        return [
            (_("Company"), self.frame.company_name(row.company_key)),
            (_("Of what"), of or _("All products")),
            (_("Withheld from"), whom),
            (_("Place"), place.name if place else _("All places")),
        ]

    def keep(self, form: StyledForm) -> str:
        """Set the rule."""
        told = form.cleaned_data
        if self.key is not None:
            row = self._row()
            rule = StockRule(
                told["units"], row.rule.variant_key, row.rule.category, row.rule.place_key,
                row.rule.channel,
            )  # fmt: skip
            return self._set(row.company_key, rule, is_kept=True)
        company, item, sku = self.company_key(told["company"]), None, told["sku"].strip()
        if sku and told["category"]:
            form.add_error("category", _("Name a product or choose a category, not both."))
            return ""
        if sku and (item := sku_key(form, company, sku)) is None:
            return ""
        place = self.place_key(told["place"]) if told["place"] else None
        rule = StockRule(told["units"], item, told["category"], place, told["channel"])
        return self._set(company, rule, is_kept=True)

    def end(self) -> str:
        """Take the rule away."""
        row = self._row()
        return self._set(row.company_key, row.rule, is_kept=False)

    def _set(self, company: int, rule: StockRule, *, is_kept: bool) -> str:
        changed = facade.set_rules(
            actor=self.frame.person, company_key=company, rules=[(rule, is_kept)],
            now=self.frame.now,
        )  # fmt: skip
        return _("The rule is set; %(count)s balances follow it now.") % {"count": changed}

    def _row(self) -> Any:
        found = facade.find_rule(actor=self.frame.person, key=self.key or 0)
        if found is None:
            raise UnitNotFoundError(ref=self.key)
        return found


class FenceForm(StockRuleView):
    """Units kept for a channel."""

    fields_of = FenceFields
    subject = ("place", "sku", "channel")
    list_url, list_title = "console:stock_fences", gettext_lazy("Kept for channels")
    new_title = gettext_lazy("Keep units")
    end_hint = gettext_lazy("Every channel may sell the units after it.")

    def offer(self, form: StyledForm) -> None:
        """Offer places and channels."""
        _choose(form, "place", _places(self.frame))
        _choose(form, "channel", list(channel_titles().items()))

    def told(self) -> dict[str, Any]:
        """Return how much is to be kept."""
        return {"units": self._row().wanted}

    def facts(self) -> list[tuple[str, str]]:
        """Return what it is of, for whom, where, and how much is there."""
        row = self._row()
        return [
            (_("Product"), item_name(row.variant_key)),
            (_("Channel"), channel_titles().get(row.channel, row.channel)),
            (_("Place"), self.frame.places[row.place_key].name),
            (_("Kept now"), str(row.kept)),
        ]

    def keep(self, form: StyledForm) -> str:
        """Keep the units."""
        told = form.cleaned_data
        if self.key is not None:
            return self._set(told["units"])
        place = self.frame.places[self.place_key(told["place"])]
        item = sku_key(form, place.company_key, told["sku"].strip())
        if item is None:
            return ""
        facade.ring_fence(
            actor=self.frame.person, ats=[(place.key, item)], channel=told["channel"],
            units=told["units"], now=self.frame.now,
        )  # fmt: skip
        return _("The units are kept.")

    def end(self) -> str:
        """Let the units go."""
        return self._set(0)

    def _set(self, units: int) -> str:
        row = self._row()
        facade.ring_fence(
            actor=self.frame.person, ats=[(row.place_key, row.variant_key)], channel=row.channel,
            units=units, now=self.frame.now,
        )  # fmt: skip
        return _("The units are kept.") if units else _("The units are free for every channel.")

    def _row(self) -> Any:
        found = facade.find_fence(actor=self.frame.person, key=self.key or 0)
        if found is None:
            raise UnitNotFoundError(ref=self.key)
        return found


class LimitForm(StockRuleView):
    """How much of a product one buyer may have."""

    fields_of = LimitFields
    subject = ("company", "sku")
    list_url, list_title = "console:stock_limits", gettext_lazy("Limits of buyers")
    new_title = gettext_lazy("New limit")
    end_hint = gettext_lazy("A buyer may have as much as there is after it.")

    def offer(self, form: StyledForm) -> None:
        """Offer companies."""
        _choose(form, "company", _companies(self.frame))

    def told(self) -> dict[str, Any]:
        """Return how much within how many days; a window of hours alone becomes a day."""
        limit = self._row().limit
        return {"most": limit.most, "days": max(-(-limit.window_s // _DAY_S), 1)}

    def facts(self) -> list[tuple[str, str]]:
        """Return what it is of, and the window in force."""
        row = self._row()
        return [
            (_("Company"), self.frame.company_name(row.company_key)),
            (_("Product"), item_name(row.limit.variant_key)),
            (_("Within"), window_text(row.limit.window_s)),
        ]

    def keep(self, form: StyledForm) -> str:
        """Set the limit."""
        told = form.cleaned_data
        if self.key is not None:
            row = self._row()
            return self._set(row.company_key, row.limit.variant_key, told["most"], told["days"])
        company = self.company_key(told["company"])
        item = sku_key(form, company, told["sku"].strip())
        return self._set(company, item, told["most"], told["days"]) if item else ""

    def end(self) -> str:
        """Take the limit away."""
        row = self._row()
        return self._set(row.company_key, row.limit.variant_key, None, 1)

    def _set(self, company: int, item: int, most: int | None, days: int) -> str:
        facade.limit_buyers(
            actor=self.frame.person, company_key=company, variant_keys=[item], most=most,
            window_s=days * _DAY_S, now=self.frame.now,
        )  # fmt: skip
        return _("The limit is set.") if most else _("The limit is taken away.")

    def _row(self) -> Any:
        found = facade.find_limit(actor=self.frame.person, key=self.key or 0)
        if found is None:
            raise UnitNotFoundError(ref=self.key)
        return found

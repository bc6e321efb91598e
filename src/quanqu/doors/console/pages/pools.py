"""Pools: places that are sold from as one stock."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked
from quanqu.doors.console.kit.lists import Empty, Total
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.options import company_options
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView
from quanqu.doors.console.pages.stock_rules import StockRulesList
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import Pool, PoolDraft

__all__ = ["PoolForm", "PoolsPage", "channels_text", "places_field", "read_places"]

_MOST_NAMED: Final = 12


def channels_text(channels: Sequence[str]) -> str:
    """Name channels; none stands for every one."""
    titles = channel_titles()
    return ", ".join(titles.get(one, one) for one in channels) or _("Every channel")


def places_field(**more: Any) -> forms.CharField:
    """Return a field for places by their code, one a line."""
    return forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "textarea", "spellcheck": "false"}),
        **more,
    )


def places_hint(frame: Frame) -> str:
    """Say how places are typed, and which there are."""
    codes = ", ".join(one.code for one in frame.visible_places[:_MOST_NAMED])
    return _("One code a line; the first gives first. Among them: %(codes)s") % {"codes": codes}


def read_places(form: StyledForm, frame: Frame, company: int, text: str) -> tuple[int, ...]:
    """Return the places that were typed; what is wrong is told by its line."""
    known = {one.code: one.key for one in frame.visible_places if one.company_key == company}
    found = []
    for number, code in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        if code in known:
            found.append(known[code])
        else:
            said = _("Line %(n)s: this company has no place %(code)s.")
            form.add_error("places", said % {"n": number, "code": code})
    return tuple(found)


def _places(row: Pool, frame: Frame) -> Cell:
    return text_cell(", ".join(frame.places[key].name for key in row.draft.place_keys))


class PoolsPage(StockRulesList):
    """The pools that are wholly in scope."""

    tab = "pools"
    title = gettext_lazy("Pools")
    lede = gettext_lazy("Places that are sold from as one stock, in the order in which they give.")
    new_url, new_title = "console:pool_new", gettext_lazy("New pool")
    search_label = gettext_lazy("Name")
    empty = Empty(
        "layers",
        gettext_lazy("No pools yet"),
        gettext_lazy(
            "Let the web shop sell from all your counters in malls as from one shelf: a line goes "
            "to the first place that has all of it, and is split only where none has."
        ),
        gettext_lazy("New pool"),
        "console:pool_new",
        "stock.manage",
    )
    columns: Sequence[Column] = (
        Column("name", gettext_lazy("Name"), lambda row, frame: text_cell(row.draft.name),
               is_title=True),
        Column("places", gettext_lazy("Places, in order"), _places, is_wide=True),
        Column("channels", gettext_lazy("Sold through"),
               lambda row, frame: text_cell(channels_text(row.draft.channels))),
        Column("company", gettext_lazy("Company"),
               lambda row, frame: text_cell(frame.company_name(row.draft.company_key))),
    )  # fmt: skip

    def prepare(self, rows: Sequence[Any]) -> None:
        """Nothing is named by item here."""

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return all that match."""
        return Page(self._found(asked))

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(len(self._found(asked)))

    def href(self, row: Pool) -> str:
        """Return the address of a pool."""
        return reverse("console:pool", args=[row.key])

    def _found(self, asked: Asked) -> tuple[Pool, ...]:
        seen, text = self.frame.places, asked.text.lower()
        return tuple(
            one
            for one in facade.list_pools(actor=self.frame.actor)
            if text in one.draft.name.lower() and all(key in seen for key in one.draft.place_keys)
        )


class PoolFields(StyledForm):
    """Which places, in which order, for whom."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    places = places_field(label=gettext_lazy("Places, in order"))
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Sold through"),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "textarea", "size": 6}),
        help_text=gettext_lazy("None chosen: every channel."),
    )


class PoolForm(StockRuleView):
    """Make a pool, change it or end it."""

    fields_of = PoolFields
    subject = ("company",)
    list_url, list_title = "console:pools", gettext_lazy("Pools")
    new_title = gettext_lazy("New pool")
    end_title = gettext_lazy("End the pool")
    end_hint = gettext_lazy("What is held from it stays held.")

    def offer(self, form: StyledForm) -> None:
        """Offer companies and channels."""
        choices = [(one.value, one.title) for one in company_options(self.frame)]
        form.fields["company"].choices = choices  # type: ignore[attr-defined] # it is a choice
        self.offer_again(form)

    def offer_again(self, form: StyledForm) -> None:
        """Offer channels, and say which places there are."""
        form.fields["places"].help_text = places_hint(self.frame)
        form.fields["channels"].choices = list(channel_titles().items())  # type: ignore[attr-defined] # it is a choice

    def told(self) -> dict[str, Any]:
        """Return the pool as it is typed."""
        draft = self._row().draft
        codes = [self.frame.places[key].code for key in draft.place_keys]
        return {"name": draft.name, "places": "\n".join(codes), "channels": list(draft.channels)}

    def facts(self) -> list[tuple[str, str]]:
        """Return whose it is."""
        return [(_("Company"), self.frame.company_name(self._row().draft.company_key))]

    def keep(self, form: StyledForm) -> str:
        """Save the pool."""
        told, row = form.cleaned_data, self._row() if self.key is not None else None
        company = row.draft.company_key if row else self.company_key(told["company"])
        places = read_places(form, self.frame, company, told["places"])
        if form.errors:
            return ""
        draft = PoolDraft(company, told["name"].strip(), places, tuple(told["channels"]))
        facade.save_pool(
            actor=self.frame.person, draft=draft, pool_id=row.id if row else None,
            now=self.frame.now,
        )  # fmt: skip
        return _("The pool is saved.")

    def end(self) -> str:
        """End the pool."""
        facade.end_pool(actor=self.frame.person, pool_id=self._row().id)
        return _("The pool is ended.")

    def _row(self) -> Pool:
        for one in facade.list_pools(actor=self.frame.person):
            if one.key == self.key and all(
                key in self.frame.places for key in one.draft.place_keys
            ):
                return one
        raise UnitNotFoundError(ref=self.key)

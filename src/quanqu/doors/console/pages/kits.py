"""Kits: products that are sold by what they are made of."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.urls import reverse
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
from quanqu.sell.catalog.facade import variant_labels, variants_by_sku
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import Kit, KitPart

__all__ = ["KitForm", "KitsPage"]

_LONGEST: Final = 6_000


class KitsPage(StockRulesList):
    """The kits of the companies in scope."""

    tab = "kits"
    title = gettext_lazy("Kits")
    lede = gettext_lazy(
        "Products sold as one and made of others. There are as many as the scarcest part allows."
    )
    new_url, new_title = "console:kit_new", gettext_lazy("New kit")
    empty = Empty(
        "package",
        gettext_lazy("No kits yet"),
        gettext_lazy(
            "A gift box of two tins and a cup has no stock of its own: selling it takes its parts, "
            "and it is available while they are."
        ),
        gettext_lazy("New kit"),
        "console:kit_new",
        "stock.manage",
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        """Which kit, of what."""
        return (
            Column(
                "item",
                gettext_lazy("Kit"),
                lambda row, frame: self.item_cell(row.variant_key),
                is_title=True,
            ),
            Column(
                "parts",
                gettext_lazy("Made of"),
                lambda row, frame: text_cell(self._parts(row)),
                is_wide=True,
            ),
            Column(
                "count",
                gettext_lazy("Parts"),
                lambda row, frame: count_cell(len(row.parts)),
                is_number=True,
            ),
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of kits and parts at once."""
        keys = {row.variant_key for row in rows}
        keys |= {part.variant_key for row in rows for part in row.parts}
        self._labels = variant_labels(variant_keys=keys)

    def identify(self, row: Kit) -> str:
        """Return the number of the product."""
        return str(row.variant_key)

    def href(self, row: Kit) -> str:
        """Return the address of its form."""
        return reverse("console:kit", args=[row.variant_key])

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return all that match."""
        return Page(self._found(asked))

    def count(self, asked: Asked) -> Total:
        """Return how many match."""
        return Total(len(self._found(asked)))

    def _found(self, asked: Asked) -> tuple[Kit, ...]:
        items, frame = self.called(asked.text), self.frame
        companies = {place.company_id: place.company_key for place in frame.visible_places}
        return tuple(
            kit
            for company_id, company in companies.items()
            for kit in facade.list_kits(
                actor=frame.actor, company_id=company_id, company_key=company
            )
            if items is None or kit.variant_key in items
        )

    def _parts(self, row: Kit) -> str:
        return ", ".join(
            f"{part.quantity} × {label.name or label.sku}"
            for part in row.parts
            if (label := self._labels.get(part.variant_key))
        )


class KitFields(StyledForm):
    """Which product, and what it is made of."""

    company = forms.ChoiceField(label=gettext_lazy("Company"))
    sku = forms.CharField(label=gettext_lazy("SKU of the kit"), max_length=100)
    parts = forms.CharField(
        label=gettext_lazy("Made of"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "class": "textarea", "spellcheck": "false"}),
        help_text=gettext_lazy("One part a line: SKU and how many, such as TIN-S 2."),
    )


class KitForm(StockRuleView):
    """Make a kit, change what it is made of, or let it be a product of its own again."""

    fields_of = KitFields
    subject = ("company", "sku")
    list_url, list_title = "console:kits", gettext_lazy("Kits")
    new_title = gettext_lazy("New kit")
    end_title = gettext_lazy("Dissolve the kit")
    end_hint = gettext_lazy("It is a product with stock of its own again, at first none.")

    def offer(self, form: StyledForm) -> None:
        """Offer companies."""
        choices = [(one.value, one.title) for one in company_options(self.frame)]
        form.fields["company"].choices = choices  # type: ignore[attr-defined] # it is a choice

    def told(self) -> dict[str, Any]:
        """Return the parts as they are typed."""
        _company, kit = self._row()
        labels = variant_labels(variant_keys={part.variant_key for part in kit.parts})
        lines = [f"{labels[one.variant_key].sku} {one.quantity}" for one in kit.parts]
        return {"parts": "\n".join(lines)}

    def facts(self) -> list[tuple[str, str]]:
        """Return which product it is."""
        company, kit = self._row()
        return [
            (_("Company"), self.frame.company_name(company)),
            (_("Kit"), item_name(kit.variant_key)),
        ]

    def keep(self, form: StyledForm) -> str:
        """Set the kit."""
        told = form.cleaned_data
        if self.key is not None:
            company, item = self._row()[0], self.key
        else:
            company = self.company_key(told["company"])
            found = sku_key(form, company, told["sku"].strip())
            if found is None:
                return ""
            item = found
        parts = _read(form, company, told["parts"])
        if form.errors:
            return ""
        self._set(company, Kit(item, parts))
        return _("The kit is set.")

    def end(self) -> str:
        """Dissolve the kit."""
        company, kit = self._row()
        self._set(company, Kit(kit.variant_key, ()))
        return _("The kit is dissolved.")

    def _set(self, company: int, kit: Kit) -> None:
        facade.set_kit(actor=self.frame.person, company_key=company, kit=kit, now=self.frame.now)

    def _row(self) -> tuple[int, Kit]:
        found = facade.find_kit(actor=self.frame.person, variant_key=self.key or 0)
        seen = {place.company_key for place in self.frame.visible_places}
        if found is None or found[0] not in seen:
            raise UnitNotFoundError(ref=self.key)
        return found


def _read(form: StyledForm, company: int, text: str) -> tuple[KitPart, ...]:
    """Return the parts that were typed; what is wrong is told by its line."""
    told = [line.strip() for line in text.splitlines() if line.strip()]
    pairs = [line.rpartition(" ")[::2] for line in told]
    known = variants_by_sku(skus={(company, sku.strip()) for sku, _units in pairs})
    parts = []
    for number, (sku, units) in enumerate(pairs, 1):
        ref = known.get((company, sku.strip()))
        if not (units.isascii() and units.isdigit() and len(units) <= len(str(10**9))):
            form.add_error("parts", _("Line %(n)s: write a SKU and how many.") % {"n": number})
        elif ref is None:
            said = _("Line %(n)s: this company has no product %(sku)s.")
            form.add_error("parts", said % {"n": number, "sku": sku})
        else:
            parts.append(KitPart(ref.key, int(units)))
    return tuple(parts)

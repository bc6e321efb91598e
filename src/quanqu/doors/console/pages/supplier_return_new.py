"""Give goods back to a supplier, as lines of SKU and quantity."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.supplier_returns import TAKEN_FROM
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    ReturnDraft,
    ReturnDraftLine,
    ReturnFrom,
    Supplier,
    SupplierFilters,
)

__all__ = ["SupplierReturnNew"]

_LINE: Final = re.compile(r"(?P<sku>.+?)[\s,;×]+(?P<units>\d{1,9})")
_MOST_SUPPLIERS: Final = 200


class ReturnForm(StyledForm):
    """What goes back to a supplier."""

    supplier = forms.ChoiceField(label=gettext_lazy("Supplier"))
    place = forms.ChoiceField(label=gettext_lazy("From"))
    taken_from = forms.ChoiceField(
        label=gettext_lazy("Stock"),
        choices=[(code.value, title) for code, title in TAKEN_FROM.items()],
        help_text=gettext_lazy("From on hand only what is promised to nobody goes back."),
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=80,
        help_text=gettext_lazy("The number both sides know it by, such as the delivery note's."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
    items = forms.CharField(
        label=gettext_lazy("Products"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "textarea", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: the SKU, then how many. Paste them from a sheet."),
    )

    def __init__(
        self, suppliers: Sequence[Supplier], places: Sequence[PlaceInfo], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.id: place for place in places}
        told = {
            "supplier": [(one.id, f"{one.name} · {one.code}") for one in suppliers],
            "place": [(one.id, f"{one.name} · {one.company_name}") for one in places],
        }
        for name, choices in told.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined] # both are choices

    def clean(self) -> dict[str, Any]:
        """Read the lines; each that cannot be read is told by its number."""
        told = super().clean() or self.cleaned_data
        place = self.places.get(told.get("place", ""))
        if place is None or "items" not in told:
            return told
        lines = [line.strip() for line in told["items"].splitlines() if line.strip()]
        read = [_LINE.fullmatch(line) for line in lines]
        known = variants_by_sku(
            skus={(place.company_key, found["sku"].strip()) for found in read if found}
        )
        rows = []
        for number, found in enumerate(read, 1):
            if found is None:
                text = _("Line %(line)s: write a SKU and how many.") % {"line": number}
                self.add_error("items", text)
                continue
            sku = found["sku"].strip()
            ref = known.get((place.company_key, sku))
            if ref is None:
                text = _("Line %(line)s: %(company)s has no product %(sku)s.")
                said_of = {"line": number, "company": place.company_name, "sku": sku}
                self.add_error("items", text % said_of)
                continue
            rows.append(ReturnDraftLine(ref.key, int(found["units"])))
        told["read"] = tuple(rows)
        return told


class SupplierReturnNew(ConsoleView):
    """The form of a return to a supplier; the goods leave stock at once."""

    page_code = "suppliers"
    permission = "supply.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._draw(ReturnForm(self._suppliers(), self._places()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give them back; what is wrong stands at its field and nothing typed is lost."""
        form = ReturnForm(self._suppliers(), self._places(), request.POST)
        if not form.is_valid():
            return self._draw(form, status=422)
        told = form.cleaned_data
        draft = ReturnDraft(
            told["reference"], told["reason"], ReturnFrom(told["taken_from"]), told["read"]
        )
        try:
            made = facade.return_goods(
                actor=self.frame.person,
                supplier_id=told["supplier"],
                place_key=form.places[told["place"]].key,
                draft=draft,
                now=self.frame.now,
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        messages.success(request, _("The goods left stock."))
        return redirect(self.frame.link(reverse("console:supplier_return", args=[made.id])))

    def _suppliers(self) -> tuple[Supplier, ...]:
        found = facade.list_suppliers(
            actor=self.frame.actor, filters=SupplierFilters(), limit=_MOST_SUPPLIERS
        )
        return found.items

    def _places(self) -> list[PlaceInfo]:
        scope = self.frame.person.scope(self.permission)
        return [
            place
            for place in self.frame.visible_places
            if scope.everything or place.key in scope.places
        ]

    def _draw(self, form: ReturnForm, status: int = 200) -> HttpResponse:
        return self.page("console/supply/return_new.html", {"form": form}, status=status)

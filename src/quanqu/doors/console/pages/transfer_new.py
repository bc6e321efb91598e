"""Write a transfer down: from where to where, and what, as lines of SKU and quantity."""

import re
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import TransferDraft, TransferItem
from quanqu.sell.inventory.facade import create_transfer, stocked_places

__all__ = ["TransferNew"]

_LINE: Final = re.compile(r"(?P<sku>.+?)[\s,;×]+(?P<units>\d{1,9})")
_KEEPERS: Final = frozenset({PlaceType.STORE, PlaceType.WAREHOUSE})


class TransferForm(StyledForm):
    """A transfer of a company's goods."""

    origin = forms.ChoiceField(label=gettext_lazy("From"))
    target = forms.ChoiceField(label=gettext_lazy("To"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    items = forms.CharField(
        label=gettext_lazy("Products"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "textarea", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: the SKU, then how many. Paste them from a sheet."),
    )

    def __init__(self, places: list[PlaceInfo], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.id: place for place in places}
        choices = [(place.id, f"{place.name} · {place.company_name}") for place in places]
        for name in ("origin", "target"):
            self.fields[name].choices = choices  # type: ignore[attr-defined] # both are choices
        if len(places) > 1:
            self.fields["target"].initial = places[1].id

    def clean(self) -> dict[str, Any]:
        """Read the lines; each that cannot be read is told by its number."""
        told = super().clean() or self.cleaned_data
        origin = self.places.get(told.get("origin", ""))
        if origin is None or "items" not in told:
            return told
        lines = [line.strip() for line in told["items"].splitlines() if line.strip()]
        read = [_LINE.fullmatch(line) for line in lines]
        skus = {(origin.company_key, found["sku"].strip()) for found in read if found}
        known = variants_by_sku(skus=skus)
        items = []
        for number, found in enumerate(read, 1):
            if found is None:
                text = _("Line %(line)s: write a SKU and how many.") % {"line": number}
                self.add_error("items", text)
                continue
            sku = found["sku"].strip()
            ref = known.get((origin.company_key, sku))
            if ref is None:
                text = _("Line %(line)s: %(company)s has no product %(sku)s.")
                said_of = {"line": number, "company": origin.company_name, "sku": sku}
                self.add_error("items", text % said_of)
                continue
            items.append(TransferItem(ref.key, int(found["units"])))
        told["read"] = tuple(items)
        return told


class TransferNew(ConsoleView):
    """The form of a new transfer; nothing moves before it is sent."""

    page_code = "transfers"
    permission = "stock.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._draw(TransferForm(self._places()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it down; what is wrong stands at its field and nothing typed is lost."""
        form = TransferForm(self._places(), request.POST)
        if not form.is_valid():
            return self._draw(form, status=422)
        told = form.cleaned_data
        draft = TransferDraft(
            form.places[told["origin"]].key,
            form.places[told["target"]].key,
            told["read"],
            told["note"],
        )
        try:
            made = create_transfer(actor=self.frame.actor, draft=draft, now=self.frame.now)
        except QuanquError as error:
            form.add_error(None, said(error))
            return self._draw(form, status=422)
        return redirect(self.frame.link(reverse("console:transfer", args=[encode("trf", made.id)])))

    def _places(self) -> list[PlaceInfo]:
        """Return the places that keep goods, or are made to."""
        frame = self.frame
        scope = frame.actor.scope(self.permission)
        keep = stocked_places(
            actor=frame.actor, place_keys=[place.key for place in frame.visible_places]
        )
        return [
            place
            for place in frame.visible_places
            if (scope.everything or place.key in scope.places)
            and (place.key in keep or place.details.place_type in _KEEPERS)
        ]

    def _draw(self, form: TransferForm, status: int = 200) -> HttpResponse:
        return self.page("console/stock/transfer_new.html", {"form": form}, status=status)

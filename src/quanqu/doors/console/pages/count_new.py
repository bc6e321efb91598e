"""Begin a count: where, what, and by how much a line may differ."""

from typing import Any

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
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import list_categories, variants_by_sku
from quanqu.sell.inventory.contracts import CountDraft
from quanqu.sell.inventory.facade import create_count, stocked_places

__all__ = ["CountNew"]


class CountForm(StyledForm):
    """What to count."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    tolerance = forms.IntegerField(
        label=gettext_lazy("Tolerance"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=gettext_lazy("Products that differ by more units are counted a second time."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    items = forms.CharField(
        label=gettext_lazy("Only these products"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "textarea", "spellcheck": "false"}),
        help_text=gettext_lazy("One SKU a line; left empty, all that is there is counted."),
    )

    def __init__(
        self, places: list[PlaceInfo], categories: list[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.id: place for place in places}
        choices = [(place.id, f"{place.name} · {place.company_name}") for place in places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined] # it is a choice
        told = [("", gettext_lazy("All categories")), *((path, path) for path in categories)]
        self.fields["category"].choices = told  # type: ignore[attr-defined] # it is a choice

    def clean(self) -> dict[str, Any]:
        """Read the SKUs; each that cannot be found is told by its number."""
        told = super().clean() or self.cleaned_data
        place, found = self.places.get(told.get("place", "")), []
        lines = [line.strip() for line in told.get("items", "").splitlines() if line.strip()]
        if place is not None and lines:
            if told.get("category"):
                self.add_error("items", _("Choose a category or name products, not both."))
            known = variants_by_sku(skus={(place.company_key, sku) for sku in lines})
            for number, sku in enumerate(lines, 1):
                ref = known.get((place.company_key, sku))
                if ref is None:
                    text = _("Line %(line)s: %(company)s has no product %(sku)s.")
                    said_of = {"line": number, "company": place.company_name, "sku": sku}
                    self.add_error("items", text % said_of)
                    continue
                found.append(ref.key)
        told["read"] = tuple(found)
        return told


class CountNew(ConsoleView):
    """The form of a new count."""

    page_code = "counts"
    permission = "stock.count"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._draw(CountForm(self._places(), self._categories()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin it and go to the entry of numbers."""
        form = CountForm(self._places(), self._categories(), request.POST)
        if not form.is_valid():
            return self._draw(form, status=422)
        told = form.cleaned_data
        draft = CountDraft(
            place_key=form.places[told["place"]].key,
            variant_keys=told["read"],
            category=told["category"],
            tolerance=told["tolerance"],
            note=told["note"],
        )
        try:
            made = create_count(actor=self.frame.person, draft=draft, now=self.frame.now)
        except QuanquError as error:
            form.add_error(None, said(error))
            return self._draw(form, status=422)
        address = reverse("console:count_entry", args=[encode("cnt", made.id)])
        return redirect(self.frame.link(address))

    def _places(self) -> list[PlaceInfo]:
        """Return the places that keep goods and where this person counts."""
        frame = self.frame
        scope = frame.person.scope(self.permission)
        seen = [
            place for place in frame.visible_places if scope.everything or place.key in scope.places
        ]
        kept = stocked_places(actor=frame.person, place_keys=[place.key for place in seen])
        return [place for place in seen if place.key in kept]

    def _categories(self) -> list[str]:
        if not self.frame.person.can("catalog.view"):
            return []
        return [one.path for one in list_categories(actor=self.frame.person)]

    def _draw(self, form: CountForm, status: int = 200) -> HttpResponse:
        return self.page("console/stock/count_new.html", {"form": form}, status=status)

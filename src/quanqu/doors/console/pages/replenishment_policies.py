"""How items are kept in stock at places: the list, setting many at once, and stopping."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quanqu.doors.console.kit.cells import Cell, count_cell, moment_cell, rate_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import BulkAction, Empty, ListView, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.returning import next_address
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import (
    company_keys,
    company_options,
    place_keys,
    place_options,
)
from quanqu.doors.console.pages.replenishment_words import METHODS
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels, variants_by_sku
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import (
    LONGEST_COVER_DAYS,
    PolicyDraft,
    PolicyFilters,
    PolicyMethod,
    PolicyView,
)

__all__ = ["PoliciesPage", "PolicyNew", "PolicyStop"]

_LINE: Final = re.compile(r"(?P<sku>.+?)(?:[\s,;×]+(?P<least>\d{1,9})[\s,;×]+(?P<most>\d{1,9}))?")


def _place(row: PolicyView, frame: Frame) -> Cell:
    place = frame.places.get(row.draft.place_key)
    return text_cell(place.name if place else "")


def _service(row: PolicyView, frame: Frame) -> Cell:
    is_used = row.draft.method is PolicyMethod.FORECAST
    return rate_cell(float(row.draft.service_rate) if is_used else None)


def _methods(frame: Frame) -> list[Option]:
    return [Option(code.value, str(title)) for code, title in METHODS.items()]


class PoliciesPage(ListView):
    """How items are kept in stock at the places in scope, the newest rule first."""

    page_code = "replenishment"
    views_code = "replenishment_policies"
    permission = "supply.view"
    export_permission = "supply.view"
    bulk_permission = "supply.manage"
    title = gettext_lazy("Replenishment")
    lede = gettext_lazy("How each item is kept in stock at each place.")
    head_template = "console/replenishment/policy_button.html"
    bulk = (BulkAction("stop", gettext_lazy("Stop proposing"), "ban"),)
    empty = Empty(
        "list-checks",
        gettext_lazy("No rules yet"),
        gettext_lazy(
            "A rule keeps an item in stock at a place. Example: a store that falls to 5 cups gets "
            "as many as bring it back to 20."
        ),
        gettext_lazy("Set a rule"),
        "console:replenishment_policy_new",
        "supply.manage",
    )
    filters = (
        Filter("method", gettext_lazy("Method"), options=_methods, is_single=True),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override] # names are read once a page
        """The columns; the names of items are read once per page."""
        return (
            Column("item", gettext_lazy("Product"), self._item, is_title=True),
            Column("place", gettext_lazy("Place"), _place),
            Column(
                "method",
                gettext_lazy("Method"),
                lambda row, frame: text_cell(str(METHODS[row.draft.method])),
            ),
            Column("minimum", gettext_lazy("Minimum"), _told("minimum"), is_number=True),
            Column("maximum", gettext_lazy("Maximum"), _told("maximum"), is_number=True),
            Column("service", gettext_lazy("Service level"), _service, is_number=True),
            Column("cover", gettext_lazy("Days to cover"), _told("cover_days"), is_number=True),
            Column(
                "set",
                gettext_lazy("Set"),
                lambda row, frame: moment_cell(
                    row.set_at, now=frame.now, zone=frame.zone, language=frame.language
                ),
            ),
        )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of policies."""
        return facade.list_policies(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read the names of a page's items at once."""
        self._labels: dict[int, VariantLabel] = variant_labels(
            variant_keys={row.draft.variant_key for row in rows}
        )

    def count(self, asked: Asked) -> Total:
        """Return how many policies match."""
        return Total(facade.count_policies(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: PolicyView) -> str:
        """Return how a form names the policy: its place and item."""
        label = self._labels.get(row.draft.variant_key)
        place = self.frame.places.get(row.draft.place_key)
        return f"{place.id if place else ''}/{label.sku if label else ''}"

    def head(self, asked: Asked) -> dict[str, Any]:
        """Add the tabs and where stopping goes."""
        return {
            "above_template": "console/replenishment/above.html",
            "tab": "policies",
            "bulk_href": reverse("console:replenishment_policy_stop"),
            "may_manage": self.frame.person.can("supply.manage"),
        }

    def _item(self, row: PolicyView, frame: Frame) -> Cell:
        label = self._labels.get(row.draft.variant_key)
        return text_cell(item_title(label), sub=label.sku if label else "")

    def _filters(self, asked: Asked) -> PolicyFilters:
        places, method = place_keys(self.frame, asked.many("place")), asked.one("method")
        return PolicyFilters(
            place_keys=None if places is None else frozenset(places),
            company_keys=company_keys(self.frame, asked.many("company")),
            method=PolicyMethod(method) if method in set(PolicyMethod) else None,
        )


class PolicyStop(ConsoleView):
    """Propose the ticked items no more."""

    page_code = "replenishment"
    permission = "supply.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Stop them and say how many."""
        places = {place.id: place for place in self.frame.visible_places}
        named = [one.partition("/") for one in request.POST.getlist("id")]
        asked = [(places[place], sku) for place, _sep, sku in named if place in places]
        known = variants_by_sku(skus={(place.company_key, sku) for place, sku in asked})
        ats = [
            (place.key, known[place.company_key, sku].key)
            for place, sku in asked
            if (place.company_key, sku) in known
        ]
        try:
            count = facade.stop_policies(actor=self.frame.person, ats=ats)
        except QuanquError as error:
            messages.error(request, said(error))
        else:
            text = ngettext("%(n)s rule is taken away.", "%(n)s rules are taken away.", count)
            messages.success(request, text % {"n": count})
        return redirect(next_address(request, "console:replenishment_policies"))


class PolicyForm(StyledForm):
    """A rule for one or many items of a place."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    method = forms.ChoiceField(
        label=gettext_lazy("Method"),
        choices=[(code.value, title) for code, title in METHODS.items()],
        help_text=gettext_lazy(
            "By forecast, minimum and maximum are the least; without a forecast they alone count."
        ),
    )
    service_percent = forms.DecimalField(
        label=gettext_lazy("Service level in %"),
        min_value=50,
        max_value=Decimal("99.99"),
        decimal_places=2,
        initial=95,
        help_text=gettext_lazy(
            "By forecast: the chance that no stock-out happens between two orders."
        ),
    )
    cover_days = forms.IntegerField(
        label=gettext_lazy("Days to cover"),
        min_value=1,
        max_value=LONGEST_COVER_DAYS,
        initial=7,
        help_text=gettext_lazy("By forecast: for how many days an order is to last."),
    )
    review_days = forms.IntegerField(
        label=gettext_lazy("Days between two looks"),
        min_value=1,
        max_value=LONGEST_COVER_DAYS,
        initial=1,
    )
    is_transfer_first = forms.BooleanField(
        label=gettext_lazy("Take from other places first"), required=False, initial=True
    )
    items = forms.CharField(
        label=gettext_lazy("Products"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "textarea", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: SKU, minimum, maximum. Paste them from a sheet."),
    )

    def __init__(self, places: Sequence[PlaceInfo], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.id: place for place in places}
        choices = [(place.id, f"{place.name} · {place.company_name}") for place in places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined] # it is a choice
        self.fields["is_transfer_first"].widget.attrs["class"] = ""

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
            sku = found["sku"].strip() if found else ""
            ref = known.get((place.company_key, sku))
            if found is None or ref is None:
                text = _("Line %(line)s: %(company)s has no product %(sku)s.")
                said_of = {"line": number, "company": place.company_name, "sku": sku}
                self.add_error("items", text % said_of)
                continue
            rows.append((ref.key, int(found["least"] or 0), int(found["most"] or 0)))
        told["read"] = rows
        return told

    def drafts(self) -> list[PolicyDraft]:
        """Return what was filled in."""
        told = self.cleaned_data
        return [
            PolicyDraft(
                place_key=self.places[told["place"]].key,
                variant_key=item,
                method=PolicyMethod(told["method"]),
                minimum=least,
                maximum=most,
                service_rate=Decimal(told["service_percent"]) / 100,
                review_days=told["review_days"],
                cover_days=told["cover_days"],
                is_transfer_first=told["is_transfer_first"],
            )
            for item, least, most in told["read"]
        ]


class PolicyNew(ConsoleView):
    """The form of new rules; items that have one already get the new one."""

    page_code = "replenishment"
    permission = "supply.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._draw(PolicyForm(self._places()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set them; what is wrong stands at its field and nothing typed is lost."""
        form = PolicyForm(self._places(), request.POST)
        if not form.is_valid():
            return self._draw(form, status=422)
        drafts = form.drafts()
        try:
            facade.set_policies(actor=self.frame.person, drafts=drafts, now=self.frame.now)
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        text = ngettext("%(n)s rule is set.", "%(n)s rules are set.", len(drafts))
        messages.success(request, text % {"n": len(drafts)})
        return redirect(self.frame.link(reverse("console:replenishment_policies")))

    def _places(self) -> list[PlaceInfo]:
        scope = self.frame.person.scope(self.permission)
        return [
            place
            for place in self.frame.visible_places
            if scope.everything or place.key in scope.places
        ]

    def _draw(self, form: PolicyForm, status: int = 200) -> HttpResponse:
        context = {"form": form}
        return self.page("console/replenishment/policy_new.html", context, status=status)


def _told(name: str) -> Any:
    return lambda row, frame: count_cell(getattr(row.draft, name))

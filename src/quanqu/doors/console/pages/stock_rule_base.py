"""The form of an entry of stock rules: make one, change its amounts, end it."""

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.sell.catalog.facade import variant_labels, variants_by_sku

__all__ = ["StockRuleView", "item_name", "sku_key"]


def item_name(variant_key: int) -> str:
    """Name an item by its product and SKU."""
    label = variant_labels(variant_keys={variant_key}).get(variant_key)
    return " · ".join(filter(None, (label.name, label.sku))) if label else ""


def sku_key(form: forms.Form, company_key: int, sku: str, field: str = "sku") -> int | None:
    """Return the item of a company with a SKU; note in the form that there is none."""
    found = variants_by_sku(skus={(company_key, sku)}).get((company_key, sku))
    if found is None:
        form.add_error(field, _("This company has no product %(sku)s.") % {"sku": sku})
        return None
    return found.key


class StockRuleView(ConsoleView, ABC):
    """The form of an entry: without a key a new one; with it the amounts alone can be changed."""

    page_code = "stock_rules"
    permission = "stock.manage"
    is_detail = True
    fields_of: type[StyledForm] = StyledForm
    subject: tuple[str, ...] = ()
    list_url = ""
    list_title: str | Promise = ""
    new_title: str | Promise = ""
    end_title: str | Promise = gettext_lazy("End it")
    end_hint: str | Promise = ""
    may_end = True
    key: int | None = None

    def get(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        """Show the form."""
        self.key = key
        return self._draw(self._form(None))

    def post(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        """Keep what was told, or end it; what is wrong stands at its field."""
        self.key = key
        is_ending = self.may_end and key is not None and request.POST.get("act") == "end"
        form = self._form(request.POST)
        if not is_ending and not form.is_valid():
            return self._draw(form, status=422)
        try:
            done = self.end() if is_ending else self.keep(form)
        except QuanquError as error:
            form.add_error(None, said(error))
            done = ""
        if not done:
            return self._draw(form, status=422)
        messages.success(request, done)
        return redirect(self.frame.link(reverse(self.list_url)))

    def offer(self, form: StyledForm) -> None:
        """Fill the choices of a new entry."""

    def offer_again(self, form: StyledForm) -> None:
        """Fill the choices that can be changed of an entry that is there."""

    def told(self) -> dict[str, Any]:
        """Return the amounts of the entry that is there."""
        return {}

    def facts(self) -> list[tuple[str, str]]:
        """Return what the entry that is there is about: names and words."""
        return []

    @abstractmethod
    def keep(self, form: StyledForm) -> str:
        """Save; return what to say, or nothing when the form says what is wrong."""

    @abstractmethod
    def end(self) -> str:
        """End the entry; return what to say."""

    def place_key(self, place_id: str) -> int:
        """Return a place the reader sees. Raises: UnitNotFoundError."""
        for place in self.frame.visible_places:
            if place.id == place_id:
                return place.key
        raise UnitNotFoundError(ref=place_id)

    def company_key(self, company_id: str) -> int:
        """Return a company the reader sees. Raises: UnitNotFoundError."""
        for place in self.frame.visible_places:
            if place.company_id == company_id:
                return place.company_key
        raise UnitNotFoundError(ref=company_id)

    def _form(self, post: Any) -> StyledForm:
        if self.key is None:
            form = self.fields_of(post)
            self.offer(form)
            return form
        form = self.fields_of(post, initial=self.told())
        for name in self.subject:
            del form.fields[name]
        self.offer_again(form)
        return form

    def _draw(self, form: StyledForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "key": self.key,
            "facts": self.facts() if self.key is not None else [],
            "view": self,
        }
        return self.page("console/stock/rule_form.html", context, status=status)

"""Add a supplier or change one; set how a company buys."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import company_options
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.money import Money
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    BuyingRules,
    Supplier,
    SupplierContact,
    SupplierDraft,
)

__all__ = ["BuyingRulesPage", "SupplierChange", "SupplierNew"]

_CONTACT = ("contact_name", "email", "phone", "address")


class SupplierForm(StyledForm):
    """A supplier; whom to talk to rests encrypted."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        help_text=gettext_lazy("Three letters, such as CNY; it stays once set."),
    )
    lead_time_days = forms.IntegerField(
        label=gettext_lazy("Agreed lead time in days"), min_value=0, max_value=730, initial=7
    )
    minimum = forms.CharField(
        label=gettext_lazy("Least order"),
        max_length=17,
        initial="0",
        help_text=gettext_lazy("Smaller orders are not submitted."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Only active suppliers get new orders."),
    )
    contact_name = forms.CharField(label=gettext_lazy("Contact"), max_length=300, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=300, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=300, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)

    def __init__(self, *args: Any, companies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].widget.attrs["class"] = ""
        _offer(self, companies)

    def draft(self, there: Supplier | None = None) -> SupplierDraft:
        """Return what was filled in; a contact left empty stays. Raises: MoneyFormatError."""
        told = self.cleaned_data
        currency = told["currency"].strip().upper()
        contact = SupplierContact(*(told[name].strip() for name in _CONTACT))
        if there is not None and contact == SupplierContact():
            contact = there.contact
        return SupplierDraft(
            code=told["code"].strip(),
            name=told["name"].strip(),
            currency=currency,
            lead_time_days=told["lead_time_days"],
            minimum_minor=Money.parse(told["minimum"].strip(), currency).minor,
            contact=contact,
            is_active=told["is_active"],
        )


class SupplierNew(ConsoleView):
    """A new supplier."""

    page_code = "suppliers"
    permission = "supply.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show an empty form."""
        return self._draw(
            SupplierForm(companies=self._companies(), initial={"currency": self._currency()})
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it and open it, or say what is wrong and keep what was typed."""
        form = SupplierForm(request.POST, companies=self._companies())
        if not form.is_valid():
            return self._draw(form, status=422)
        places = self.frame.visible_places
        keys = {place.company_id: place.company_key for place in places}
        try:
            made = facade.create_supplier(
                actor=self.frame.person,
                company_key=keys[form.cleaned_data["company"]],
                draft=form.draft(),
                now=self.frame.now,
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        messages.success(request, _("The supplier is added."))
        return redirect(self.frame.link(reverse("console:supplier", args=[made.id])))

    def _companies(self) -> list[tuple[str, str]]:
        return [(one.value, one.title) for one in company_options(self.frame)]

    def _currency(self) -> str:
        return self.frame.main_currency

    def _draw(self, form: SupplierForm, *, status: int = 200) -> HttpResponse:
        return self.page("console/supply/supplier_form.html", _parts(form), status=status)


class SupplierChange(ConsoleView):
    """What is told of a supplier."""

    page_code = "suppliers"
    permission = "supply.manage"
    is_detail = True

    def get(self, request: HttpRequest, supplier_id: str) -> HttpResponse:
        """Show what is told now; the contact stays hidden."""
        there = facade.get_supplier(actor=self.frame.actor, supplier_id=supplier_id)
        told = {
            "code": there.code,
            "name": there.name,
            "currency": there.currency,
            "lead_time_days": there.lead_time_days,
            "minimum": there.minimum.amount,
            "is_active": there.is_active,
        }
        return self._draw(SupplierForm(companies=[], initial=told), there)

    def post(self, request: HttpRequest, supplier_id: str) -> HttpResponse:
        """Keep it, or say what is wrong and keep what was typed."""
        there = facade.get_supplier(actor=self.frame.person, supplier_id=supplier_id)
        form = SupplierForm(request.POST, companies=[])
        if not form.is_valid():
            return self._draw(form, there, status=422)
        try:
            facade.change_supplier(
                actor=self.frame.person,
                supplier_id=supplier_id,
                draft=form.draft(there),
                now=self.frame.now,
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, there, status=422)
        messages.success(request, _("The supplier is changed."))
        return redirect(self.frame.link(reverse("console:supplier", args=[supplier_id])))

    def _draw(self, form: SupplierForm, there: Supplier, *, status: int = 200) -> HttpResponse:
        context = {"supplier": there, **_parts(form)}
        return self.page("console/supply/supplier_form.html", context, status=status)


class RulesForm(StyledForm):
    """How a company buys."""

    limit = forms.CharField(
        label=gettext_lazy("One person may order up to"),
        max_length=17,
        required=False,
        help_text=gettext_lazy("Above it, somebody else approves. Empty: nobody is asked."),
    )
    over_percent = forms.DecimalField(
        label=gettext_lazy("Tolerated over-delivery in %"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=0,
        help_text=gettext_lazy("Of each line, whole units, rounded down."),
    )


class BuyingRulesPage(ConsoleView):
    """The limit of one person and the tolerance of a company, one company at a time."""

    page_code = "suppliers"
    permission = "supply.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the rules of the company chosen, the first one's without a choice."""
        rules = self._rules()
        if rules is None:
            return self._draw(RulesForm(), None)
        limit = rules.approval_limit_minor
        told = {
            "limit": "" if limit is None else Money(limit, rules.currency).amount,
            "over_percent": f"{(rules.over_rate * 100).normalize():f}",
        }
        return self._draw(RulesForm(initial=told), rules)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the rules, or say what is wrong."""
        there, form = self._rules(), RulesForm(request.POST)
        if there is None or not form.is_valid():
            return self._draw(form, there, status=422)
        limit = form.cleaned_data["limit"].strip()
        try:
            rules = BuyingRules(
                there.company_key,
                there.currency,
                Money.parse(limit, there.currency).minor if limit else None,
                Decimal(form.cleaned_data["over_percent"]) / 100,
            )
            facade.set_buying_rules(actor=self.frame.person, rules=rules, now=self.frame.now)
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, there, status=422)
        messages.success(request, _("The rules of buying are set."))
        return redirect(self.frame.with_query())

    def _rules(self) -> BuyingRules | None:
        """Return the rules in force of the company the address names."""
        keys = self._keys()
        key = keys.get(self.request.GET.get("of", "")) or next(iter(keys.values()), None)
        if key is None:
            return None
        return facade.get_buying_rules(actor=self.frame.person, company_key=key)

    def _keys(self) -> dict[str, int]:
        return {place.company_id: place.company_key for place in self.frame.visible_places}

    def _draw(
        self, form: RulesForm, rules: BuyingRules | None, *, status: int = 200
    ) -> HttpResponse:
        chosen = rules.company_key if rules else None
        context = {
            "form": form,
            "rules": rules,
            "company": self.frame.company_name(chosen) if chosen else "",
            "companies": [
                (one.title, self.frame.with_query(of=one.value), self._keys()[one.value] == chosen)
                for one in company_options(self.frame)
            ],
            "may_set": self.frame.person.can("supply.approve"),
        }
        return self.page("console/supply/rules.html", context, status=status)


def _offer(form: forms.Form, companies: list[tuple[str, str]]) -> None:
    """Put the choice of a company first; without companies there is none to make."""
    if companies:
        field = forms.ChoiceField(label=gettext_lazy("Company"), choices=companies)
        field.widget.attrs["class"] = "select"
        form.fields["company"] = field
        form.order_fields(["company"])


def _parts(form: SupplierForm) -> dict[str, Any]:
    return {
        "form": form,
        "mains": [form[name] for name in form.fields if name not in _CONTACT],
        "contacts": [form[name] for name in _CONTACT],
    }

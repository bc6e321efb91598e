"""Take a privacy request in: for whom, what, under which law, since when."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customer_words import FIELD_TITLES
from quanqu.doors.console.pages.privacy_words import BASES, KINDS
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.settings.refusals import add_refusal
from quanqu.kernel.errors import QuanquError
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import CORRECTABLE, LegalBasis, NewRequest, RequestKind

__all__ = ["PrivacyNew"]


class RequestForm(StyledForm):
    """A request; the fields below are for a correction only."""

    customer = forms.CharField(
        label=_("Customer"), max_length=64, help_text=_("The ID on the customer's page, cus_…")
    )
    kind = forms.ChoiceField(label=_("Asked for"), choices=[(k.value, v) for k, v in KINDS.items()])
    basis = forms.ChoiceField(label=_("Law"), choices=[(b.value, v) for b, v in BASES.items()])
    received_on = forms.DateField(
        label=_("Received on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day the person asked; today when left empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CORRECTABLE:
            field = forms.CharField(
                label=str(FIELD_TITLES.get(name, name)), max_length=500, required=False
            )
            field.widget.attrs["class"] = "input"
            self.fields[f"right_{name}"] = field

    def new(self) -> NewRequest:
        """Return what was filled in."""
        told = self.cleaned_data
        kind = RequestKind(told["kind"])
        day = told["received_on"]
        right = {name: told[f"right_{name}"] for name in CORRECTABLE if told[f"right_{name}"]}
        return NewRequest(
            kind,
            (told["customer"].strip(),),
            LegalBasis(told["basis"]),
            datetime.combine(day, time(), UTC) if day else None,
            right if kind is RequestKind.CORRECTION else {},
        )


class PrivacyNew(ConsoleView):
    """The form, filled with the customer one comes from."""

    page_code = "privacy"
    permission = "privacy.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        given = {"customer": request.GET.get("customer", "")[:64]}
        return self._draw(RequestForm(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the request in and open it."""
        form = RequestForm(request.POST)
        if not form.is_valid():
            return self._draw(form, status=422)
        try:
            made = facade.create_request(
                actor=self.frame.person, new=form.new(), now=self.frame.now
            )
        except QuanquError as error:
            add_refusal(form, error)
            return self._draw(form, status=422)
        return redirect(self.frame.link(reverse("console:privacy_request", args=[made.id])))

    def _draw(self, form: RequestForm, *, status: int = 200) -> HttpResponse:
        facade.get_policy(actor=self.frame.person)  # whoever may not see privacy sees no form
        rights = [form[name] for name in form.fields if name.startswith("right_")]
        mains = [form[name] for name in form.fields if not name.startswith("right_")]
        context = {"form": form, "mains": mains, "rights": rights}
        return self.page("console/privacy/new.html", context, status=status)

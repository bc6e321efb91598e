"""Let a supplier drop-ship, say what it offers, tell what it has, and note what it is paid."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from quanqu.doors.console.pages.dropship_words import clock_text
from quanqu.doors.console.pages.settings.base import StyledForm
from quanqu.doors.console.pages.stock_rule_base import StockRuleView, item_name, sku_key
from quanqu.kernel.money import Money
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import PlaceInfo, PlaceType, UnitNotFoundError
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import (
    DropshipOffer,
    OfferDraft,
    PaymentDraft,
    Terms,
    TermsDraft,
)
from quanqu.sell.supply.contracts import SupplierFilters
from quanqu.sell.supply.facade import list_suppliers

__all__ = ["DropshipOfferForm", "DropshipPaymentForm", "DropshipSupplierForm"]

_MOST_SUPPLIERS = 200
_ONCE = UUID("5f0d1c1e-52c5-5d7a-8a0f-6f3f5f7c2c11")


def _clock(required: bool = False) -> forms.TimeField:
    return forms.TimeField(
        label=gettext_lazy("Orders count for the day until"),
        required=required,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("By the supplier's clock; left empty, all day."),
    )


class SupplierTermsFields(StyledForm):
    """How a supplier drop-ships."""

    supplier = forms.ChoiceField(label=gettext_lazy("Supplier"))
    place = forms.ChoiceField(
        label=gettext_lazy("Ships from"),
        help_text=gettext_lazy("A place of the kind Supplier; make one under Settings, Group."),
    )
    answer_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to answer an order"), min_value=1, max_value=86_400,
        initial=1_440,
        help_text=gettext_lazy("Not answered by then, the goods ship from elsewhere."),
    )  # fmt: skip
    lead_days = forms.IntegerField(
        label=gettext_lazy("Days until it ships"), min_value=0, max_value=365, initial=1
    )
    cut_off = _clock()
    stale_hours = forms.IntegerField(
        label=gettext_lazy("Hours that stated stock sells"), min_value=1, max_value=8_784,
        required=False,
        help_text=gettext_lazy("Older stock sells no more; left empty, it does."),
    )  # fmt: skip
    url = forms.CharField(
        label=gettext_lazy("Send orders to"), max_length=2_000, required=False,
        help_text=gettext_lazy("An https address; left empty, the supplier fetches them."),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=gettext_lazy("Ships to shoppers"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].widget.attrs["class"] = ""


class _DropshipForm(StockRuleView):
    page_code = "dropship"
    permission = "dropship.manage"
    list_url, list_title = "console:dropship_offers", gettext_lazy("Drop-ship offers")
    may_end = False

    def end(self) -> str:
        """Do nothing: what a supplier offers is turned off, and kept."""
        return ""

    def places(self, *, taken: bool) -> Sequence[PlaceInfo]:
        """Return the suppliers' places in sight that have terms, or none yet."""
        known = {one.draft.place_key for one in facade.list_terms(actor=self.frame.actor)}
        return [
            place
            for place in self.frame.visible_places
            if place.details.place_type is PlaceType.SUPPLIER and (place.key in known) is taken
        ]


class DropshipSupplierForm(_DropshipForm):
    """Let a supplier ship from its place, or change how it does."""

    fields_of = SupplierTermsFields
    subject = ("supplier", "place")
    list_url, list_title = "console:dropship_suppliers", gettext_lazy("Suppliers that ship")
    new_title = gettext_lazy("Let a supplier ship")
    supplier_place = ""

    def get(self, request: HttpRequest, supplier_place: str = "") -> HttpResponse:  # type: ignore[override] # a place has no number here
        """Show the form."""
        self.supplier_place = supplier_place
        return super().get(request, self._terms().draft.place_key if supplier_place else None)

    def post(self, request: HttpRequest, supplier_place: str = "") -> HttpResponse:  # type: ignore[override] # a place has no number here
        """Keep what was told; the key of new webhooks is shown this once."""
        self.supplier_place, self.secret = supplier_place, ""
        answer = super().post(request, self._terms().draft.place_key if supplier_place else None)
        if not self.secret:
            return answer
        shown = self.page("console/dropship/secret.html", {"secret": self.secret, "view": self})
        shown["Cache-Control"] = "no-store"
        return shown

    def offer(self, form: StyledForm) -> None:
        """Offer suppliers, and places that stand for none yet."""
        found = list_suppliers(
            actor=self.frame.actor, filters=SupplierFilters(is_active=True), limit=_MOST_SUPPLIERS
        ).items
        _choices(form, "supplier", [(one.id, f"{one.name} ({one.code})") for one in found])
        free = self.places(taken=False)
        _choices(form, "place", [(one.id, f"{one.name} ({one.company_name})") for one in free])

    def told(self) -> dict[str, Any]:
        """Return the terms as they stand."""
        draft = self._terms().draft
        return {
            "answer_minutes": draft.answer_minutes,
            "lead_days": draft.lead_days,
            "cut_off": clock_text(draft.cut_off),
            "stale_hours": draft.stale_hours,
            "url": draft.url,
            "is_active": draft.is_active,
        }

    def facts(self) -> list[tuple[str, str]]:
        """Return who ships from where."""
        terms = self._terms()
        place = self.frame.places[terms.draft.place_key]
        return [
            (_("Supplier"), terms.supplier_name),
            (_("Ships from"), place.name),
            (_("Company"), place.company_name),
            (_("Currency"), terms.currency),
            (_("Its key"), _("An API key with the role Supplier over %(place)s")
             % {"place": place.name}),
        ]  # fmt: skip

    def keep(self, form: StyledForm) -> str:
        """Save the terms."""
        told = form.cleaned_data
        if self.supplier_place:
            key, supplier = self._terms().draft.place_key, self._terms().draft.supplier_id
        else:
            key, supplier = self.place_key(told["place"]), told["supplier"]
        draft = TermsDraft(
            place_key=key,
            supplier_id=supplier,
            answer_minutes=told["answer_minutes"],
            lead_days=told["lead_days"],
            cut_off=_minute(told["cut_off"]),
            stale_hours=told["stale_hours"],
            url=told["url"].strip(),
            is_active=told["is_active"],
        )
        made = facade.save_terms(actor=self.frame.person, draft=draft, now=self.frame.now)
        self.secret = made.secret
        return _("The supplier's terms are kept.")

    def _terms(self) -> Terms:
        for one in facade.list_terms(actor=self.frame.actor):
            place = self.frame.places.get(one.draft.place_key)
            if place is not None and place.id == self.supplier_place:
                return one
        raise UnitNotFoundError(ref=self.supplier_place)


class OfferFields(StyledForm):
    """What a supplier takes for an item, and what it has."""

    place = forms.ChoiceField(label=gettext_lazy("Supplier"))
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=80)
    cost = forms.CharField(
        label=gettext_lazy("Cost of a unit"), max_length=17,
        help_text=gettext_lazy("In the supplier's currency, shipping to the shopper included."),
    )  # fmt: skip
    supplier_code = forms.CharField(
        label=gettext_lazy("The supplier's code"), max_length=80, required=False
    )
    lead_days = forms.IntegerField(
        label=gettext_lazy("Days until it ships"), min_value=0, max_value=365, required=False,
        help_text=gettext_lazy("Left empty, the supplier's."),
    )  # fmt: skip
    cut_off = _clock()
    buffer = forms.IntegerField(
        label=gettext_lazy("Stated units not sold"), min_value=0, max_value=10**9, initial=0
    )
    is_on = forms.BooleanField(label=gettext_lazy("On"), required=False, initial=True)
    stated = forms.IntegerField(
        label=gettext_lazy("In stock now"), min_value=0, max_value=10**9, required=False,
        help_text=gettext_lazy(
            "What lies there, goods of orders that have not left included; left empty, as it was."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_on"].widget.attrs["class"] = ""


class DropshipOfferForm(_DropshipForm):
    """Add an offer, or change one; tell its stock where the supplier has no program."""

    fields_of = OfferFields
    subject = ("place", "sku")
    new_title = gettext_lazy("Add an offer")

    def get(self, request: HttpRequest, offer_key: int | None = None) -> HttpResponse:
        """Show the form."""
        return super().get(request, offer_key)

    def post(self, request: HttpRequest, offer_key: int | None = None) -> HttpResponse:
        """Keep what was told."""
        return super().post(request, offer_key)

    def offer(self, form: StyledForm) -> None:
        """Offer the suppliers that ship."""
        taken = self.places(taken=True)
        _choices(form, "place", [(one.id, f"{one.name} ({one.company_name})") for one in taken])

    def told(self) -> dict[str, Any]:
        """Return the offer as it stands."""
        row = self._row()
        draft = row.draft
        return {
            "cost": Money(draft.cost_minor, row.currency).amount,
            "supplier_code": draft.supplier_code,
            "lead_days": draft.lead_days,
            "cut_off": clock_text(draft.cut_off),
            "buffer": draft.buffer,
            "is_on": draft.is_on,
        }

    def facts(self) -> list[tuple[str, str]]:
        """Return what is offered by whom, and what was last stated."""
        row = self._row()
        stated = "–"
        if row.stated is not None and row.stated_at is not None:
            stated = f"{row.stated} · {format_time(row.stated_at)}"
        return [
            (pgettext("goods", "Item"), item_name(row.draft.variant_key)),
            (_("Supplier"), self.frame.places[row.place_key].name),
            (_("Currency"), row.currency),
            (_("Stated"), stated),
        ]

    def keep(self, form: StyledForm) -> str:
        """Save the offer, and what is in stock if it was told."""
        told = form.cleaned_data
        if self.key is None:
            place_key = self.place_key(told["place"])
            company = self.frame.places[place_key].company_key
            item = sku_key(form, company, told["sku"].strip())
            if item is None:
                return ""
        else:
            place_key, item = self._row().place_key, self._row().draft.variant_key
        terms = facade.find_terms(actor=self.frame.person, place_key=place_key)
        draft = OfferDraft(
            variant_key=item,
            cost_minor=Money.parse(told["cost"].strip(), terms.currency).minor,
            supplier_code=told["supplier_code"].strip(),
            lead_days=told["lead_days"],
            cut_off=_minute(told["cut_off"]),
            buffer=told["buffer"],
            is_on=told["is_on"],
        )
        facade.save_offers(
            actor=self.frame.person, place_key=place_key, drafts=[draft], now=self.frame.now
        )
        if told["stated"] is not None:
            facade.state_stock(
                actor=self.frame.person, place_key=place_key, units={item: told["stated"]},
                stated_at=self.frame.now, now=self.frame.now,
            )  # fmt: skip
        return _("The offer is kept.")

    def _row(self) -> DropshipOffer:
        return facade.get_offer(actor=self.frame.actor, key=self.key or 0)


class PaymentFields(StyledForm):
    """Money that was paid to a supplier."""

    place = forms.ChoiceField(label=gettext_lazy("Supplier"))
    amount = forms.CharField(
        label=gettext_lazy("Amount"), max_length=17,
        help_text=gettext_lazy("In the supplier's currency."),
    )  # fmt: skip
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=120, required=False)
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class DropshipPaymentForm(_DropshipForm):
    """Note a payment to a supplier."""

    fields_of = PaymentFields
    list_url, list_title = "console:dropship_dues", gettext_lazy("Due to suppliers")
    new_title = gettext_lazy("Note a payment")

    def offer(self, form: StyledForm) -> None:
        """Offer the suppliers that ship, the one asked for first chosen."""
        taken = self.places(taken=True)
        _choices(form, "place", [(one.id, f"{one.name} ({one.company_name})") for one in taken])
        form.fields["place"].initial = self.request.GET.get("of", "")
        form.fields["once"].initial = secrets.token_hex(16)

    def keep(self, form: StyledForm) -> str:
        """Note it once, however often the form is sent."""
        told = form.cleaned_data
        place_key = self.place_key(told["place"])
        terms = facade.find_terms(actor=self.frame.person, place_key=place_key)
        draft = PaymentDraft(
            id=uuid5(_ONCE, f"{self.frame.person.id} {told['once'] or secrets.token_hex(16)}"),
            place_key=place_key,
            amount_minor=Money.parse(told["amount"].strip(), terms.currency).minor,
            reference=told["reference"].strip(),
        )
        facade.record_payment(actor=self.frame.person, draft=draft, now=self.frame.now)
        return _("The payment is noted.")


def _choices(form: StyledForm, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined] # it is a choice


def _minute(told: Any) -> int | None:
    return None if told is None else told.hour * 60 + told.minute

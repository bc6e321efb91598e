"""How companies are taxed: rules in force and before, items, and how they write invoices."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.invoice_words import REGIMES, ROUNDINGS, TREATMENTS
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.time import local_date
from quanqu.know.org.contracts import UnitInfo
from quanqu.sell.invoicing import facade
from quanqu.sell.invoicing.contracts import (
    Regime,
    Rounding,
    RulesTaken,
    Seller,
    SellerError,
    TaxFileError,
    TaxRule,
    TaxRuleError,
    TaxRuleView,
    TaxTreatment,
)

__all__ = ["TaxRulesPage"]

_LARGEST_BYTES: Final = 4_000_000
_ITEMS_SHOWN: Final = 20
_SELLER: Final = (
    "region", "name", "tax_id", "country", "category", "shipping_category", "series", "red_series",
    "street", "city", "postcode", "phone", "bank", "bank_account", "class_code",
    "shipping_class_code", "unit",
)  # fmt: skip
_RULE: Final = (
    "region", "category", "treatment", "rate", "valid_from", "source", "reason_code", "reason",
)  # fmt: skip


class TaxRulesPage(ConsoleView):
    """One company's rules, items and seller."""

    page_code = "invoices"
    permission = "invoices.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self._show(request.GET.get("company", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take in what the button says, or tell what is wrong and keep what was typed."""
        self.frame.person.require("invoices.rules")
        company = self._company(request.POST.get("company", ""))
        acts: dict[str, Callable[[UnitInfo], str]] = {
            "rules": self._rules_file,
            "items": self._items_file,
            "rule": self._rule,
            "seller": self._seller,
        }
        act = request.POST.get("act", "")
        try:
            if company is not None and act in acts:
                messages.success(request, acts[act](company))
        except (InvalidError, RefusedError, NotFoundError) as error:
            rows = error.fields.get("rows", []) if isinstance(error, TaxFileError) else []
            return self._show(
                company.id if company else "",
                {"mistake": said(error), "mistake_of": act, "rejected": rows,
                 "typed": request.POST},
                422,
            )  # fmt: skip
        return redirect(self.frame.with_query(company=company.id if company else ""))

    def _rules_file(self, company: UnitInfo) -> str:
        return _taken(
            facade.import_tax_rules(
                actor=self.frame.person, company_key=company.key, content=self._content(),
                now=self.frame.now,
            )
        )  # fmt: skip

    def _items_file(self, company: UnitInfo) -> str:
        return _taken(
            facade.import_items(
                actor=self.frame.person, company_key=company.key, content=self._content(),
                now=self.frame.now,
            )
        )  # fmt: skip

    def _content(self) -> bytes:
        file = self.request.FILES.get("file")
        if not isinstance(file, UploadedFile):
            raise TaxRuleError(field=_("file"), problem=_("choose one"))
        content = file.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise TaxRuleError(field=_("file"), problem=_("it is larger than 4 MB"))
        return content

    def _rule(self, company: UnitInfo) -> str:
        told = {name: self.request.POST.get(name, "").strip() for name in _RULE}
        try:
            rate = Decimal(told["rate"].removesuffix("%")).scaleb(-2)
            day = date.fromisoformat(told["valid_from"])
        except (InvalidOperation, ValueError):
            raise TaxRuleError(
                field=_("rate"), problem=_("give it in percent, and the day it holds from")
            ) from None
        if told["treatment"] not in set(TaxTreatment):
            raise TaxRuleError(field=_("treatment"), problem=_("choose one"))
        rule = TaxRule(
            told["region"].upper(), told["category"], TaxTreatment(told["treatment"]), rate, day,
            told["source"], True, told["reason_code"], told["reason"],
        )  # fmt: skip
        return _taken(
            facade.save_tax_rules(
                actor=self.frame.person, company_key=company.key, rules=[rule],
                now=self.frame.now,
            )
        )  # fmt: skip

    def _seller(self, company: UnitInfo) -> str:
        form = self.request.POST
        told = {name: form.get(name, "").strip() for name in _SELLER}
        days = form.get("payment_days", "").strip()
        if form.get("regime") not in set(Regime) or form.get("rounding") not in set(Rounding):
            raise SellerError(field=_("regime"), problem=_("choose one"))
        if not (days.isascii() and days.isdecimal() and len(days) < 4):
            raise SellerError(field="payment_days", problem=_("from 0 to 365"))
        seller = Seller(
            regime=Regime(form["regime"]),
            rounding=Rounding(form["rounding"]),
            payment_days=int(days),
            **told,
        )
        facade.save_seller(
            actor=self.frame.person, company_key=company.key, seller=seller, now=self.frame.now
        )
        return _("Invoices are written so from now on.")

    def _company(self, told: str) -> UnitInfo | None:
        """Return the company that is asked for; the first where none is."""
        companies = facade.taxed_companies(actor=self.frame.person)
        found = next((one for one in companies if one.id == told), None)
        return found or next(iter(companies), None)

    def _show(
        self, told: str, more: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        frame, company = self.frame, self._company(told)
        context: dict[str, Any] = {
            "companies": facade.taxed_companies(actor=frame.person),
            "company": company,
            "treatments": [(one.value, title) for one, title in TREATMENTS.items()],
            "regimes": [(one.value, title) for one, title in REGIMES.items()],
            "roundings": [(one.value, title) for one, title in ROUNDINGS.items()],
            "today": local_date(frame.now, frame.zone),
        }
        if company is not None:
            scope = frame.person.scope("invoices.rules")
            seller = facade.find_seller(actor=frame.person, company_key=company.key)
            rules = facade.list_tax_rules(
                actor=frame.person, company_key=company.key, on=context["today"]
            )
            context |= {
                "rules": [_shown(one) for one in rules if one.is_in_force],
                "others": [_shown(one) for one in rules if not one.is_in_force],
                "items": facade.list_items(
                    actor=frame.person, company_key=company.key, limit=_ITEMS_SHOWN
                ).items,
                "seller": asdict(seller.seller) if seller else {},
                "may_rule": scope.everything or company.key in scope.companies,
            }
        return self.page("console/invoices/taxes.html", context | (more or {}), status)


def _shown(view: TaxRuleView) -> dict[str, Any]:
    return {
        "view": view,
        "rule": view.rule,
        "rate": f"{(view.rule.rate * 100).normalize():f}%",
        "treatment": TREATMENTS[view.rule.treatment],
    }


def _taken(taken: RulesTaken) -> str:
    told = {"added": grouped(taken.added), "known": grouped(taken.known)}
    return _("%(added)s are taken in, %(known)s were there as they are.") % told

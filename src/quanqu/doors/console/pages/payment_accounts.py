"""Accounts with providers: what is set, what keys are there, whether they work, what is agreed."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.payment_words import PROVIDERS
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError, UnavailableError
from quanqu.kernel.ids import decode, encode
from quanqu.know.org.facade import get_unit
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountNotFoundError,
    AccountView,
    StatementFieldError,
    TermsDraft,
)

__all__ = ["PaymentAccountCheck", "PaymentAccountForm", "PaymentAccountsPage", "PaymentTerms"]

_SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "stripe": (),
    "alipay": ("app_id",),
    "wechat": ("mchid", "appid", "cert_serial", "public_key_id"),
    "test": (),
}
_OPTIONAL: Final[dict[str, tuple[str, ...]]] = {
    "stripe": (
        "publishable_key",
        "wallets",
        "apple_pay_domains",
        "apple_pay_association",
        "api_base",
    ),
    "alipay": ("api_base",),
    "wechat": ("store_id", "api_base"),
    "test": (),
}
_SECRETS: Final[dict[str, tuple[str, ...]]] = {
    "stripe": ("api_key", "webhook_secret"),
    "alipay": ("private_key", "alipay_public_key"),
    "wechat": ("private_key", "platform_public_key", "apiv3_key"),
    "test": (),
}


class PaymentAccountsPage(ConsoleView):
    """Every account in scope."""

    page_code = "payments"
    permission = "payments.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the accounts."""
        rows = facade.list_accounts(actor=self.frame.actor)
        agreed = {one.account_id: one for one in facade.list_terms(actor=self.frame.actor)}
        context = {
            "accounts": [
                {
                    "row": row,
                    "id": encode("pac", row.id),
                    "provider": PROVIDERS.get(row.provider, row.provider),
                    "company": self.frame.company_name(row.company_key),
                    "terms": agreed.get(row.id),
                    "fee": _rate_text(agreed[row.id].terms) if row.id in agreed else "",
                    "may_agree": self._may_manage(row.company_key),
                }
                for row in rows
            ],
            "providers": [(code, str(title)) for code, title in PROVIDERS.items()],
            "may_manage": self.frame.person.can("payments.manage"),
        }
        return self.page("console/payments/accounts.html", context)

    def _may_manage(self, company_key: int) -> bool:
        scope = self.frame.person.scope("payments.manage")
        return scope.everything or company_key in scope.companies


class PaymentAccountForm(ConsoleView):
    """Add an account, or change one: keys are written and never shown."""

    page_code = "payments"
    permission = "payments.manage"
    is_detail = True

    def get(self, request: HttpRequest, account: str) -> HttpResponse:
        """Show the form: of a provider to be added, or of an account by its id."""
        found = self._found(account)
        provider = found.provider if found else account
        typed = dict(found.settings) if found else {}
        return self._draw(account, found, provider, typed, {})

    def post(self, request: HttpRequest, account: str) -> HttpResponse:
        """Keep it, or say what is wrong and keep what was typed, but for the keys."""
        found = self._found(account)
        provider = found.provider if found else account
        form = request.POST
        names = (*_SETTINGS[provider], *_OPTIONAL[provider])
        settings = {name: form.get(name, "").strip() for name in names}
        secrets = {
            name: form.get(f"secret-{name}", "").strip().replace("\r\n", "\n")
            for name in _SECRETS[provider]
        }
        is_test = found.is_test if found else provider == "test" or "is_test" in form
        try:
            company = found.company_key if found else self._company(form.get("company", ""))
            draft = AccountDraft(
                company_key=company,
                code=found.code if found else form.get("code", "").strip(),
                provider=provider,
                settings={name: value for name, value in settings.items() if value},
                secrets=secrets if any(secrets.values()) else {},
                is_test=is_test,
                is_enabled="is_enabled" in form,
            )
            facade.save_account(actor=self.frame.person, draft=draft, now=self.frame.now)
        except (InvalidError, RefusedError, NotFoundError) as error:
            told = {"mistake": said(error), "typed_code": form.get("code", "")}
            return self._draw(account, found, provider, settings, told, status=422)
        messages.success(request, _("The account is saved."))
        return redirect(self.frame.link(reverse("console:payment_accounts")))

    def _draw(
        self,
        account: str,
        found: AccountView | None,
        provider: str,
        typed: dict[str, str],
        more: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        kept = set(found.secret_names) if found else set()
        context = {
            "account": account,
            "found": found,
            "provider": provider,
            "provider_title": PROVIDERS[provider],
            "needed": [(name, typed.get(name, "")) for name in _SETTINGS[provider]],
            "optional": [
                (name, typed.get(name, ""), name == "apple_pay_association")
                for name in _OPTIONAL[provider]
            ],
            "secrets": [(name, name in kept, _is_long(name)) for name in _SECRETS[provider]],
            "companies": sorted(
                {(one.company_id, one.company_name) for one in self.frame.visible_places},
                key=lambda pair: pair[1],
            ),
            "is_enabled": found.is_enabled if found else True,
            **more,
        }
        return self.page("console/payments/account_form.html", context, status)

    def _found(self, account: str) -> AccountView | None:
        """Return an account by id, None for the name of a provider."""
        if account in PROVIDERS:
            return None
        wanted = decode("pac", account)
        for row in facade.list_accounts(actor=self.frame.person):
            if row.id == wanted:
                return row
        raise AccountNotFoundError(ref=account)

    def _company(self, company_id: str) -> int:
        return get_unit(actor=self.frame.person, unit_id=company_id).key


class PaymentAccountCheck(ConsoleView):
    """Try an account's keys by a real call to its provider."""

    page_code = "payments"
    permission = "payments.manage"

    def post(self, request: HttpRequest, account: str) -> HttpResponse:
        """Make the call and say what the provider answered."""
        try:
            found = facade.check_account_keys(
                actor=self.frame.person, account_id=decode("pac", account), now=self.frame.now
            )
        except (InvalidError, RefusedError, UnavailableError) as error:
            messages.error(request, said(error))
        else:
            if found.is_good:
                messages.success(request, _("The provider knows this account and its keys."))
            elif found.reason == "silence":
                messages.error(request, _("The provider did not answer in a way that is proof."))
            else:
                told = _("The provider refused the keys: %(reason)s.")
                messages.error(request, told % {"reason": found.reason})
        return redirect(self.frame.link(reverse("console:payment_accounts")))


class PaymentTerms(ConsoleView):
    """What is agreed with a provider on fees and days."""

    page_code = "payments"
    permission = "payments.manage"

    def post(self, request: HttpRequest, account: str) -> HttpResponse:
        """Keep it, or say what is wrong."""
        form = request.POST
        try:
            draft = TermsDraft(
                wait_days=_whole(form.get("wait_days", ""), "wait_days"),
                payout_days=_whole(form.get("payout_days", ""), "payout_days"),
                fee_rate=_rate(form.get("fee_rate", "")),
                fee_fixed_minor=_whole(form.get("fee_fixed_minor", "") or "0", "fee_fixed_minor"),
                returns_fee="returns_fee" in form,
            )
            facade.save_terms(
                actor=self.frame.person,
                account_id=decode("pac", account),
                draft=draft,
                now=self.frame.now,
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("What is agreed is saved, and compared with."))
        return redirect(self.frame.link(reverse("console:payment_accounts")))


def _is_long(name: str) -> bool:
    return name.endswith(("private_key", "public_key"))


def _whole(text: str, field: str) -> int:
    told = text.strip()
    if not (told.isascii() and told.isdigit() and len(told) <= 15):
        raise StatementFieldError(field=field, problem="is a whole number")
    return int(told)


def _rate(text: str) -> Decimal | None:
    """Read a percentage as a rate; empty: fees are not compared."""
    told = text.strip().removesuffix("%").strip()
    if not told:
        return None
    try:
        return Decimal(told) / 100
    except InvalidOperation:
        raise StatementFieldError(field="fee_rate", problem="is a percentage") from None


def _rate_text(terms: TermsDraft) -> str:
    return "" if terms.fee_rate is None else f"{(terms.fee_rate * 100).normalize():f}"

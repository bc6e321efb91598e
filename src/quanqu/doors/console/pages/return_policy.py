"""The policy of returns: windows, fees, who decides; each change is a version, tried first."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.options import company_options
from quanqu.doors.console.pages.return_new import shown
from quanqu.doors.console.pages.return_words import (
    FAULTS,
    SHIPPING,
    SIGNALS,
    SPLITS,
    reason_title,
    reason_titles,
)
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.money import Money
from quanqu.kernel.time import local_date
from quanqu.sell.catalog.facade import list_categories
from quanqu.sell.returns.contracts import Policy, PolicyTrial, PolicyVersion, Window
from quanqu.sell.returns.facade import (
    get_policy,
    list_policies,
    policy_json,
    save_policy,
    try_policy,
)

__all__ = ["ReturnPolicyPage", "ReturnPolicyTry"]

_ROWS: Final = 3
_LONGEST: Final = 200


class ReturnPolicyPage(ConsoleView):
    """One company's policy at a time, with its versions."""

    page_code = "returns"
    permission = "returns.view"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the policy in force."""
        version = self._version()
        body = policy_json(policy=version.policy) if version else {}
        return self._draw(version, body)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save the next version, or say what is wrong and keep what was typed."""
        version = self._version()
        if version is None:
            return self._draw(None, {}, status=422)
        body: dict[str, Any] = {}
        try:
            body = _told(request, version.policy)
            made = save_policy(
                actor=self.frame.person,
                company_key=version.company_key,
                body=body,
                note=request.POST.get("version_note", "")[:_LONGEST],
                now=self.frame.now,
            )
        except QuanquError as error:
            messages.error(request, said(error))
            return self._draw(version, body or policy_json(policy=version.policy), status=422)
        if made.number == version.number:
            messages.info(request, _("Nothing was changed."))
        else:
            text = _("Version %(number)s is in force for returns opened from now on.")
            messages.success(request, text % {"number": made.number})
        return redirect(self.frame.with_query())

    def _version(self) -> PolicyVersion | None:
        keys = {place.company_id: place.company_key for place in self.frame.visible_places}
        key = keys.get(self.request.GET.get("of", "")) or next(iter(keys.values()), None)
        if key is None:
            return None
        return get_policy(actor=self.frame.person, company_key=key)

    def _draw(
        self, version: PolicyVersion | None, body: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        if version is None:
            return self.page("console/returns/policy.html", {"version": None}, status=status)
        policy, chosen = version.policy, version.company_key
        currency = policy.currency
        windows = [*body.get("windows", []), *({} for _ in range(_ROWS))]
        context = {
            "version": version,
            "company": self.frame.company_name(chosen),
            "companies": [
                (one.title, self.frame.with_query(of=one.value), one.value == self._company_id())
                for one in company_options(self.frame)
            ],
            "currency": currency,
            "body": body,
            "amounts": {
                name: _amount(body.get(name), currency)
                for name in ("label_fee_minor", "keep_under_minor", "approval_above_minor")
            },
            "rate": f"{(Decimal(str(body.get('restocking_rate', 0))) * 100).normalize():f}",
            "windows": list(enumerate(windows[: len(body.get("windows", [])) + _ROWS])),
            "holidays": list(enumerate([*body.get("holidays", []), {}])),
            "channels": list(channel_titles().items()),
            "reasons": [(rule.code, reason_title(rule)) for rule in policy.reasons],
            "reason_rules": [
                (rule, reason_title(rule), str(FAULTS[rule.fault])) for rule in policy.reasons
            ],
            "shipping": [(rule.value, str(title)) for rule, title in SHIPPING.items()],
            "splits": [(rule.value, str(title)) for rule, title in SPLITS.items()],
            "signals": [
                (
                    one.value,
                    str(title),
                    "refuse"
                    if one.value in body.get("refuse", [])
                    else "review"
                    if one.value in body.get("review", [])
                    else "",
                )
                for one, title in SIGNALS.items()
            ],
            "final_sale": "\n".join(body.get("final_sale", [])),
            "categories": [
                path for path in self._categories() if path not in body.get("final_sale", [])
            ][:50],
            "versions": list_policies(actor=self.frame.person, company_key=chosen)[:20],
            "may_set": self._may_set(chosen),
        }
        return self.page("console/returns/policy.html", context, status=status)

    def _company_id(self) -> str:
        known = [one.value for one in company_options(self.frame)]
        first = next((place.company_id for place in self.frame.visible_places), "")
        asked = self.request.GET.get("of", "")
        return asked if asked in known else first

    def _categories(self) -> list[str]:
        if not self.frame.person.can("catalog.view"):
            return []
        return [one.path for one in list_categories(actor=self.frame.actor)]

    def _may_set(self, company_key: int) -> bool:
        scope = self.frame.person.scope("returns.policy")
        return scope.everything or company_key in scope.companies


class ReturnPolicyTry(ReturnPolicyPage):
    """What the policy as typed would say of a made-up purchase."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Go back to the policy: there is nothing to see here by itself."""
        return redirect(self.frame.link(reverse("console:return_policy")))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show the answer, or why there is none."""
        version, told = self._version(), request.POST
        context: dict[str, Any] = {"verdict": None, "problem": ""}
        today = local_date(self.frame.now, self.frame.zone)
        try:
            if version is not None:
                policy = version.policy
                trial = PolicyTrial(
                    channel=told.get("try-channel", ""),
                    category=told.get("try-category", "").strip(),
                    reason=told.get("try-reason", ""),
                    bought_on=_day(told.get("try-bought", ""), today),
                    worth_minor=_minor(told.get("try-worth", ""), policy.currency),
                    shipping_minor=_minor(told.get("try-shipping", ""), policy.currency),
                    by_parcel=told.get("try-parcel") == "yes",
                )
                found = try_policy(
                    actor=self.frame.person, body=_told(request, policy), trial=trial, today=today
                )
                context["verdict"] = shown(found, policy.currency, {}, reason_titles(policy))
        except QuanquError as error:
            context["problem"] = said(error)
        return self.page("console/returns/verdict.html", context)


def _told(request: HttpRequest, policy: Policy) -> dict[str, Any]:
    """Return the policy the form tells, as JSON; what the form does not show stays.

    Raises: MoneyFormatError, ReturnPolicyFormatError.
    """
    told = request.POST
    body = policy_json(policy=policy)
    above = told.get("approval_above_minor", "").strip()[:24]
    signals = {one.value: told.get(f"signal-{one.value}", "") for one in SIGNALS}
    return body | {
        "window_days": _number(told.get("window_days", "")),
        "restocking_rate": _rate(told.get("restocking", "")),
        "label_fee_minor": _minor(told.get("label_fee_minor", ""), policy.currency),
        "keep_under_minor": _minor(told.get("keep_under_minor", ""), policy.currency),
        "approval_above_minor": _minor(above, policy.currency) if above else None,
        "shipping": told.get("shipping", ""),
        "split": told.get("split", ""),
        "final_sale": [
            line.strip() for line in told.get("final_sale", "").splitlines() if line.strip()
        ],
        "review": [code for code, act in signals.items() if act == "review"],
        "refuse": [code for code, act in signals.items() if act == "refuse"],
        "windows": _windows(told),
        "holidays": _holidays(told),
        "reasons": [
            reason | {"needs_photo": told.get(f"photo-{reason['code']}") == "yes"}
            for reason in body["reasons"]  # type: ignore[attr-defined] # a list of objects
        ],
    }


def _windows(told: Any) -> list[dict[str, Any]]:
    found = []
    for at in told.getlist("window"):
        days = told.get(f"days-{at}", "").strip()
        if days:
            one = Window(
                _number(days), told.get(f"channel-{at}", ""),
                told.get(f"category-{at}", "").strip(), told.get(f"reason-{at}", ""),
            )  # fmt: skip
            found.append({"days": one.days, "channel": one.channel, "category": one.category,
                          "reason": one.reason})  # fmt: skip
    return found


def _holidays(told: Any) -> list[dict[str, str]]:
    names = ("bought_from", "bought_to", "until")
    rows = [
        {name: told.get(f"{name}-{at}", "") for name in names} for at in told.getlist("holiday")
    ]
    return [row for row in rows if any(row.values())]


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else -1


def _rate(text: str) -> str:
    try:
        return str(Decimal(text.strip() or "0") / 100)
    except InvalidOperation:
        return "-1"


def _minor(text: str, currency: str) -> int:
    return Money.parse(text.strip() or "0", currency).minor


def _amount(minor: Any, currency: str) -> str:
    return "" if minor is None else Money(int(minor), currency).amount


def _day(text: str, usual: date) -> date:
    try:
        return date.fromisoformat(text) if text else usual
    except ValueError:
        return usual

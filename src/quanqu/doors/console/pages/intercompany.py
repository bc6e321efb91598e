"""The books between companies: what the group makes, balances, movements, rules, settlements."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.exports import as_csv
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.intercompany_stock import stock_context
from quanqu.kernel.errors import InvalidError, NotFoundError
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key, get_unit
from quanqu.sell.intercompany import facade
from quanqu.sell.intercompany.contracts import (
    CompanyFigures,
    MovementFilters,
    MovementKind,
    MovementView,
    PriceKind,
    SettlementDraft,
    Statement,
    TransferRule,
    TransferRuleError,
    TransferRuleView,
    Unpriced,
)

__all__ = ["IntercompanyPage", "IntercompanyStatement"]

_SHOWN: Final = 30
KINDS: Final[dict[MovementKind, Promise]] = {
    MovementKind.SALE: gettext_lazy("Goods for an order"),
    MovementKind.RETURN: gettext_lazy("Goods that came back"),
    MovementKind.SETTLEMENT: gettext_lazy("Settlement"),
}
PRICES: Final[dict[PriceKind, Promise]] = {
    PriceKind.COST_PLUS: gettext_lazy("Cost and a share on top"),
    PriceKind.SALES_SHARE: gettext_lazy("Share of the sale"),
    PriceKind.FIXED: gettext_lazy("Fixed amount for each unit"),
}
UNPRICED: Final[dict[Unpriced, Promise]] = {
    Unpriced.NO_RULE: gettext_lazy("No rule of that day"),
    Unpriced.NO_AMOUNT: gettext_lazy("The rule tells no amount of the item"),
    Unpriced.CURRENCY: gettext_lazy("The rule is in another currency"),
}


class IntercompanyPage(ConsoleView):
    """Companies in view, the group they make, and what they owe each other."""

    page_code = "intercompany"
    permission = "intercompany.view"
    uses_period = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self._show({}, "", 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write a rule or a settlement down, or say what is wrong and keep what was typed."""
        acts: dict[str, Callable[[], str]] = {"rule": self._rule, "settle": self._settle}
        act = request.POST.get("act", "")
        try:
            if act in acts:
                messages.success(request, acts[act]())
        except (InvalidError, NotFoundError) as error:
            return self._show(request.POST, said(error), 422)
        return redirect(self.frame.with_query())

    def _rule(self) -> str:
        form = self.request.POST
        if form.get("kind") not in set(PriceKind):
            raise TransferRuleError(field=_("kind"), problem=_("choose one"))
        currency = form.get("currency", "").strip().upper()[:3]
        try:
            rate = Decimal(form.get("rate", "").strip() or "0").scaleb(-2)
            day = date.fromisoformat(form.get("valid_from", ""))
        except (InvalidOperation, ValueError):
            raise TransferRuleError(
                field=_("rate"), problem=_("give it in percent, and the day it holds from")
            ) from None
        facade.save_rule(
            actor=self.frame.person,
            rule=TransferRule(
                self._company("giver"), self._company("taker"), PriceKind(form["kind"]), currency,
                day, rate, _amounts(form.get("amounts", ""), currency),
            ),
            now=self.frame.now,
        )  # fmt: skip
        return _("The rule is written down; what waited for it has its price.")

    def _settle(self) -> str:
        form = self.request.POST
        currency = form.get("currency", "").strip().upper()[:3]
        try:
            day = date.fromisoformat(form.get("on", ""))
        except ValueError:
            raise TransferRuleError(field=_("day"), problem=_("choose one")) from None
        draft = SettlementDraft(
            id=decode("ict", form.get("once", "")),
            payer_key=self._company("giver"),
            payee_key=self._company("taker"),
            amount_minor=Money.parse(form.get("amount", "").strip()[:24], currency).minor,
            currency=currency,
            on=day,
            note=form.get("note", ""),
        )
        facade.record_settlement(actor=self.frame.person, draft=draft, now=self.frame.now)
        return _("The settlement is in both books.")

    def _company(self, name: str) -> int:
        return get_unit(actor=self.frame.person, unit_id=self.request.POST.get(name, "")).key

    def _show(self, typed: Any, mistake: str, status: int) -> HttpResponse:
        frame, names = self.frame, companies_by_key()
        actor = frame.actor
        told = None
        if frame.person.can("metrics.view"):
            told = facade.consolidate(actor=actor, period=frame.period, now=frame.now)
        waiting = MovementFilters(is_unpriced=True)
        context = {
            "companies": facade.booked_companies(actor=actor),
            "figures": [_figures(one, names) for one in told.companies] if told else [],
            "group": [_figures(one, names) for one in told.group] if told else [],
            "eliminated": [
                Money(minor, currency) for currency, minor in sorted(told.eliminated_minor.items())
            ]
            if told
            else [],
            "stock": stock_context(facade.value_group_stock(actor=actor, today=frame.now.date())),
            "balances": [
                {
                    "company": names[one.company_key].name,
                    "other": names[one.other_key].name,
                    "amount": Money(abs(one.amount_minor), one.currency),
                    "gets": one.amount_minor > 0,
                    "is_even": one.amount_minor == 0,
                    "ids": (names[one.company_key].id, names[one.other_key].id),
                }
                for one in facade.list_balances(actor=actor)
            ],
            "month": f"{frame.now:%Y-%m}",
            "waiting": facade.count_movements(actor=actor, filters=waiting),
            "movements": [
                _movement(one, names)
                for one in facade.list_movements(
                    actor=actor, filters=MovementFilters(), limit=_SHOWN
                ).items
            ],
            "rules": [_shown(one, names) for one in facade.list_rules(actor=actor)],
            "prices": [(code.value, title) for code, title in PRICES.items()],
            "may_manage": frame.person.can("intercompany.manage"),
            "once": typed.get("once") or encode("ict", new_id()),
            "typed": typed,
            "mistake": mistake,
        }
        return self.page("console/intercompany/books.html", context, status)


class IntercompanyStatement(ConsoleView):
    """A month between two companies as a CSV file."""

    page_code = "intercompany"
    permission = "intercompany.view"

    def get(
        self, request: HttpRequest, company_id: str, other_id: str, month: str
    ) -> HttpResponseBase:
        """Send it."""
        names = companies_by_key()
        other = next((key for key, one in names.items() if one.id == other_id), 0)
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError:
            raise TransferRuleError(field=_("month"), problem=_("it is like 2026-11")) from None
        found = facade.get_statement(
            actor=self.frame.actor,
            company_key=get_unit(actor=self.frame.person, unit_id=company_id).key,
            other_key=other,
            month=first,
        )
        head = [_("Day"), _("What"), _("Order"), _("SKU"), _("Units"), _("Amount"), _("Currency")]
        answer = StreamingHttpResponse(
            as_csv(head, _statement_rows(found)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="statement-{month}.csv"'
        return answer


def _statement_rows(found: tuple[Statement, ...]) -> Iterator[list[Any]]:
    for one in found:
        opening = Money(one.opening_minor, one.currency).amount
        yield [one.first, _("Opening balance"), "", "", None, opening, one.currency]
        for row in one.movements:
            sign = 1 if row.from_company_key == one.company_key else -1
            yield [
                row.on, str(KINDS[row.kind]),
                encode("ord", row.order_id) if row.order_id else row.note, row.sku,
                row.quantity or None, Money(sign * (row.amount_minor or 0), row.currency).amount,
                row.currency,
            ]  # fmt: skip
        closing = Money(one.closing_minor, one.currency).amount
        yield [one.last, _("Closing balance"), "", "", None, closing, one.currency]


def _amounts(text: str, currency: str) -> dict[str, int]:
    """Read lines of "SKU amount". Raises: TransferRuleError, MoneyFormatError."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        sku, _space, amount = line.strip().rpartition(" ")
        if not sku:
            raise TransferRuleError(field=_("amounts"), problem=_("a line is: SKU amount"))
        found[sku.strip()] = Money.parse(amount, currency).minor
    return found


def _figures(one: CompanyFigures, names: dict[int, UnitInfo]) -> dict[str, Any]:
    return {
        "name": names[one.company_key].name if one.company_key else _("Group"),
        "sales": Money(one.sales_minor, one.currency),
        "refunds": Money(one.refunds_minor, one.currency),
        "given": Money(one.given_minor, one.currency),
        "taken": Money(one.taken_minor, one.currency),
    }


def _movement(row: MovementView, names: dict[int, UnitInfo]) -> dict[str, Any]:
    return {
        "row": row,
        "kind": KINDS[row.kind],
        "giver": names[row.from_company_key].name,
        "taker": names[row.to_company_key].name,
        "amount": None if row.amount_minor is None else Money(row.amount_minor, row.currency),
        "why": UNPRICED[row.unpriced] if row.unpriced else "",
    }


def _shown(view: TransferRuleView, names: dict[int, UnitInfo]) -> dict[str, Any]:
    rule = view.rule
    return {
        "view": view,
        "giver": names[rule.from_company_key].name,
        "taker": names[rule.to_company_key].name,
        "kind": PRICES[rule.kind],
        "rate": f"{(rule.rate * 100).normalize():f}%" if rule.rate else "",
        "items": len(rule.amounts),
    }

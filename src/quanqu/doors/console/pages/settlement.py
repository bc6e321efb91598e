"""Reconciliation: what is matched by day and provider, what differs, files that were read."""

from collections import Counter
from datetime import timedelta
from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.payment_words import (
    DIFFERENCE_KINDS,
    FORMATS,
    PROVIDERS,
    STATEMENT_PROBLEMS,
)
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import get_unit
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import (
    BANK_FORMATS,
    FORMATS_OF,
    AccountNotFoundError,
    AccountView,
    BankColumns,
    DifferenceFilters,
    DifferenceState,
    SettledDay,
    StatementDraft,
    StatementFieldError,
    StatementFormat,
    StatementView,
)

__all__ = ["SettlementPage", "StatementImport"]

_DAYS: Final = 30
_SHOWN: Final = 10
_COLUMNS: Final = (
    "day", "reference", "amount", "credit", "debit", "currency", "currency_column", "identity",
    "day_form", "decimal",
)  # fmt: skip
_DAY_FORMS: Final = (
    "YYYY-MM-DD", "YYYY/MM/DD", "YYYYMMDD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY",
)  # fmt: skip


class SettlementPage(ConsoleView):
    """How the last thirty days stand, what is to be worked through, and the files."""

    page_code = "settlement"
    permission = "payments.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page."""
        return self.page("console/payments/settlement.html", shown(self))


class StatementImport(ConsoleView):
    """Take a file in."""

    page_code = "settlement"
    permission = "payments.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read it and match it, or say what is wrong and keep what was typed."""
        file, form = request.FILES.get("file"), request.POST
        try:
            if not isinstance(file, UploadedFile) or file.file is None:
                raise StatementFieldError(field=_("File"), problem=_("choose one"))
            draft = self._draft(file.name or "statement")
            found = facade.import_statement(
                actor=self.frame.person,
                draft=draft,
                file=cast(BinaryIO, file.file),
                now=self.frame.now,
            )
        except (InvalidError, RefusedError, NotFoundError) as error:
            typed = {name: form.get(name, "") for name in (*_COLUMNS, "target", "bank_account")}
            context = shown(self) | {"mistake": said(error), "typed": typed}
            return self.page("console/payments/settlement.html", context, 422)
        self._tell(found)
        address = reverse("console:statement", args=[encode("stm", found.id)])
        return redirect(self.frame.link(address))

    def _draft(self, file_name: str) -> StatementDraft:
        """Return what the form says: `target` is a form and an account or a company."""
        form = self.request.POST
        told, _sep, owner = form.get("target", "").partition(":")
        if told not in set(StatementFormat):
            raise StatementFieldError(field=_("What the file is"), problem=_("choose one"))
        wanted = StatementFormat(told)
        if wanted in BANK_FORMATS:
            company = get_unit(actor=self.frame.person, unit_id=owner).key
            columns = None
            if wanted is StatementFormat.BANK_CSV:
                columns = BankColumns(
                    **{name: form.get(name, "").strip()[:200] for name in _COLUMNS}
                )
            bank = form.get("bank_account", "").strip()[:100]
            return StatementDraft(company, wanted, file_name, None, bank, columns)
        account = decode("pac", owner)
        for row in facade.list_accounts(actor=self.frame.person):
            if row.id == account:
                return StatementDraft(row.company_key, wanted, file_name, account)
        raise AccountNotFoundError(ref=owner)

    def _tell(self, found: StatementView) -> None:
        if found.is_repeat:
            messages.info(self.request, _("This very file was read before; nothing was changed."))
            return
        figures = {
            "lines": grouped(found.lines),
            "known": grouped(found.known),
            "rejected": grouped(found.rejected),
        }
        told = _("%(lines)s rows are taken in, %(known)s were known, %(rejected)s were rejected.")
        tell = messages.warning if found.rejected or found.problem else messages.success
        tell(self.request, told % figures)


def shown(view: ConsoleView) -> dict[str, Any]:
    """Return what the page shows."""
    frame = view.frame
    today = local_date(frame.now, frame.zone)
    accounts = facade.list_accounts(actor=frame.actor)
    names = {one.key: account_name(one) for one in accounts}
    days = facade.list_settled_days(
        actor=frame.actor, first=today - timedelta(days=_DAYS), last=today + timedelta(days=1)
    )
    open_ones = facade.count_differences(
        actor=frame.actor, filters=DifferenceFilters(states=frozenset({DifferenceState.OPEN}))
    )
    statements = facade.list_statements(actor=frame.actor, limit=_SHOWN).items
    return {
        "days": [_day(one, names) for one in days],
        "shares": _shares(days, names),
        "open_total": sum(open_ones.values()),
        "differences": [
            (kind.value, DIFFERENCE_KINDS[kind], count)
            for kind, count in sorted(open_ones.items(), key=lambda pair: -pair[1])
        ],
        "statements": [statement_shown(one, names) for one in statements],
        "targets": _targets(view, accounts),
        "day_forms": _DAY_FORMS,
        "typed": {"decimal": ".", "day_form": "YYYY-MM-DD"},
        "may_manage": frame.person.can("payments.manage"),
    }


def account_name(one: AccountView) -> str:
    """Return what an account is called on these pages."""
    return f"{PROVIDERS.get(one.provider, one.provider)} · {one.code}"


def statement_shown(one: StatementView, names: dict[int, str]) -> dict[str, Any]:
    """Return a file that was read as pages draw it."""
    return {
        "row": one,
        "id": encode("stm", one.id),
        "form": FORMATS[one.form],
        "of": names.get(one.account_key) or _("Bank"),
        "problem": STATEMENT_PROBLEMS.get(one.problem, ""),
    }


def _day(one: SettledDay, names: dict[int, str]) -> dict[str, Any]:
    return {
        "day": one.on,
        "account": names.get(one.account_key, ""),
        "total": Money(int(one.total_minor), one.currency),
        "matched": Money(int(one.matched_minor), one.currency),
        "waiting": Money(int(one.waiting_minor), one.currency),
        "different": Money(int(one.different_minor), one.currency),
        "share": int(one.matched_minor) / int(one.total_minor),
        "count": one.total_count,
    }


def _shares(days: list[SettledDay], names: dict[int, str]) -> list[dict[str, Any]]:
    """Return the matched share of each account and currency over all of the days."""
    total: Counter[tuple[int, str]] = Counter()
    parts: dict[str, Counter[tuple[int, str]]] = {
        name: Counter() for name in ("matched", "waiting", "different")
    }
    for one in days:
        key = (one.account_key, one.currency)
        total[key] += int(one.total_minor)
        for name, counted in parts.items():
            counted[key] += int(getattr(one, f"{name}_minor"))
    return [
        {
            "account": names.get(key[0], ""),
            "total": Money(minor, key[1]),
            "share": parts["matched"][key] / minor,
            **{name: Money(counted[key], key[1]) for name, counted in parts.items()},
        }
        for key, minor in sorted(total.items())
        if minor
    ]


def _targets(view: ConsoleView, accounts: list[AccountView]) -> list[tuple[str, str, str]]:
    """Return what a file can be: value, whose, form."""
    found = [
        (f"{form.value}:{encode('pac', one.id)}", account_name(one), str(FORMATS[form]))
        for one in accounts
        for form in FORMATS_OF.get(one.provider, ())
    ]
    companies = sorted(
        {(one.company_id, one.company_name) for one in view.frame.visible_places},
        key=lambda pair: pair[1],
    )
    found += [
        (f"{form.value}:{identity}", name, str(FORMATS[form]))
        for identity, name in companies
        for form in (StatementFormat.CAMT053, StatementFormat.BANK_CSV)
    ]
    return found

"""What ledger, providers and banks tell differently: the list, and one of them worked through."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, day_cell, moment_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.options import company_keys, company_options
from quanqu.doors.console.pages.payment import line_shown
from quanqu.doors.console.pages.payment_words import (
    DIFFERENCE_ACTS,
    DIFFERENCE_KINDS,
    DIFFERENCE_STATES,
    ENTRIES,
    difference_chip,
    tender_detail,
)
from quanqu.doors.console.pages.settlement import account_name
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import places_by_key
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import (
    Difference,
    DifferenceFilters,
    DifferenceKind,
    DifferenceState,
    EntrySide,
)

__all__ = ["DifferenceActView", "DifferencePage", "DifferencesPage"]

_ACTS = {
    "note": (facade.note_difference, gettext_lazy("The note is kept.")),
    "close": (facade.close_difference, gettext_lazy("The difference is closed.")),
    "reopen": (facade.reopen_difference, gettext_lazy("The difference is open again.")),
}


def _accounts(frame: Frame) -> list[Option]:
    return [
        Option(encode("pac", one.id), account_name(one), frame.company_name(one.company_key))
        for one in facade.list_accounts(actor=frame.actor)
    ]


def _kind(row: Difference, frame: Frame) -> Cell:
    del frame
    return text_cell(str(DIFFERENCE_KINDS[row.kind][0]), sub=row.reference)


class DifferencesPage(ListView):
    """Every difference of the companies whose whole the reader may see."""

    page_code = "settlement"
    views_code = "differences"
    permission = "payments.view"
    export_permission = "payments.view"
    title = gettext_lazy("Differences")
    lede = gettext_lazy("What ledger, providers and banks tell differently.")
    search_label = gettext_lazy("Beginning of a reference")
    head_template = "console/payments/differences_head.html"
    empty = Empty(
        "circle-check",
        gettext_lazy("Nothing differs"),
        gettext_lazy(
            "Import the statements of providers and of the bank: what they tell otherwise than the "
            "ledger is listed here to be worked through."
        ),
        gettext_lazy("Reconciliation"),
        "console:settlement",
        "payments.view",
    )
    filters = (
        Filter("from", gettext_lazy("Day"), kind="days"),
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in DIFFERENCE_STATES.items()
            ],
        ),
        Filter(
            "kind",
            gettext_lazy("Kind"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in DIFFERENCE_KINDS.items()
            ],
        ),
        Filter("account", gettext_lazy("Account"), options=_accounts),
        Filter("company", gettext_lazy("Company"), options=company_options),
    )
    columns = (
        Column("kind", gettext_lazy("Difference"), _kind, is_title=True),
        Column("state", gettext_lazy("State"), lambda row, frame: difference_chip(row.state)),
        Column("day", gettext_lazy("Day"), lambda row, frame: day_cell(row.on, frame.language)),
        Column(
            "expected",
            gettext_lazy("We expect"),
            lambda row, frame: money_cell(Money(row.expected_minor, row.currency)),
            is_number=True,
        ),
        Column(
            "found",
            gettext_lazy("They tell"),
            lambda row, frame: money_cell(Money(row.found_minor, row.currency)),
            is_number=True,
        ),
        Column(
            "company",
            gettext_lazy("Company"),
            lambda row, frame: text_cell(frame.company_name(row.company_key)),
        ),
        Column(
            "opened",
            gettext_lazy("Listed"),
            lambda row, frame: moment_cell(
                row.opened_at, now=frame.now, zone=frame.zone, language=frame.language
            ),
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of differences."""
        return facade.list_differences(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many differences match."""
        found = facade.count_differences(actor=self.frame.actor, filters=self._filters(asked))
        return Total(sum(found.values()))

    def identify(self, row: Any) -> str:
        """Return the outside id of a difference."""
        return encode("dif", row.id)

    def href(self, row: Any) -> str:
        """Return the address of a difference."""
        return reverse("console:difference", args=[encode("dif", row.id)])

    def _filters(self, asked: Asked) -> DifferenceFilters:
        accounts = set()
        for told in asked.many("account"):
            try:
                accounts.add(decode("pac", told))
            except MalformedIdError:
                continue
        return DifferenceFilters(
            company_keys=company_keys(self.frame, asked.many("company")),
            account_ids=frozenset(accounts),
            kinds=frozenset(
                DifferenceKind(one) for one in asked.many("kind") if one in set(DifferenceKind)
            ),
            states=frozenset(
                DifferenceState(one) for one in asked.many("state") if one in set(DifferenceState)
            ),
            first=asked.first,
            last=asked.last,
            text=asked.text,
        )


class DifferencePage(ConsoleView):
    """A difference with both sides and its history."""

    page_code = "settlement"
    permission = "payments.view"
    is_detail = True

    def get(self, request: HttpRequest, difference_id: str) -> HttpResponse:
        """Show the difference."""
        return self.page(
            "console/payments/difference.html", _shown(self, difference_id, typed="", mistake="")
        )


class DifferenceActView(ConsoleView):
    """Note, close, reopen."""

    page_code = "settlement"
    permission = "payments.manage"
    is_detail = True

    def post(self, request: HttpRequest, difference_id: str) -> HttpResponse:
        """Do it, or say why it was not done and keep what was typed."""
        act, done = _ACTS.get(request.POST.get("act", ""), _ACTS["note"])
        note = request.POST.get("note", "")
        try:
            act(
                actor=self.frame.person,
                difference_id=decode("dif", difference_id),
                note=note,
                now=self.frame.now,
            )
        except (InvalidError, RefusedError) as error:
            context = _shown(self, difference_id, typed=note, mistake=said(error))
            return self.page("console/payments/difference.html", context, 422)
        messages.success(request, str(done))
        return redirect(self.frame.link(reverse("console:difference", args=[difference_id])))


def _shown(view: ConsoleView, difference_id: str, *, typed: str, mistake: str) -> dict[str, Any]:
    frame = view.frame
    found = facade.get_difference(actor=frame.actor, difference_id=decode("dif", difference_id))
    row = found.difference
    accounts = {one.key: one for one in facade.list_accounts(actor=frame.actor)}
    account = accounts.get(row.account_key)
    title, text = DIFFERENCE_KINDS[row.kind]
    return {
        "row": row,
        "id": difference_id,
        "title": title,
        "text": text,
        "state": difference_chip(row.state),
        "expected": Money(row.expected_minor, row.currency),
        "found": Money(row.found_minor, row.currency),
        "gap": Money(row.found_minor - row.expected_minor, row.currency),
        "account": account_name(account) if account else _("Bank"),
        "company": frame.company_name(row.company_key),
        "entry": _entry(found.entry) if found.entry else None,
        "lines": [line_shown(one) for one in found.lines],
        "notes": [(one, *DIFFERENCE_ACTS[one.act]) for one in found.notes],
        "may_manage": frame.person.can("payments.manage"),
        "typed": typed,
        "mistake": mistake,
    }


def _entry(entry: EntrySide) -> dict[str, Any]:
    return {
        "side": entry,
        "payment": encode("pay", entry.payment_id),
        "kind": ENTRIES[entry.kind][0],
        "tender": tender_detail(entry.tender, entry.wallet),
        "amount": Money(entry.amount_minor, entry.currency),
        "place": places_by_key(keys=[entry.place_key])[entry.place_key].name,
    }

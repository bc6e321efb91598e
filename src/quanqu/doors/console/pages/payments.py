"""Payments: what was promised, taken and given back, by every tender."""

from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, moment_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.options import place_keys, place_options
from quanqu.doors.console.pages.payment_words import (
    PAYMENT_STATES,
    payment_chip,
    tender_detail,
    tender_title,
)
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.payments.contracts import PaymentFilters, PaymentState, PaymentView
from quanqu.sell.payments.facade import count_payments, list_payments, list_tenders

__all__ = ["PaymentsPage"]

_PROBLEM = "yes"


def _money(name: str) -> Any:
    def cell(row: PaymentView, frame: Frame) -> Cell:
        del frame
        minor = getattr(row, f"{name}_minor")
        return money_cell(Money(minor, row.currency)) if minor else text_cell("")

    return cell


def _reference(row: PaymentView, frame: Frame) -> Cell:
    del frame
    return text_cell(row.reference, sub=row.provider_ref)


def _state(row: PaymentView, frame: Frame) -> Cell:
    del frame
    if row.problem:
        return chip(str(gettext_lazy("Has a problem")), "bad", "circle-alert")
    return payment_chip(row.state)


def _problem(row: PaymentView, frame: Frame) -> Cell:
    del frame
    told = row.problem or (row.reason if row.state is PaymentState.FAILED else "")
    return Cell(told, tone="bad" if row.problem else "") if told else text_cell("")


def _place(row: PaymentView, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


class PaymentsPage(ListView):
    """Every payment at the places in scope, newest first."""

    page_code = "payments"
    permission = "payments.view"
    export_permission = "payments.view"
    title = gettext_lazy("Payments")
    lede = gettext_lazy("What was promised, taken and given back, by every tender.")
    search_label = gettext_lazy("Beginning of a reference, or a provider's number")
    head_template = "console/payments/payments_head.html"
    empty = Empty(
        "credit-card",
        gettext_lazy("No payments yet"),
        gettext_lazy(
            "A payment appears here when an order is paid, at a till or in a shop. Connect a "
            "provider to take cards and wallets."
        ),
        gettext_lazy("Accounts of providers"),
        "console:payment_accounts",
        "payments.view",
    )
    filters = (
        Filter("from", gettext_lazy("Recorded at"), kind="days"),
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in PAYMENT_STATES.items()
            ],
        ),
        Filter(
            "tender",
            gettext_lazy("Tender"),
            options=lambda frame: [
                Option(one.code, tender_title(one.code)) for one in list_tenders()
            ],
        ),
        Filter(
            "problem",
            gettext_lazy("Problem"),
            options=lambda frame: [Option(_PROBLEM, str(gettext_lazy("With a problem only")))],
            is_single=True,
        ),
        Filter("place", gettext_lazy("Place"), options=place_options),
        Filter("least", gettext_lazy("Amount from"), kind="text"),
        Filter("most", gettext_lazy("Amount to"), kind="text"),
    )
    columns = (
        Column("reference", gettext_lazy("Reference"), _reference, is_title=True),
        Column("state", gettext_lazy("State"), _state),
        Column(
            "tender",
            gettext_lazy("Tender"),
            lambda row, frame: text_cell(tender_detail(row.tender, row.wallet)),
        ),
        Column("place", gettext_lazy("Place"), _place),
        Column("amount", gettext_lazy("Amount"), _money("amount"), is_number=True),
        Column("captured", gettext_lazy("Captured"), _money("captured"), is_number=True),
        Column("refunded", gettext_lazy("Refunded"), _money("refunded"), is_number=True),
        Column("problem", gettext_lazy("Problem"), _problem, by_default=False),
        Column(
            "created",
            gettext_lazy("Recorded at"),
            lambda row, frame: moment_cell(
                row.created_at, now=frame.now, zone=frame.zone, language=frame.language
            ),
        ),
        Column(
            "id",
            gettext_lazy("ID"),
            lambda row, frame: text_cell(encode("pay", row.id)),
            by_default=False,
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of payments."""
        return list_payments(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many payments match."""
        return Total(count_payments(actor=self.frame.actor, filters=self._filters(asked)))

    def identify(self, row: Any) -> str:
        """Return the outside id of a payment."""
        return encode("pay", row.id)

    def href(self, row: Any) -> str:
        """Return the address of a payment."""
        return reverse("console:payment", args=[encode("pay", row.id)])

    def head(self, asked: Asked) -> dict[str, Any]:
        """Say whether the reader may see accounts."""
        return {"may_see": self.frame.person.can("payments.view")}

    def _filters(self, asked: Asked) -> PaymentFilters:
        places = place_keys(self.frame, asked.many("place"))
        zone = ZoneInfo(self.frame.zone)
        since = until = None
        if asked.first is not None:
            since = datetime.combine(asked.first, time(), zone)
        if asked.last is not None:
            until = datetime.combine(asked.last + timedelta(days=1), time(), zone)
        return PaymentFilters(
            text=asked.text,
            states=frozenset(
                PaymentState(one) for one in asked.many("state") if one in set(PaymentState)
            ),
            tenders=frozenset(asked.many("tender")),
            place_keys=None if places is None else frozenset(places),
            has_problem=asked.one("problem") == _PROBLEM,
            least_minor=_minor(asked, "least"),
            most_minor=_minor(asked, "most"),
            since=since,
            until=until,
        )


def _minor(asked: Asked, name: str) -> int | None:
    """Read an amount in hundredths, as most currencies count; what is none is left out."""
    try:
        found = Decimal((asked.one(name) or "").replace(",", ""))
        return int(found.scaleb(2)) if found.is_finite() and abs(found) < 10**13 else None
    except InvalidOperation:
        return None

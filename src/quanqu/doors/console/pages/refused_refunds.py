"""Refunds that providers refused: what awaits a decision, and one of them decided."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, moment_cell, money_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.payment_words import tender_title
from quanqu.doors.console.pages.return_words import TENDERS
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.paging import Page
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import BY_HAND, RefundWay, RefusedRefund

__all__ = ["RefusedRefundPage", "RefusedRefundsPage"]

WAYS: Final[dict[RefundWay, Promise]] = {
    RefundWay.RETRY: gettext_lazy("The provider is asked again"),
    RefundWay.PAYMENT: gettext_lazy("Another payment of the order gives it back"),
    RefundWay.BY_HAND: gettext_lazy("It is paid by hand"),
    RefundWay.NONE: gettext_lazy("Nothing is owed any more"),
}


def _place(row: RefusedRefund, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


class RefusedRefundsPage(ListView):
    """What providers refused to give back, the oldest first."""

    page_code = "payments"
    views_code = "refused_refunds"
    permission = "payments.view"
    export_permission = "payments.view"
    title = gettext_lazy("Refused refunds")
    lede = gettext_lazy("What a provider would not give back. The buyer still waits for it.")
    empty = Empty(
        "circle-check",
        gettext_lazy("No refund waits for a decision"),
        gettext_lazy(
            "When a provider refuses to give money back (the card is closed, the account has no "
            "balance), it is listed here until somebody asks again or pays it otherwise."
        ),
        gettext_lazy("Payments"),
        "console:payments",
        "payments.view",
    )
    columns = (
        Column(
            "reference",
            gettext_lazy("Order"),
            lambda row, frame: text_cell(row.reference, sub=row.note),
            is_title=True,
        ),
        Column(
            "amount",
            gettext_lazy("Amount"),
            lambda row, frame: money_cell(Money(row.amount_minor, row.currency), with_code=True),
            is_number=True,
        ),
        Column(
            "tender",
            gettext_lazy("Tender"),
            lambda row, frame: text_cell(tender_title(row.tender)),
        ),
        Column("why", gettext_lazy("Refused because"), lambda row, frame: text_cell(row.reason)),
        Column("place", gettext_lazy("Place"), _place),
        Column(
            "at",
            gettext_lazy("Refused"),
            lambda row, frame: moment_cell(
                row.refused_at, now=frame.now, zone=frame.zone, language=frame.language
            ),
        ),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of refused refunds."""
        return facade.list_refused_refunds(actor=self.frame.actor, cursor=cursor, limit=limit)

    def count(self, asked: Asked) -> Total:
        """Return how many there are."""
        return Total(facade.count_refused_refunds(actor=self.frame.actor))

    def identify(self, row: Any) -> str:
        """Return the outside id of a refused refund."""
        return encode("rfd", row.operation_id)

    def href(self, row: Any) -> str:
        """Return the address of a refused refund."""
        return reverse("console:refused_refund", args=[encode("rfd", row.operation_id)])


class RefusedRefundPage(ConsoleView):
    """One of them, with the ways to decide it; or how it was decided."""

    page_code = "payments"
    permission = "payments.view"
    is_detail = True

    def get(self, request: HttpRequest, refused_id: str) -> HttpResponse:
        """Show it."""
        return self._show(refused_id, {}, "", 200)

    def post(self, request: HttpRequest, refused_id: str) -> HttpResponse:
        """Decide it, or say why not and keep what was typed."""
        form = request.POST
        told, _sep, detail = form.get("way", "").partition(":")
        way = RefundWay(told) if told in set(RefundWay) else RefundWay.RETRY
        try:
            facade.decide_refund(
                actor=self.frame.person,
                operation_id=decode("rfd", refused_id),
                way=way,
                reason=form.get("reason", ""),
                tender=detail if way is RefundWay.BY_HAND else "",
                payment_id=decode("pay", detail) if way is RefundWay.PAYMENT else None,
                now=self.frame.now,
            )
        except QuanquError as error:
            return self._show(refused_id, form, said(error), 422)
        messages.success(request, _("It is decided."))
        return redirect(self.frame.link(reverse("console:refused_refund", args=[refused_id])))

    def _show(self, refused_id: str, typed: Any, mistake: str, status: int) -> HttpResponse:
        frame, wanted = self.frame, decode("rfd", refused_id)
        row = facade.get_refused_refund(actor=frame.actor, operation_id=wanted)
        decision = facade.find_decision(actor=frame.actor, operation_id=wanted)
        context = {
            "row": row,
            "refused_id": refused_id,
            "payment_id": encode("pay", row.payment_id),
            "amount": Money(row.amount_minor, row.currency),
            "tender": tender_title(row.tender),
            "place": frame.places.get(row.place_key),
            "decision": decision,
            "decided": WAYS[decision.way] if decision else "",
            "decided_by_hand": TENDERS.get(decision.tender, "") if decision else "",
            "decided_payment": encode("pay", decision.payment_id) if decision else "",
            "ways": [] if decision else self._ways(row),
            "may_decide": decision is None and self._may("payments.refund", row),
            "typed": typed,
            "mistake": mistake,
        }
        return self.page("console/payments/refused_refund.html", context, status)

    def _ways(self, row: RefusedRefund) -> list[tuple[str, str]]:
        """Return the ways the reader may take: value, words."""
        ways = [(RefundWay.RETRY.value, _("Ask the provider again"))]
        if not self._may("payments.manage", row):
            return ways
        others = facade.get_payments(actor=self.frame.actor, references=[row.reference])
        ways += [
            (
                f"{RefundWay.PAYMENT.value}:{encode('pay', one.id)}",
                _("Give it back by the payment with %(tender)s")
                % {"tender": tender_title(one.tender)},
            )
            for one in others[row.reference]
            if one.id != row.payment_id and one.refundable_minor >= row.amount_minor
        ]
        ways += [
            (f"{RefundWay.BY_HAND.value}:{code}", _("Pay it by hand: %(tender)s")
             % {"tender": TENDERS[code]})
            for code in BY_HAND
        ]  # fmt: skip
        return [*ways, (RefundWay.NONE.value, _("Nothing is owed any more"))]

    def _may(self, right: str, row: RefusedRefund) -> bool:
        scope = self.frame.person.scope(right)
        return scope.everything or row.place_key in scope.places

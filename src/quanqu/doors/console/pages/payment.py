"""One payment: its ledger, what was asked of the provider, what statements tell, what can be."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.payment_words import (
    ENTRIES,
    LINE_KINDS,
    OPERATION_STATES,
    PROBLEMS,
    payment_chip,
    tender_detail,
)
from quanqu.kernel.errors import InvalidError, NotAllowedError, RefusedError, UnavailableError
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import Money
from quanqu.sell.payments import facade
from quanqu.sell.payments.contracts import LineView, OperationState, PaymentState, PaymentView

__all__ = ["PaymentAct", "PaymentPage"]

_OPEN: Final = frozenset({PaymentState.CREATED, PaymentState.PENDING, PaymentState.UNKNOWN})
_WAITING: Final = frozenset({OperationState.PENDING, OperationState.UNKNOWN, OperationState.SENT})


class PaymentPage(ConsoleView):
    """Everything known of a payment."""

    page_code = "payments"
    permission = "payments.view"
    is_detail = True

    def get(self, request: HttpRequest, payment_id: str) -> HttpResponse:
        """Show the payment."""
        actor, wanted = self.frame.actor, decode("pay", payment_id)
        row = facade.get_payment(actor=actor, payment_id=wanted)
        operations = facade.list_operations(actor=actor, payment_id=wanted)
        tender = facade.get_tender(code=row.tender)
        left = {"capture": row.capturable_minor, "refund": row.refundable_minor}
        may_manage = self._may("payments.manage", row.place_key)
        has_taken = row.captured_minor + row.capturing_minor > 0
        offers = {
            "capture": may_manage
            and left["capture"] > 0
            and (row.can_capture_again or not has_taken),
            "void": may_manage
            and tender.can_void
            and left["capture"] > 0
            and not row.capturing_minor,
            "refund": self._may("payments.refund", row.place_key)
            and tender.can_refund
            and left["refund"] > 0,
            "refresh": row.state in _OPEN or any(one.state in _WAITING for one in operations),
        }
        context = {
            "row": row,
            "id": payment_id,
            "place": self.frame.places.get(row.place_key),
            "state": payment_chip(row.state),
            "tender": tender_detail(row.tender, row.wallet),
            "tender_rules": tender,
            "problem": PROBLEMS.get(row.problem, row.problem),
            "figures": _figures(row),
            "amount": Money(row.amount_minor, row.currency),
            "left": {name: Money(minor, row.currency) for name, minor in left.items()},
            "offers": offers,
            "request_id": encode("req", new_id()),
            "entries": [
                (entry, *ENTRIES[entry.kind], Money(entry.amount_minor, entry.currency))
                for entry in facade.list_entries(actor=actor, payment_id=wanted)
            ],
            "operations": [
                (
                    one,
                    ENTRIES[one.kind][0],
                    chip(str(OPERATION_STATES[one.state][0]), OPERATION_STATES[one.state][1]),
                    Money(one.amount_minor, row.currency),
                )
                for one in operations
            ],
            "lines": [
                line_shown(one)
                for one in facade.list_payment_lines(actor=actor, payment_key=row.key)
            ],
        }
        return self.page("console/payments/payment.html", context)

    def _may(self, right: str, place_key: int) -> bool:
        scope = self.frame.person.scope(right)
        return scope.everything or place_key in scope.places


class PaymentAct(ConsoleView):
    """Take, give up, give back, or ask the provider how it stands."""

    page_code = "payments"
    permission = "payments.view"

    def post(self, request: HttpRequest, payment_id: str) -> HttpResponse:
        """Do it, or say why it was not done; the same form sent twice does it once."""
        actor, wanted = self.frame.person, decode("pay", payment_id)
        before = facade.get_payment(actor=actor, payment_id=wanted)
        told: dict[str, Any] = {"actor": actor, "payment_id": wanted, "now": self.frame.now}
        act = request.POST.get("act", "")
        try:
            if act == "refresh":
                facade.refresh_payment(**told)
                done = _("The provider was asked.")
            else:
                done = self._change(act, before, told)
        except (InvalidError, RefusedError, NotAllowedError, UnavailableError) as error:
            messages.error(request, said(error))
        else:
            messages.success(request, done)
        return redirect(self.frame.link(reverse("console:payment", args=[payment_id])))

    def _change(self, act: str, before: PaymentView, told: dict[str, Any]) -> str:
        form = self.request.POST
        told["request_id"] = decode("req", form.get("request_id", ""))
        if act == "void":
            facade.void_payment(**told)
            return _("What was promised is given up.")
        typed = form.get("amount", "").strip()
        minor = Money.parse(typed, before.currency).minor if typed else None
        told |= {"amount_minor": minor, "currency": before.currency}
        if act == "capture":
            facade.capture_payment(**told, is_last="is_last" in form)
            return _("The money is being taken.")
        facade.refund_payment(**told, reason=form.get("reason", "").strip())
        return _("The money is being given back.")


def line_shown(line: LineView) -> dict[str, Any]:
    """Return a line of a statement as pages draw it."""
    return {
        "line": line,
        "kind": LINE_KINDS[line.kind],
        "amount": Money(line.amount_minor, line.currency),
        "paid": Money(line.paid_minor, line.paid_currency),
        "fee": Money(line.fee_minor, line.currency) if line.fee_minor else None,
        "statement": encode("stm", line.statement_id),
    }


def _figures(row: PaymentView) -> list[tuple[str, Money]]:
    """Return the sums of the ledger, and what is under way."""
    shown = [
        (_("Authorised"), row.authorised_minor),
        (_("Captured"), row.captured_minor),
        (_("Given up"), row.voided_minor),
        (_("Refunded"), row.refunded_minor),
        (_("Being captured"), row.capturing_minor),
        (_("Being given up"), row.voiding_minor),
        (_("Being refunded"), row.refunding_minor),
    ]
    return [
        (title, Money(minor, row.currency))
        for at, (title, minor) in enumerate(shown)
        if minor or at in (0, 1, 3)
    ]

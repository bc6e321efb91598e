"""One purchase order: its lines, what came of them, what can be done with it now."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.purchase_receiving import receipts_shown, receive_lines
from quanqu.doors.console.pages.supply_words import (
    ACTS,
    CHARGES,
    SHARES,
    differing_chip,
    item_title,
    state_chip,
)
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.time import local_date
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import (
    OPEN_STATES,
    DiscrepancyKind,
    OrderAct,
    PurchaseDetail,
    PurchaseState,
    ReceiptFilters,
)

__all__ = ["PurchaseAct", "PurchasePage"]

_S = PurchaseState
_OFFERED: Final[dict[OrderAct, frozenset[PurchaseState]]] = {
    OrderAct.CHANGE: frozenset({_S.DRAFT, _S.SUBMITTED, _S.APPROVED, *OPEN_STATES}),
    OrderAct.SUBMIT: frozenset({_S.DRAFT}),
    OrderAct.APPROVE: frozenset({_S.SUBMITTED}),
    OrderAct.REJECT: frozenset({_S.SUBMITTED}),
    OrderAct.SEND: frozenset({_S.APPROVED}),
    OrderAct.RECEIVE: frozenset({*OPEN_STATES, _S.RECEIVED}),
    OrderAct.CLOSE: frozenset({_S.PARTLY_RECEIVED, _S.RECEIVED}),
    OrderAct.CANCEL: frozenset({_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.SENT}),
}
_RIGHTS: Final = {
    OrderAct.APPROVE: ("supply.approve",),
    OrderAct.REJECT: ("supply.approve",),
    OrderAct.RECEIVE: ("supply.view", "stock.manage"),
    OrderAct.SEND: ("supply.manage", "stock.manage"),
}


class PurchasePage(ConsoleView):
    """Everything known of a purchase order."""

    page_code = "purchases"
    permission = "supply.view"
    is_detail = True

    def get(self, request: HttpRequest, purchase_id: str) -> HttpResponse:
        """Show the order."""
        found = facade.get_order(actor=self.frame.actor, order_id=purchase_id)
        receipts = facade.list_receipts(
            actor=self.frame.actor, filters=ReceiptFilters(order_id=purchase_id), limit=100
        ).items
        keys = {line.variant_key for line in found.lines}
        keys |= {line["variant_key"] for entry in found.history for line in entry.lines}
        labels = variant_labels(variant_keys=keys)
        offered = self._offered(found)
        context = {
            "order": found,
            "row": found.order,
            "place": self.frame.places.get(found.order.place_key),
            "state": state_chip(found.order.state),
            "lines": self._lines(found, labels),
            "receipts": receipts_shown(receipts, labels),
            "history": [
                (entry, *ACTS[entry.act], _before(entry.lines, labels)) for entry in found.history
            ],
            "receive_lines": receive_lines(found, labels, {}),
            "charges": [(code.value, title) for code, title in CHARGES.items()],
            "shares": [(code.value, title) for code, title in SHARES.items()],
            "may_charge": self._may("supply.manage", found.order.place_key),
            **{f"may_{act.value}": act in offered for act in _OFFERED},
            "is_own": found.submitted_by == self.frame.person.id,
        }
        return self.page("console/supply/purchase.html", context)

    def _offered(self, found: PurchaseDetail) -> set[OrderAct]:
        """Return what the reader may do with the order as it stands."""
        return {
            act
            for act, states in _OFFERED.items()
            if found.order.state in states
            and all(
                self._may(right, found.order.place_key)
                for right in _RIGHTS.get(act, ("supply.manage",))
            )
        }

    def _may(self, right: str, place_key: int) -> bool:
        scope = self.frame.person.scope(right)
        return scope.everything or place_key in scope.places

    def _lines(
        self, found: PurchaseDetail, labels: dict[int, VariantLabel]
    ) -> list[dict[str, Any]]:
        today = local_date(self.frame.now, self.frame.zone)
        shown = []
        for line in found.lines:
            label = labels.get(line.variant_key)
            due = line.expected_on or found.order.expected_on
            is_closed = found.order.state is PurchaseState.CLOSED
            differing = {
                DiscrepancyKind.SHORT: line.ordered - line.received if is_closed else 0,
                DiscrepancyKind.OVER: line.received - line.ordered,
                DiscrepancyKind.DAMAGED: line.damaged,
                DiscrepancyKind.LATE: line.open if due and due < today else 0,
            }
            may_look = label is not None and self.frame.person.can("catalog.view")
            shown.append(
                {
                    "line": line,
                    "name": item_title(label),
                    "sku": label.sku if label else "",
                    "href": self.frame.link(reverse("console:product", args=[label.product_id]))
                    if may_look and label
                    else "",
                    "due": line.expected_on,
                    "chips": [
                        cell
                        for kind, units in differing.items()
                        if (cell := differing_chip(kind, units))
                    ],
                }
            )
        return shown


class PurchaseAct(ConsoleView):
    """Move an order on: submit, approve, reject, send, close, cancel."""

    page_code = "purchases"
    permission = "supply.view"

    def post(self, request: HttpRequest, purchase_id: str) -> HttpResponse:
        """Do it, or say why it was not done."""
        facade.get_order(actor=self.frame.person, order_id=purchase_id)
        told = {
            "actor": self.frame.person,
            "order_id": purchase_id,
            "now": self.frame.now,
        }
        act, done = _DONE.get(request.POST.get("act", ""), (None, ""))
        if act is not None:
            if request.POST["act"] in _WITH_REASON:
                told["reason"] = request.POST.get("reason", "")
            try:
                act(**told)
            except (InvalidError, RefusedError) as error:
                messages.error(request, said(error))
            else:
                messages.success(request, _(done))
        return redirect(self.frame.link(reverse("console:purchase", args=[purchase_id])))


def _before(
    lines: tuple[dict[str, Any], ...], labels: dict[int, VariantLabel]
) -> list[tuple[str, int]]:
    return [(item_title(labels.get(line["variant_key"])), line["ordered"]) for line in lines]


_WITH_REASON: Final = frozenset({"reject", "close", "cancel"})
_DONE: Final[dict[str, tuple[Callable[..., None], str]]] = {
    "submit": (facade.submit_order, gettext_noop("The order is submitted.")),
    "approve": (facade.approve_order, gettext_noop("The order is approved.")),
    "reject": (facade.reject_order, gettext_noop("The order went back to be changed.")),
    "send": (facade.send_order, gettext_noop("The order is sent; its goods are incoming.")),
    "close": (facade.close_order, gettext_noop("The order is closed.")),
    "cancel": (facade.cancel_order, gettext_noop("The order is cancelled.")),
}

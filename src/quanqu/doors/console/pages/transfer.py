"""One transfer: its lines, what can be done with it now, and booking what has arrived."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.transfers import state_chip
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import ReceiptLine, TransferState, TransferView

__all__ = ["TransferAct", "TransferPage"]

DONE: Final[dict[str, Promise]] = {
    "send": _("The goods are on their way."),
    "receive": _("What arrived is booked."),
    "close": _("The transfer is closed."),
    "cancel": _("The transfer is cancelled."),
}
_LARGEST: Final = 9
_DRAFT, _SENT = TransferState.DRAFT, TransferState.SENT
_UNDER_WAY: Final = frozenset({_SENT, TransferState.PARTLY_RECEIVED, TransferState.RECEIVED})


class TransferPage(ConsoleView):
    """A transfer with its lines and what became of each."""

    page_code = "transfers"
    permission = "stock.view"
    is_detail = True

    def get(self, request: HttpRequest, transfer_id: str) -> HttpResponse:
        """Show it."""
        frame = self.frame
        found = facade.get_transfer(actor=frame.actor, transfer_id=decode("trf", transfer_id))
        labels = variant_labels(variant_keys={line.variant_key for line in found.lines})
        sends, receives = self._may(found.from_place_key), self._may(found.to_place_key)
        context = {
            "transfer": found,
            "transfer_id": transfer_id,
            "origin": frame.places[found.from_place_key],
            "target": frame.places[found.to_place_key],
            "state": state_chip(found),
            "lines": [(line, labels[line.variant_key]) for line in found.lines],
            "units": sum(line.quantity for line in found.lines),
            "returned": sum(line.returned for line in found.lines),
            "remaining": sum(line.remaining for line in found.lines),
            "may_send": sends and found.state is _DRAFT,
            "may_cancel": sends and found.state in {_DRAFT, _SENT},
            "may_receive": receives and found.state in _UNDER_WAY,
            "is_under_way": found.state in _UNDER_WAY,
            "differs": found.state is not _DRAFT
            and any(one.remaining or one.surplus or one.lost or one.returned for one in found.lines)
            and found.state is not TransferState.CANCELLED,
            "once": secrets.token_hex(32),
        }
        return self.page("console/stock/transfer.html", context)

    def _may(self, place_key: int) -> bool:
        scope = self.frame.person.scope("stock.manage")
        return scope.everything or place_key in scope.places


class TransferAct(ConsoleView):
    """Send, receive, close or cancel a transfer."""

    page_code = "transfers"
    permission = "stock.manage"

    def post(self, request: HttpRequest, transfer_id: str) -> HttpResponse:
        """Do what the button says; a refusal is told on the transfer's page."""
        act = request.POST.get("act", "")
        common: dict[str, Any] = {
            "actor": self.frame.person,
            "transfer_id": decode("trf", transfer_id),
            "now": self.frame.now,
        }
        acts: dict[str, Callable[[], TransferView]] = {
            "send": lambda: facade.send_transfer(**common),
            "receive": lambda: facade.receive_transfer(
                **common,
                arrived=_arrived(request),
                once=request.POST.get("once", "")[:100] or secrets.token_hex(32),
            ),
            "close": lambda: facade.close_transfer(**common),
            "cancel": lambda: facade.cancel_transfer(**common),
        }
        try:
            if act in acts:
                acts[act]()
                messages.success(request, str(DONE[act]))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:transfer", args=[transfer_id])))


def _arrived(request: HttpRequest) -> Sequence[ReceiptLine]:
    """Return the lines of the form with any number in them."""
    found = []
    for name in request.POST.getlist("line"):
        counts = [_units(request, f"{kind}-{name}") for kind in ("good", "damaged", "surplus")]
        if any(counts) and name.isdecimal() and len(name) <= _LARGEST:
            found.append(ReceiptLine(int(name), *counts))
    return found


def _units(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LARGEST + 1 else 0

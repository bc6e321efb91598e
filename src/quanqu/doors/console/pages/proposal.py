"""One proposal: why so much, and what can be done about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.replenishment import source_of
from quanqu.doors.console.pages.replenishment_words import METHODS, proposal_chip
from quanqu.doors.console.pages.supply_words import item_title
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import (
    PolicyMethod,
    Proposal,
    ProposalKind,
    ProposalState,
)

__all__ = ["ProposalPage", "ProposalQuantity"]


class ProposalPage(ConsoleView):
    """Everything behind a proposal."""

    page_code = "replenishment"
    permission = "supply.view"
    is_detail = True

    def get(self, request: HttpRequest, proposal_id: str) -> HttpResponse:
        """Show it with the figures it rests on."""
        found = facade.get_proposal(actor=self.frame.actor, proposal_id=decode("rpl", proposal_id))
        label = variant_labels(variant_keys=[found.variant_key]).get(found.variant_key)
        figures = found.figures
        scope = self.frame.person.scope("supply.manage")
        may = self.frame.person.can("supply.manage") and (
            scope.everything or found.place_key in scope.places
        )
        is_open = found.state is ProposalState.OPEN
        context = {
            "proposal": found,
            "proposal_id": proposal_id,
            "figures": figures,
            "label": label,
            "name": item_title(label),
            "state": proposal_chip(found.state),
            "source": source_of(found, self.frame),
            "place": self.frame.places.get(found.place_key),
            "method": METHODS[figures.method],
            "position": _position(found),
            "is_forecast": figures.method is PolicyMethod.FORECAST,
            "is_bought": found.kind is ProposalKind.PURCHASE,
            "service_percent": f"{figures.service_rate * 100:g}",
            "unit_cost": Money(figures.unit_cost_minor, figures.currency)
            if found.kind is ProposalKind.PURCHASE
            else None,
            "may_change": is_open and may,
            "may_accept": is_open and may and found.kind is not ProposalKind.UNSOURCED,
            "document_href": self._document(found),
        }
        return self.page("console/replenishment/proposal.html", context)

    def _document(self, found: Proposal) -> str:
        if not found.document_id:
            return ""
        page = "transfer" if found.document_id.startswith("trf_") else "purchase"
        return self.frame.link(reverse(f"console:{page}", args=[found.document_id]))


class ProposalQuantity(ConsoleView):
    """Put a person's quantity in the place of what was worked out."""

    page_code = "replenishment"
    permission = "supply.manage"

    def post(self, request: HttpRequest, proposal_id: str) -> HttpResponse:
        """Keep it, or say why it cannot be ordered."""
        key = decode("rpl", proposal_id)
        facade.get_proposal(actor=self.frame.person, proposal_id=key)
        text = request.POST.get("quantity", "")
        quantity = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
        try:
            facade.change_quantity(
                actor=self.frame.person, proposal_id=key, quantity=quantity, now=self.frame.now
            )
        except QuanquError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("The quantity is changed."))
        return redirect(self.frame.link(reverse("console:proposal", args=[proposal_id])))


def _position(found: Proposal) -> list[tuple[str, str, int]]:
    """Return the parts of the inventory position: a sign, a name and units."""
    figures: Any = found.figures
    return [
        ("", _("On hand"), figures.on_hand),
        ("+", _("In transit"), figures.in_transit),
        ("+", _("Incoming"), figures.incoming),
        ("+", _("Planned in drafts"), figures.planned),
        ("−", _("Held"), figures.held),
        ("−", _("Allocated"), figures.allocated),
    ]

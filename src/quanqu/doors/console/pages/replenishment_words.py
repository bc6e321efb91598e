"""Words of replenishment: where goods come from, what became of a proposal, how levels are set."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip
from quanqu.sell.replenishment.contracts import PolicyMethod, ProposalKind, ProposalState

__all__ = ["KINDS", "METHODS", "STATES", "proposal_chip"]

KINDS: Final[dict[ProposalKind, Promise]] = {
    ProposalKind.PURCHASE: _("Buy from a supplier"),
    ProposalKind.TRANSFER: _("Move from another place"),
    ProposalKind.UNSOURCED: _("No source"),
}
STATES: Final[dict[ProposalState, tuple[Promise, Tone, str]]] = {
    ProposalState.OPEN: (pgettext_lazy("proposal", "Open"), "info", ""),
    ProposalState.ACCEPTED: (pgettext_lazy("proposal", "Accepted"), "good", "check"),
    ProposalState.DISMISSED: (pgettext_lazy("proposal", "Dismissed"), "hollow", "x"),
    ProposalState.LAPSED: (pgettext_lazy("proposal", "No longer needed"), "hollow", ""),
}
METHODS: Final[dict[PolicyMethod, Promise]] = {
    PolicyMethod.MIN_MAX: _("Minimum and maximum"),
    PolicyMethod.FORECAST: _("By forecast"),
}


def proposal_chip(state: ProposalState) -> Cell:
    """Return a state as a chip."""
    title, tone, icon = STATES[state]
    return chip(str(title), tone, icon)

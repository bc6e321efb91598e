"""What the decisions about goods that arrived short or over are called."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.inventory.contracts import DecisionKind, DecisionState

__all__ = ["DECISIONS", "DECISION_STATES"]

DECISIONS: Final[dict[DecisionKind, tuple[Promise, Promise]]] = {
    DecisionKind.WRITTEN_OFF: (
        _("Write it off"),
        _("Written off"),
    ),
    DecisionKind.FOUND_AT_SENDER: (
        _("Found at the sender: back into its stock"),
        _("Found at the sender"),
    ),
    DecisionKind.FOUND_AT_RECEIVER: (
        _("Found at the receiver: into its stock"),
        _("Found at the receiver"),
    ),
    DecisionKind.CLAIMED: (
        _("Claim it from the carrier"),
        _("Claimed from the carrier"),
    ),
    DecisionKind.SURPLUS_KEPT: (
        _("Keep the surplus; the sender's books were right"),
        _("Surplus kept"),
    ),
    DecisionKind.SURPLUS_FROM_SENDER: (
        _("Take the surplus off the sender's stock"),
        _("Surplus taken off the sender"),
    ),
}
"""How a decision is offered, and how it is called once it is made."""

DECISION_STATES: Final[dict[DecisionState, tuple[Promise, Tone, str]]] = {
    DecisionState.DONE: (_("Decided"), "good", "check"),
    DecisionState.OPEN: (_("Claim open"), "warn", "hourglass"),
    DecisionState.SETTLED: (_("Carrier paid"), "good", "check"),
    DecisionState.GIVEN_UP: (_("Claim written off"), "hollow", "x"),
    DecisionState.UNDONE: (_("Taken back"), "hollow", "rotate-ccw"),
}

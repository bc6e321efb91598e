"""Words of open matters and next actions on screens."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.engage.care.contracts import Area, LeadTo, MatterKind, Why

__all__ = ["AREAS", "LEADS", "MATTERS", "WHYS"]

MATTERS: Final[dict[MatterKind, tuple[Promise, str]]] = {
    MatterKind.PRIVACY_REQUEST: (_("Privacy request"), "shield-check"),
    MatterKind.DUPLICATE: (_("Perhaps the same person as somebody else"), "users-round"),
    MatterKind.REFUSED_LINK: (_("Link refused"), "ban"),
    MatterKind.CONSENT_CONFLICT: (_("Consents contradict one another"), "circle-alert"),
    MatterKind.CONSENT_ENDING: (_("A consent ends"), "hourglass"),
    MatterKind.ORDER_UNPAID: (_("Order %(number)s is not paid"), "credit-card"),
    MatterKind.ORDER_UNFULFILLED: (_("Order %(number)s is not sent"), "package"),
    MatterKind.REFUND_DUE: (_("Order %(number)s: money to give back"), "rotate-ccw"),
}
AREAS: Final[dict[Area, Promise]] = {
    Area.PRIVACY: _("Privacy requests"),
    Area.MATCHING: _("Pairs to review"),
    Area.IDENTITY: _("Refused links"),
    Area.CONSENT: _("Consents"),
    Area.ORDERS: _("Orders"),
}
LEADS: Final[dict[LeadTo, Promise]] = {
    LeadTo.PRIVACY_REQUEST: _("Open the request"),
    LeadTo.PAIRS: _("Review the pair"),
    LeadTo.ORDER: _("Open the order"),
    LeadTo.ORDERS: _("See the orders"),
    LeadTo.CONSENTS: _("See the consents"),
    LeadTo.SCORES: _("See the scores"),
    LeadTo.PROFILE: _("See the profile"),
}
WHYS: Final[dict[Why, tuple[Promise, Tone, str]]] = {
    Why.LATER: (_("comes later"), "info", "clock"),
    Why.GATE: (_("no contact"), "bad", "lock"),
    Why.NOT_NOW: (_("does not hold"), "hollow", "minus"),
}

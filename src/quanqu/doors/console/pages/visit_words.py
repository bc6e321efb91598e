"""Channels of visits and what they are told apart by, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.know.timeline.contracts import VisitDimension

__all__ = ["DIMENSIONS", "channel_title", "dwell_text"]

_CHANNELS: Final[dict[str, Promise]] = {
    "email": _("E-mail"),
    "sms": _("SMS"),
    "push": _("Push"),
    "affiliate": _("Affiliates"),
    "kol": _("KOL and live"),
    "store": _("From a store"),
    "paid_search": _("Paid search"),
    "paid_social": _("Paid social"),
    "display": _("Display ads"),
    "paid_other": _("Other ads"),
    "private_domain": _("Private domain"),
    "social": _("Social"),
    "search": _("Search"),
    "ai_assistant": _("AI assistants"),
    "other_campaign": _("Other campaigns"),
    "referral": _("Other sites"),
    "direct": _("Direct"),
}
DIMENSIONS: Final[dict[VisitDimension, Promise]] = {
    VisitDimension.CHANNEL: _("Channel"),
    VisitDimension.UTM_SOURCE: _("UTM source"),
    VisitDimension.CAMPAIGN: _("Campaign"),
    VisitDimension.LANDING_PAGE: _("Landing page"),
    VisitDimension.REFERRER: _("Came from"),
    VisitDimension.SOURCE: _("Event source"),
    VisitDimension.NEAREST_STORE: _("Store nearest to home"),
    VisitDimension.DAY: _("Day"),
}


def channel_title(code: str) -> str:
    """Return the words for a channel of visits; its own code where it was made here."""
    return str(_CHANNELS.get(code, code))


def dwell_text(seconds: float | None) -> str:
    """Write a time spent as minutes and seconds; a dash when there is none."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"

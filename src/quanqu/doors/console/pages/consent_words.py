"""The words of consent on screens: purposes, channels, states and reasons."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quanqu.know.consent.contracts import CHANNELS, PURPOSES, Channel, Definition, Purpose, pairs

__all__ = [
    "BASES",
    "REASONS",
    "SOURCES",
    "STATUSES",
    "TONES",
    "channel_name",
    "pair_options",
    "pair_title",
    "purpose_name",
    "purpose_text",
]

REASONS: Final[dict[str, str | Promise]] = {
    "granted": _("Granted"),
    "denied": _("Denied"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Expired"),
    "conflict": _("In conflict"),
    "pending": _("Not confirmed yet"),
    "not_asked": _("Not asked"),
    "not_needed": _("No consent needed"),
    "opt_out_signal": _("Opted out by the browser"),
    "restricted": _("Restricted"),
}
STATUSES: Final[dict[str, str | Promise]] = {
    "granted": REASONS["granted"],
    "denied": REASONS["denied"],
    "withdrawn": REASONS["withdrawn"],
    "pending": REASONS["pending"],
}
SOURCES: Final[dict[str, str | Promise]] = {
    "place": _("Place"),
    "form": _("Form"),
    "event": _("Event"),
    "signal": _("Browser signal"),
    "import": _("Import"),
    "preferences": _("Preference page"),
    "staff": _("Staff"),
}
BASES: Final[dict[str, str | Promise]] = {
    "consent": _("Consent"),
    "contract": _("Contract"),
    "legal_obligation": _("Legal obligation"),
    "vital_interests": _("Vital interests"),
    "public_interest": _("Public interest"),
    "legitimate_interests": _("Legitimate interests"),
    "lawfully_disclosed": _("Lawfully disclosed"),
}
TONES: Final = {
    "granted": ("good", "check"),
    "not_needed": ("good", "check"),
    "denied": ("bad", "x"),
    "withdrawn": ("bad", "undo-2"),
    "conflict": ("warn", "circle-alert"),
    "expired": ("warn", "clock"),
    "pending": ("warn", "clock"),
    "opt_out_signal": ("bad", "x"),
    "restricted": ("bad", "lock"),
}
"""Tone and icon of a reason's chip; others are plain."""


def purpose_name(code: str) -> str:
    """Return a purpose's name in the active language."""
    return _name(PURPOSES[Purpose(code)].words)


def purpose_text(code: str) -> str:
    """Return what a purpose means, in the active language."""
    words = PURPOSES[Purpose(code)].words
    return words.text_zh if _is_chinese() else words.text_en


def channel_name(code: str) -> str:
    """Return a channel's name in the active language."""
    return _name(CHANNELS[Channel(code)])


def pair_title(purpose: str, channel: str) -> str:
    """Return a purpose with its channel where it has several: "Marketing · E-mail"."""
    if len(PURPOSES[Purpose(purpose)].channels) == 1:
        return purpose_name(purpose)
    return f"{purpose_name(purpose)} · {channel_name(channel)}"


def pair_options() -> list[tuple[str, str]]:
    """Return every purpose and channel as the value and label of a choice."""
    return [(f"{p.value}.{c.value}", pair_title(p, c)) for p, c in pairs()]


def _name(words: Definition) -> str:
    return words.name_zh if _is_chinese() else words.name_en


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")

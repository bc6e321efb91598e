"""What the preference page says of each purpose and channel."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quanqu.know.consent.contracts import (
    CHANNELS,
    PURPOSES,
    Channel,
    ConsentTextRow,
    CustomerConsent,
    Definition,
    Preferences,
    Purpose,
    Reason,
)

_NOTES: dict[Reason, Promise] = {
    Reason.CONFLICT: _("Your answers differ. What you choose here counts for all of them."),
    Reason.EXPIRED: _("Your consent has expired."),
    Reason.PENDING: _("Waiting for your confirmation."),
    Reason.OPT_OUT_SIGNAL: _("Your browser asked us not to."),
    Reason.RESTRICTED: _("Stopped at your request. Switching it on does not lift this."),
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One choice: its name in the form, its label, whether it is on, and what to note."""

    value: str
    label: str
    is_on: bool
    note: Promise | str


@dataclass(frozen=True, slots=True)
class Card:
    """A purpose with its switches and the words it is asked in, if published."""

    name: str
    text: str
    words: ConsentTextRow | None
    switches: tuple[Switch, ...]


def cards_of(found: Preferences) -> list[Card]:
    """Return the purposes of a page in the order of their definitions."""
    cards = []
    for purpose in dict.fromkeys(one.purpose for one in found.consents):
        own = [one for one in found.consents if one.purpose is purpose]
        name, text = _words(PURPOSES[purpose].words)
        switches = tuple(_switch(one, name, len(own) == 1) for one in own)
        cards.append(Card(name, text, found.texts.get(purpose), switches))
    return cards


def pair_titles(asked: Iterable[tuple[Purpose, Channel]]) -> list[str]:
    """Return purposes with their channels, where they have several, as lines of a list."""
    return [
        _words(PURPOSES[purpose].words)[0]
        + (f" · {_words(CHANNELS[channel])[0]}" if len(PURPOSES[purpose].channels) > 1 else "")
        for purpose, channel in asked
    ]


def _switch(one: CustomerConsent, name: str, is_alone: bool) -> Switch:
    label = name if is_alone else _words(CHANNELS[one.channel])[0]
    is_on = one.state.value == "granted"
    return Switch(f"{one.purpose}.{one.channel}", label, is_on, _NOTES.get(one.reason, ""))


def _words(words: Definition) -> tuple[str, str]:
    if (get_language() or "").startswith("zh"):
        return words.name_zh, words.text_zh
    return words.name_en, words.text_en

"""Choose the one offer: service before selling, and nobody is spoken to whom the gate refuses."""

from collections.abc import Iterable
from typing import Final

from quanqu.engage.care.contracts import Action, Facts, Offer, Passed, Stage, Text, Why
from quanqu.engage.care.rules.conditions import said_of
from quanqu.know.consent.contracts import Channel

_GATE: Final = Text(
    "They may not be contacted for this, or cannot be: {said}.",
    "不可或无法为此联系客户：{said}。",
)
_NO_CHANNEL: Final = Text("no channel", "没有渠道")


def choose(offers: Iterable[Offer], facts: Facts) -> Action:
    """Return the first offer that holds and may be made, with why the others are not.

    Offers stand by stage, then place, then code; to rest is no news beside something to do.
    Nothing is worked out for who asked to be left alone.
    """
    if facts.is_left_alone:
        return Action(None)
    chosen: Offer | None = None
    passed = []
    for offer in sorted(offers, key=lambda one: (one.stage, one.place, one.code)):
        if not offer.holds:
            passed.append(Passed(offer, Why.NOT_NOW, offer.reason))
        elif not _may_be_made(offer, facts):
            passed.append(Passed(offer, Why.GATE, _refused(offer, facts)))
        elif chosen is None:
            chosen = offer
        elif offer.stage is not Stage.REST:
            passed.append(Passed(offer, Why.LATER, offer.reason))
    return Action(chosen, _channels(chosen, facts) if chosen else (), tuple(passed))


def _may_be_made(offer: Offer, facts: Facts) -> bool:
    return offer.contact is None or bool(_channels(offer, facts))


def _channels(offer: Offer, facts: Facts) -> tuple[Channel, ...]:
    if offer.contact is None:
        return ()
    return facts.usable(offer.contact, among=offer.channels)


def _refused(offer: Offer, facts: Facts) -> Text:
    said = said_of(facts, offer.contact, offer.channels) if offer.contact else _NO_CHANNEL
    said = said if said.en else _NO_CHANNEL
    return Text(_GATE.en.format(said=said.en), _GATE.zh.format(said=said.zh))

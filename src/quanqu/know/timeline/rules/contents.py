"""Contents and contexts of events: they repeat from one to the next, so each is read once."""

from typing import Any, Final, NamedTuple

import msgspec

from quanqu.know.timeline.contracts import EventType
from quanqu.know.timeline.rules.bots import is_bot
from quanqu.know.timeline.rules.envelope import EMPTY, WireEvent
from quanqu.know.timeline.rules.facts import Promoted, Touch, promote, touch
from quanqu.know.timeline.rules.plan import CompiledPlan, Verdict, judge
from quanqu.know.timeline.rules.scrub import PROPERTIES, TRAITS, scrub
from quanqu.know.timeline.rules.told_consent import check_consent

_TRACK: Final = EventType.TRACK.value
_IDENTIFY: Final = EventType.IDENTIFY.value
_TRAIT_TYPES: Final = frozenset({_IDENTIFY, EventType.GROUP.value})
_NO_VERDICT: Final = Verdict((), is_blocked=False, omitted=PROPERTIES, personal=PROPERTIES)
_NOTHING: Final = frozenset({b"", b"null"})
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


class Content(NamedTuple):
    """What an event tells, as sent and as kept; nothing is kept of a blocked one."""

    told: dict[str, Any]
    verdict: Verdict
    clean: dict[str, Any]
    text: str
    promoted: Promoted


class Context(NamedTuple):
    """Whence an event comes, as sent and as kept."""

    told: dict[str, Any]
    text: str
    touch: Touch
    is_bot: bool
    tells_consent: bool


class Contents:
    """Reads contents and contexts under a plan, keeping them for the events that follow."""

    def __init__(self, plan: CompiledPlan) -> None:
        self._plan = plan
        self._contexts: dict[bytes, Context] = {}
        self._contents: dict[tuple[str, str, str | None, str, bytes], Content] = {}

    def content(self, event: WireEvent, name: str, currency: str) -> Content:
        """Return what an event of this name tells; amounts without currency are of `currency`."""
        raw = bytes(event.traits if event.type in _TRAIT_TYPES else event.properties)
        key = (event.type or "", name, event.name, currency, raw)
        known = self._contents.get(key)
        if known is None:
            known = self._contents[key] = self._read(event, name, currency, raw)
        return known

    def _read(self, event: WireEvent, name: str, currency: str, raw: bytes) -> Content:
        told, told_raw = ({}, EMPTY) if raw in _NOTHING else (_DECODER.decode(raw), raw)
        verdict = judge(self._plan, name, told) if event.type == _TRACK else _NO_VERDICT
        if verdict.is_blocked:
            return Content(told, verdict, told, "", promote({}, currency=currency))
        clean = _clean(event, told, verdict)
        text = told_raw.decode() if clean is told else msgspec.json.encode(clean).decode()
        return Content(told, verdict, clean, text, promote(clean, currency=currency))

    def context(self, raw: bytes, default: bytes) -> Context:
        """Return the context of an event, or its batch's where it has none of its own."""
        key = default if raw in _NOTHING else raw
        known = self._contexts.get(key)
        if known is None:
            told = _DECODER.decode(key)
            check_consent(told)
            clean = scrub(told)
            text = key.decode() if clean is told else msgspec.json.encode(clean).decode()
            known = self._contexts[key] = Context(
                told, text, touch(clean), _names_bot(told), "consent" in told
            )
        return known


def _clean(event: WireEvent, told: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    if event.type == _IDENTIFY:
        return scrub(told, TRAITS)
    clean = scrub(told, verdict.personal)
    if event.name and "name" not in clean:
        clean = {**clean, "name": event.name}
    if verdict.omitted:
        return {name: value for name, value in clean.items() if name not in verdict.omitted}
    return clean


def _names_bot(context: dict[str, Any]) -> bool:
    agent = context.get("userAgent")
    return isinstance(agent, str) and is_bot(agent)

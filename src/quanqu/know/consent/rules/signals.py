"""What an event's context says of consent: Segment preferences, Consent Mode, TCF, opt-out signals.

Source: docs/rules/consent.md#signals.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from quanqu.kernel.tcf import TcString, TcStringError, decode
from quanqu.know.consent.contracts import PURPOSES, SIGNAL_PURPOSES, Channel, Purpose, Status

_CATEGORIES: Final[Mapping[str, Purpose]] = {
    **{purpose.value.replace("_", ""): purpose for purpose in Purpose},
    "advertising": Purpose.AD_SYNC,
    "targetedadvertising": Purpose.AD_SYNC,
    "analytics": Purpose.ANALYTICS,
    "performance": Purpose.ANALYTICS,
    "functional": Purpose.PERSONALISATION,
    "personalization": Purpose.PERSONALISATION,
    "datasharing": Purpose.PARTNER_SHARING,
    "saleofdata": Purpose.PARTNER_SHARING,
}
_MODES: Final = {
    Purpose.ANALYTICS: ("analytics_storage",),
    Purpose.AD_SYNC: ("ad_storage", "ad_user_data", "ad_personalization"),
}
_TCF: Final = {
    Purpose.AD_SYNC: frozenset({2, 3, 4}),
    Purpose.PERSONALISATION: frozenset({5, 6}),
    Purpose.ANALYTICS: frozenset({8, 9}),
}


class Told(NamedTuple):
    """One purpose granted or denied by a context."""

    purpose: Purpose
    channel: Channel
    status: Status
    is_signal: bool


def told_by(context: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return what a context says, each purpose once: of two that differ the refusal."""
    consent = context.get("consent")
    if not isinstance(consent, Mapping):
        return ()
    found: dict[Purpose, tuple[bool, bool]] = {}
    for purpose, is_granted, is_signal in _all(consent):
        before = found.get(purpose)
        if before is None or (before[0] and not is_granted):
            found[purpose] = (is_granted, is_signal)
    return tuple(
        Told(purpose, _channel(purpose), Status.GRANTED if yes else Status.DENIED, is_signal)
        for purpose, (yes, is_signal) in found.items()
    )


def status_after(standing: str | None, told: Told) -> Status | None:
    """Return what to record of something told, given what stands for its subject; None when it
    changes nothing.  Who takes a grant back has withdrawn it; an opt-out signal refuses."""
    if standing == told.status or (told.status is Status.DENIED and standing == Status.WITHDRAWN):
        return None
    if told.status is Status.DENIED and standing == Status.GRANTED and not told.is_signal:
        return Status.WITHDRAWN
    return told.status


def _all(consent: Mapping[str, Any]) -> Iterator[tuple[Purpose, bool, bool]]:
    preferences = consent.get("categoryPreferences")
    for name, value in preferences.items() if isinstance(preferences, Mapping) else ():
        purpose = _CATEGORIES.get("".join(filter(str.isalpha, str(name))).lower())
        if purpose is not None and PURPOSES[purpose].needs_consent and isinstance(value, bool):
            yield purpose, value, False
    for purpose, value in _modes(consent.get("consentMode")):
        yield purpose, value, False
    for purpose, value in _tcf(consent.get("tcString")):
        yield purpose, value, False
    if consent.get("gpc") is True:
        for purpose in SIGNAL_PURPOSES:
            yield purpose, False, True


def _modes(told: Any) -> Iterator[tuple[Purpose, bool]]:
    for purpose, names in _MODES.items() if isinstance(told, Mapping) else ():
        values = [told[name] for name in names if name in told]
        if "denied" in values:
            yield purpose, False
        elif len(values) == len(names) and set(values) == {"granted"}:
            yield purpose, True


def _tcf(text: Any) -> Iterator[tuple[Purpose, bool]]:
    if not isinstance(text, str):
        return
    try:
        given = _purposes(decode(text))
    except TcStringError:  # the timeline has made a failed event of it
        return
    for purpose, needed in _TCF.items():
        yield purpose, needed <= given


def _purposes(found: TcString) -> frozenset[int]:
    return found.publisher.purposes if found.publisher is not None else found.purposes


def _channel(purpose: Purpose) -> Channel:
    channels = PURPOSES[purpose].channels
    return channels[0] if len(channels) == 1 else Channel.ALL

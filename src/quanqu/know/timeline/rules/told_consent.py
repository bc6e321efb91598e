"""What a context tells of consent, checked before it is believed; the opt-out of a header.

Source: docs/rules/consent.md#signals.
"""

from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.kernel.tcf import TcStringError, decode
from quanqu.know.timeline.rules.columns import ReadRound

_MODES: Final = frozenset({"ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"})
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_EVENTS: Final = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_TRUE: Final = msgspec.Raw(b"true")


def check_consent(context: dict[str, Any]) -> None:
    """Refuse a context whose consent is none. Raises: ValueError with the reason."""
    consent = context.get("consent")
    if consent is None:
        return
    if not isinstance(consent, dict):
        raise ValueError("context.consent is no object")
    preferences = consent.get("categoryPreferences", {})
    if not isinstance(preferences, dict) or not all(
        isinstance(value, bool) for value in preferences.values()
    ):
        raise ValueError("context.consent.categoryPreferences has other values than true and false")
    modes = consent.get("consentMode", {})
    if not isinstance(modes, dict) or any(
        modes[name] not in ("granted", "denied") for name in _MODES & modes.keys()
    ):
        raise ValueError("context.consent.consentMode has other values than granted and denied")
    if "tcString" in consent:
        _check_string(consent["tcString"])


def mark_opt_out(*, body: bytes) -> bytes:
    """Return a tracking body whose contexts tell of the `Sec-GPC: 1` that its call came with.

    A body that cannot be read is returned as it is: it is refused where it is read.
    """
    try:
        whole = _OBJECT.decode(body)
        if "batch" not in whole:
            return msgspec.json.encode(_marked(whole))
        events = _EVENTS.decode(whole["batch"])
        own = [_marked(event) if "context" in event else event for event in events]
        batch = msgspec.Raw(msgspec.json.encode(own))
        return msgspec.json.encode(_marked({**whole, "batch": batch}))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body


def signal_table(read: ReadRound, kept: pa.Array, *, subjects: pa.Array) -> pa.Table:
    """Return of the kept facts that tell of consent what know.consent reads: whom, when, from
    where, and the context."""
    names = ["occurred_at", "source", "message_id", "context"]
    told = read.signals.filter(pc.is_in(read.signals, value_set=kept))
    facts = read.facts.select(names).take(told)
    return facts.append_column("subject_key", subjects.take(told))


def _marked(event: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    context = _inner(event, "context")
    context["consent"] = msgspec.Raw(
        msgspec.json.encode({**_inner(context, "consent"), "gpc": _TRUE})
    )
    return {**event, "context": msgspec.Raw(msgspec.json.encode(context))}


def _inner(outer: dict[str, msgspec.Raw], name: str) -> dict[str, msgspec.Raw]:
    raw = bytes(outer.get(name, b"null")).strip()
    return {} if raw == b"null" else _OBJECT.decode(raw)


def _check_string(text: object) -> None:
    if not isinstance(text, str):
        raise ValueError("context.consent.tcString is no text")
    try:
        decode(text)
    except TcStringError as error:
        raise ValueError(f"context.consent.tcString: {error}") from None

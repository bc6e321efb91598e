"""Reads a body of the tracking API into events, telling which are refused and why.

Source: Segment specification, HTTP tracking API: types, identities, 32 KB an event.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from quanqu.know.timeline.contracts import (
    BodyKind,
    EventType,
    FailureCode,
    MalformedBatchError,
    RejectedEvent,
)

MAX_EVENT_BYTES: Final = 32 * 1024
MAX_ID_CHARS: Final = 100
MAX_TEXT_CHARS: Final = 256
EMPTY: Final = b"{}"

_TYPES: Final = frozenset(kind.value for kind in EventType)
_CLOSED: Final = {BodyKind[kind.name]: kind.value for kind in EventType}
_NO_OBJECT: Final = frozenset({b"", b"null"})


class WireEvent(msgspec.Struct, rename="camel", gc=False):
    """An event as sent; the three objects stay as the bytes that came.

    `timestamp` is `originalTimestamp` where only that was sent.  `subject_key` and `place_key` are
    heeded in what the house itself hands in, and only there.
    """

    type: str | None = None
    message_id: str | None = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    previous_id: str | int | None = None
    group_id: str | int | None = None
    event: str | None = None
    name: str | None = None
    subject_key: int | None = None
    place_key: int | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    properties: msgspec.Raw = msgspec.Raw()
    traits: msgspec.Raw = msgspec.Raw()
    context: msgspec.Raw = msgspec.Raw()


class _WireBatch(msgspec.Struct, rename="camel", gc=False):
    batch: list[msgspec.Raw]
    sent_at: str | None = None
    context: msgspec.Raw = msgspec.Raw()


class _WireKey(msgspec.Struct, rename="camel", gc=False):
    write_key: str | None = None


@dataclass(frozen=True, slots=True)
class ReadBody:
    """The events of a body: (index, event, its bytes) of the good ones, and the refused ones."""

    events: list[tuple[int, WireEvent, bytes]]
    rejected: list[tuple[RejectedEvent, bytes]]
    sent_at: str | None
    context: bytes


_EVENT: Final = msgspec.json.Decoder(WireEvent)
_BATCH: Final = msgspec.json.Decoder(_WireBatch)
_KEY: Final = msgspec.json.Decoder(_WireKey)


def reread_body(kind: BodyKind, body: bytes) -> ReadBody:
    """Split a body whose events were all accepted before, without looking for faults again.

    Raises: MalformedBatchError, DecodeError when the body is not what was accepted.
    """
    pieces, sent_at, context = _pieces(kind, body)
    given = _CLOSED.get(kind)
    events = []
    for index, raw in enumerate(pieces):
        events.append((index, _decoded_event(raw, given), raw))
    return ReadBody(events, [], sent_at, context)


def read_body(kind: BodyKind, body: bytes, *, needs_identity: bool = True) -> ReadBody:
    """Split a body into accepted and refused events.

    Shapes: a batch is `{"batch": [event, …]}`; any other kind is one event of that type.
    Raises: MalformedBatchError when the body as a whole cannot be read.
    """
    pieces, sent_at, context = _pieces(kind, body)
    if not _is_time(sent_at):
        raise MalformedBatchError(reason="sentAt is not an ISO 8601 time")
    given = _CLOSED.get(kind)
    good: list[tuple[int, WireEvent, bytes]] = []
    bad: list[tuple[RejectedEvent, bytes]] = []
    for index, raw in enumerate(pieces):
        outcome = _read_event(index, raw, given, needs_identity=needs_identity)
        if isinstance(outcome, WireEvent):
            good.append((index, outcome, raw))
        else:
            bad.append((outcome, raw))
    return ReadBody(good, bad, sent_at, context)


def read_write_key(*, body: bytes) -> str | None:
    """Return the `writeKey` that browser clients send inside the body, if there is one."""
    try:
        return _KEY.decode(body).write_key
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def message_id_of(event: WireEvent, batch_id: str, index: int) -> str:
    """Return the event's message id, or one made of its place when the sender gave none."""
    return event.message_id or f"{batch_id}-{index}"


def reason_of(error: Exception) -> str:
    """Return why bytes could not be read, in words for the sender."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return str(error) or type(error).__name__


def _pieces(kind: BodyKind, body: bytes) -> tuple[list[bytes], str | None, bytes]:
    if kind is not BodyKind.BATCH:
        return [_checked_text(body)], None, EMPTY
    envelope = _decoded_batch(body)
    pieces = [bytes(raw) for raw in envelope.batch]
    return pieces, envelope.sent_at, _object_bytes(envelope.context)


def _decoded_batch(body: bytes) -> _WireBatch:
    try:
        return _BATCH.decode(_checked_text(body))
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBatchError(reason=reason_of(error)) from None


def _checked_text(body: bytes) -> bytes:
    try:
        str(body, "utf-8")
    except UnicodeDecodeError as error:
        raise MalformedBatchError(reason=f"byte {error.start} is not UTF-8") from None
    return body


def _read_event(
    index: int, raw: bytes, given: str | None, *, needs_identity: bool
) -> WireEvent | RejectedEvent:
    if len(raw) > MAX_EVENT_BYTES:
        reason = f"{len(raw)} bytes are more than the {MAX_EVENT_BYTES} an event may have"
        return RejectedEvent(index, "", FailureCode.TOO_LARGE, reason)
    try:
        event = _decoded_event(raw, given)
    except (msgspec.DecodeError, RecursionError) as error:
        return RejectedEvent(index, "", FailureCode.MALFORMED, reason_of(error))
    fault = _fault(event, needs_identity=needs_identity)
    if fault is None:
        return event
    message_id = event.message_id or ""
    shown = message_id if len(message_id) <= MAX_ID_CHARS and "\0" not in message_id else ""
    return RejectedEvent(index, shown, *fault)


def _decoded_event(raw: bytes, given: str | None) -> WireEvent:
    event = _EVENT.decode(raw)
    event.type = given or event.type
    event.timestamp = event.timestamp or event.original_timestamp
    return event


def _fault(event: WireEvent, *, needs_identity: bool) -> tuple[FailureCode, str] | None:
    if event.type not in _TYPES:
        return FailureCode.NO_TYPE, f"type must be one of {', '.join(sorted(_TYPES))}"
    if event.type == EventType.TRACK and not event.event:
        return FailureCode.NO_EVENT_NAME, "a track call needs the name of the event"
    if needs_identity and event.user_id in (None, "") and event.anonymous_id in (None, ""):
        return FailureCode.NO_IDENTITY, "userId or anonymousId is needed"
    return _type_fault(event) or _text_fault(event) or _time_fault(event) or _object_fault(event)


def _type_fault(event: WireEvent) -> tuple[FailureCode, str] | None:
    if event.type == EventType.ALIAS and event.previous_id in (None, ""):
        return FailureCode.NO_IDENTITY, "an alias call needs previousId"
    if event.type == EventType.GROUP and event.group_id in (None, ""):
        return FailureCode.NO_IDENTITY, "a group call needs groupId"
    return None


def _text_fault(event: WireEvent) -> tuple[FailureCode, str] | None:
    message_id = event.message_id
    if message_id and (len(message_id) > MAX_ID_CHARS or "\0" in message_id):
        return FailureCode.BAD_MESSAGE_ID, f"messageId is longer than {MAX_ID_CHARS} characters"
    for field in (event.event, event.user_id, event.anonymous_id, event.previous_id, event.name):
        if isinstance(field, str) and (len(field) > MAX_TEXT_CHARS or "\0" in field):
            reason = f"an id or a name is longer than {MAX_TEXT_CHARS} characters or has a NUL"
            return FailureCode.BAD_TEXT, reason
    return None


def _time_fault(event: WireEvent) -> tuple[FailureCode, str] | None:
    if _is_time(event.timestamp) and _is_time(event.sent_at):
        return None
    return FailureCode.BAD_TIME, "timestamp and sentAt must be ISO 8601 times"


def _object_fault(event: WireEvent) -> tuple[FailureCode, str] | None:
    for raw in (event.properties, event.traits, event.context):
        text = bytes(raw)
        if not text.startswith(b"{") and text not in _NO_OBJECT:
            return FailureCode.BAD_OBJECT, "properties, traits and context must be objects"
    return None


def _is_time(text: str | None) -> bool:
    if not text:
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _object_bytes(raw: msgspec.Raw) -> bytes:
    text = bytes(raw)
    return text if text.startswith(b"{") else EMPTY

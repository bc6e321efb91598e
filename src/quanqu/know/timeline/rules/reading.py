"""Reads a round of bodies into facts, identities, profiles, failures and violations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from quanqu.know.timeline.contracts import (
    BodyKind,
    BotRule,
    EffectKind,
    EventType,
    FailureCode,
    MalformedBatchError,
    RejectedEvent,
    TrackingPlan,
    Violation,
)
from quanqu.know.timeline.rules.contents import Contents
from quanqu.know.timeline.rules.drafts import (
    Draft,
    FactDraft,
    FailureDraft,
    LeftOut,
    ProfileDraft,
    SettlePlace,
    SettleSource,
    StoredBody,
    fingerprint,
)
from quanqu.know.timeline.rules.envelope import (
    EMPTY,
    ReadBody,
    WireEvent,
    message_id_of,
    read_body,
    reason_of,
    reread_body,
)
from quanqu.know.timeline.rules.facts import (
    event_name,
    own_touch,
)
from quanqu.know.timeline.rules.identity import Claim, claims_of, coordinates_of, profile_of
from quanqu.know.timeline.rules.moments import happened_at
from quanqu.know.timeline.rules.plan import CompiledPlan, compile_plan
from quanqu.know.timeline.rules.sifting import EARLIEST, judge_time, left_out_as

_IDENTIFY: Final = EventType.IDENTIFY.value
# What a value can do to rules that did not expect it: the event fails, its neighbours settle.
_UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    msgspec.DecodeError,
    RecursionError,
    TypeError,
    ValueError,
)
_LONGEST_REASON: Final = 500
_EFFECT_OF: Final = {
    "bot": EffectKind.BOT_MARKED,
    "late": EffectKind.LATE,
    "ahead": EffectKind.AHEAD,
}


def read_round(
    bodies: Sequence[StoredBody],
    plan: CompiledPlan,
    *,
    places: Mapping[int, SettlePlace] = MappingProxyType({}),
) -> Draft:
    """Read bodies in their order; an event that cannot be read becomes a failure.

    `places` are those that events of the house itself may name.
    """
    reader = _Reader(plan, places)
    for body in bodies:
        reader.take(body, _split(body))
    return reader.draft


def read_as_failures(bodies: Sequence[StoredBody], reason: str) -> list[FailureDraft]:
    """Return every event of bodies that cannot be settled as a failed one."""
    reader = _Reader(compile_plan(TrackingPlan({})), {})
    for body in bodies:
        found = _split(body)
        refused = [
            (RejectedEvent(index, event.message_id or "", FailureCode.MALFORMED, reason), raw)
            for index, event, raw in found.events
        ]
        reader.take(body, replace(found, events=[], rejected=[*refused, *found.rejected]))
    return reader.draft.failures


def _split(body: StoredBody) -> ReadBody:
    try:
        if body.is_clean:
            return reread_body(body.kind, body.body)
        return read_body(body.kind, body.body, needs_identity=not body.is_internal)
    except (MalformedBatchError, msgspec.DecodeError, RecursionError) as error:
        # it was accepted, by an older version of these rules: nothing of it may be lost
        refused = RejectedEvent(0, "", FailureCode.MALFORMED, str(error))
        return ReadBody([], [(refused, body.body)], None, EMPTY)


class _Reader:
    """Collects a draft."""

    def __init__(self, plan: CompiledPlan, places: Mapping[int, SettlePlace]) -> None:
        self.draft = Draft()
        self._places = places
        self._contents = Contents(plan)

    def take(self, body: StoredBody, found: ReadBody) -> None:
        """Add the events of one body."""
        for index, event, raw in found.events:
            try:
                self._add(body, found, index, event, raw)
            except _UNREADABLE as error:
                message_id = event.message_id or ""
                refused = RejectedEvent(index, message_id, FailureCode.MALFORMED, reason_of(error))
                self._fail(body, found, refused, raw, event=event.event or "")
        for refused, raw in found.rejected:
            self._fail(body, found, refused, raw)

    def _add(
        self, body: StoredBody, found: ReadBody, index: int, event: WireEvent, raw: bytes
    ) -> None:
        name, source = event_name(event), body.source
        message_id = event.message_id or message_id_of(event, body.id.hex, index)
        context = self._contents.context(bytes(event.context), found.context)
        sent_at = event.sent_at or found.sent_at
        when = self._when(body, event, sent_at, message_id, is_bot=context.is_bot)
        if when is None:
            return
        occurred_at, flags, refusal = when
        if refusal:
            refused = RejectedEvent(index, message_id, FailureCode.OUT_OF_TIME, refusal)
            self._fail(body, found, refused, raw, event=name)
            return
        place, subject_key = self._where(body, event)
        told, verdict, clean, text, promoted = self._contents.content(event, name, place.currency)
        if verdict.is_blocked:
            reason = ", ".join(map(_words, verdict.violations))
            refused = RejectedEvent(index, message_id, FailureCode.BLOCKED_BY_PLAN, reason)
            self._fail(body, found, refused, raw, event=name, violations=verdict.violations)
            return
        claims: tuple[Claim, ...] = ()
        if subject_key is None:
            claims = _claims(source, place, event, told, context.told)
        fact = FactDraft(
            message_id,
            event.type or "",
            name,
            place.key,
            source.code,
            place.channel,
            occurred_at,
            body.received_at,
            *promoted,
            *own_touch(context.touch, clean),
            flags,
            text,
            context.text,
            source.is_simulated or place.is_simulated,
        )
        own_name = fingerprint(source.key, message_id)
        profile = _profile(event, told, context.told, clean)
        # nothing above has touched the draft, nothing below can fail
        draft, at = self.draft, len(self.draft.facts)
        draft.facts.append(fact)
        draft.fingerprints.append(own_name)
        record = draft.record_of(source.code, claims, occurred_at) if claims else -1
        draft.records.append(record)
        draft.given.append(subject_key)
        if context.tells_consent:
            draft.signals.append(at)
        if flags or verdict.violations:
            self._note(at, source.key, flags, verdict.violations)
        if profile is not None:
            draft.profiles.append(ProfileDraft(at, *profile))

    def _where(self, body: StoredBody, event: WireEvent) -> tuple[SettlePlace, int | None]:
        """Return the place and the subject: only the house itself may name them."""
        place = body.source.place
        if not body.is_internal:
            return place, None
        return self._places.get(event.place_key or 0, place), event.subject_key

    def _note(
        self, at: int, source_key: int, flags: str, violations: tuple[Violation, ...]
    ) -> None:
        if flags:
            self.draft.effects += [(at, source_key, _EFFECT_OF[flag]) for flag in flags.split(",")]
        if violations:
            self.draft.violations.append((at, source_key, violations))

    def _when(
        self,
        body: StoredBody,
        event: WireEvent,
        sent_at: str | None,
        message_id: str,
        *,
        is_bot: bool,
    ) -> tuple[datetime, str, str] | None:
        """Return when an event happened, its flags and why it is refused; None if left out.

        Most events need no more than the first look.
        """
        received_at = body.received_at
        occurred_at = happened_at(event.timestamp, sent_at=sent_at, received_at=received_at)
        source = body.source
        if body.is_internal or not (
            is_bot or source.is_sifting or occurred_at is received_at or occurred_at < EARLIEST
        ):
            return occurred_at, "", ""
        intake = source.intake
        visitor = str(event.anonymous_id or event.user_id or "")
        reason = left_out_as(intake, visitor, is_bot=is_bot)
        if reason is not None:
            left = LeftOut(fingerprint(source.key, message_id), source.key, reason)
            self.draft.left_out.append(left)
            return None
        verdict = judge_time(
            event.timestamp,
            sent_at=sent_at,
            received_at=received_at,
            intake=intake,
        )
        if is_bot and intake.bots is BotRule.MARK:
            return verdict._replace(flag=f"bot,{verdict.flag}".rstrip(","))
        return verdict

    def _fail(
        self,
        body: StoredBody,
        found: ReadBody,
        refused: RejectedEvent,
        raw: bytes,
        *,
        event: str = "",
        violations: tuple[Violation, ...] = (),
    ) -> None:
        """Keep an event that is not let through, under its message id or its place."""
        name = fingerprint(body.id.hex, str(refused.index))
        if refused.message_id:
            name = fingerprint(body.source.key, refused.message_id)
        failure = FailureDraft(
            fingerprint=name,
            source_key=body.source.key,
            message_id=refused.message_id,
            event=event,
            code=refused.code,
            reason=_storable(refused.reason),
            received_at=body.received_at,
            sent_at=found.sent_at or "",
            is_internal=body.is_internal,
            payload=_whole(raw, body.kind),
            violations=violations,
        )
        self.draft.failures.append(failure)


def _whole(raw: bytes, kind: BodyKind) -> bytes:
    """Return an event's bytes with the type that a call's path told."""
    start = raw.strip()
    if kind is BodyKind.BATCH or not start.startswith(b"{"):
        return raw
    comma = b"" if start[1:-1].strip() == b"" else b","
    return start[:-1] + comma + b'"type":"' + kind.name.lower().encode() + b'"}'


def _claims(
    source: SettleSource,
    place: SettlePlace,
    event: WireEvent,
    told: dict[str, Any],
    context: dict[str, Any],
) -> tuple[Claim, ...]:
    company = place.company or source.company
    return claims_of(
        event, told, context, company=company, source=source.code, country=place.country
    )


def _profile(
    event: WireEvent, traits: dict[str, Any], context: dict[str, Any], clean: dict[str, Any]
) -> tuple[dict[str, str], str] | None:
    if event.type != _IDENTIFY:
        return None
    return profile_of(traits, context), _plain_traits(clean | coordinates_of(traits))


def _plain_traits(clean: dict[str, Any]) -> str:
    """Return the traits that are single values, as JSON; PostgreSQL knows no NUL in text."""
    plain = {
        key: value
        for key, value in clean.items()
        if isinstance(value, str | int | float | bool)
        and "\0" not in key
        and not (isinstance(value, str) and "\0" in value)
    }
    return msgspec.json.encode(plain).decode()


def _storable(reason: str) -> str:
    """Return a reason PostgreSQL can hold: an error may quote what it stumbled over."""
    return reason.replace("\0", "�")[:_LONGEST_REASON]


def _words(violation: Violation) -> str:
    kind = violation.kind.value.replace("_", " ")
    return f"{violation.property}: {kind}" if violation.property else kind

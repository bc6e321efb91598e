"""Make and change sources, and give out their write keys."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel import ids
from quanqu.kernel.time import format_time
from quanqu.know.timeline.contracts import (
    Intake,
    IntakeChange,
    IssuedWriteKey,
    SourceChange,
    SourceCodeTakenError,
    SourceDraft,
    SourceInfo,
)
from quanqu.know.timeline.models import Source, WriteKey
from quanqu.know.timeline.queries.rights import require_place
from quanqu.know.timeline.queries.sources import (
    forget_tracking_sources,
    intake_of,
    key_hash,
    source_infos,
    source_row,
)
from quanqu.know.timeline.rules.sources import (
    source_code,
    source_intake,
    source_name,
    source_origins,
    source_rate,
)

OVERLAP: Final = timedelta(days=7)
_KEY_BYTES: Final = 24
_HINT_CHARS: Final = 4


@transaction.atomic
def create_source(*, actor: Actor, draft: SourceDraft, now: datetime) -> IssuedWriteKey:
    """Make a source with its first write key, whose text is told here and never again.

    Raises: SourceInputError, SourceCodeTakenError, UnitNotFoundError, NotAllowedError.
    """
    actor.require("timeline.manage")
    require_place(actor, "timeline.manage", draft.place_key)
    row = _insert(draft, now)
    write_key = _issue(row, now)
    _note(actor, "timeline.create_source", row, now, after={"code": row.code, "name": row.name})
    return IssuedWriteKey(source_infos([row], now=now)[0], write_key)


@transaction.atomic
def ensure_source(*, draft: SourceDraft, now: datetime) -> SourceInfo:
    """Return the source of the draft's code, made without a write key if it is not there.

    For imports and rooms that hand in events themselves; no rights are checked here.
    """
    code = source_code(draft.code, name=source_name(draft.name))
    row = Source.objects.filter(code=code).first()
    if row is None:
        try:
            row = _insert(draft, now)
        except SourceCodeTakenError:  # another transaction made it just now
            row = Source.objects.get(code=code)
    return source_infos([row], now=now)[0]


@transaction.atomic
def change_source(
    *, actor: Actor, source_id: str, change: SourceChange, now: datetime
) -> SourceInfo:
    """Change a source. Raises: SourceNotFoundError, SourceInputError."""
    actor.require("timeline.manage")
    row = source_row(source_id, actor.scope("timeline.manage"))
    wanted: dict[str, Any] = {
        "name": None if change.name is None else source_name(change.name),
        "allowed_origins": None
        if change.allowed_origins is None
        else list(source_origins(change.allowed_origins)),
        "rate_limit": None if change.rate_limit is None else source_rate(change.rate_limit),
        "is_enabled": change.is_enabled,
        "kind": None if change.kind is None else change.kind.value,
        **_intake_fields(source_intake(intake_of(row), change.intake)),
    }
    after = {
        field: value
        for field, value in wanted.items()
        if value is not None and value != getattr(row, field)
    }
    before = {field: getattr(row, field) for field in after}
    for field, value in after.items():
        setattr(row, field, value)
    if after:
        row.save(update_fields=list(after))
        _note(actor, "timeline.change_source", row, now, before=before, after=after)
        transaction.on_commit(forget_tracking_sources)
    return source_infos([row], now=now)[0]


@transaction.atomic
def rotate_write_key(
    *, actor: Actor, source_id: str, overlap: timedelta = OVERLAP, now: datetime
) -> IssuedWriteKey:
    """Give a source a new write key; the older ones stay valid for `overlap` at most.

    Raises: SourceNotFoundError.
    """
    actor.require("timeline.manage")
    row = source_row(source_id, actor.scope("timeline.manage"))
    end = now + max(overlap, timedelta())
    older = WriteKey.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=end), source=row)
    older.update(expires_at=Least(F("expires_at"), end))
    write_key = _issue(row, now)
    _note(actor, "timeline.rotate_write_key", row, now, after={"older_end": format_time(end)})
    transaction.on_commit(forget_tracking_sources)
    return IssuedWriteKey(source_infos([row], now=now)[0], write_key)


def _insert(draft: SourceDraft, now: datetime) -> Source:
    name = source_name(draft.name)
    row = Source(
        code=source_code(draft.code, name=name),
        name=name,
        place_id=draft.place_key,
        allowed_origins=list(source_origins(draft.allowed_origins)),
        rate_limit=source_rate(draft.rate_limit),
        is_simulated=draft.is_simulated,
        kind=draft.kind.value,
        created_at=now,
        **_intake_fields(source_intake(draft.intake, IntakeChange())),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if Source.objects.filter(code=row.code).exists():
            raise SourceCodeTakenError(source_code=row.code) from None
        raise
    return row


def _intake_fields(intake: Intake) -> dict[str, Any]:
    return {
        "sampling_rate": intake.sampling_rate,
        "bots": intake.bots.value,
        "late_days": intake.late_days,
        "on_late": intake.on_late.value,
        "ahead_s": intake.ahead_s,
        "on_ahead": intake.on_ahead.value,
    }


def _issue(row: Source, now: datetime) -> str:
    write_key = secrets.token_urlsafe(_KEY_BYTES)
    WriteKey.objects.create(
        source=row, key_hash=key_hash(write_key), hint=write_key[-_HINT_CHARS:], created_at=now
    )
    return write_key


def _note(
    actor: Actor,
    action: str,
    row: Source,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    subject = ids.encode("src", row.id)
    audit.record(
        actor=actor,
        action=action,
        subject=subject,
        now=now,
        before=_plain(before),
        after=_plain(after),
    )


def _plain(told: dict[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {key: str(each) if isinstance(each, Decimal) else each for key, each in told.items()}

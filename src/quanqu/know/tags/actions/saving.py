"""Make, change and put away tags that are worked out; every definition stays as a version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.ids import encode
from quanqu.kernel.text import normal_text
from quanqu.know.audiences.contracts import DefinitionError
from quanqu.know.customers.contracts import TagKind
from quanqu.know.customers.facade import (
    define_computed_tag,
    list_computed_tags,
    put_away_computed_tag,
    set_computed_tag,
)
from quanqu.know.tags.contracts import (
    ArchivedTagError,
    TagCycleError,
    TagDraft,
    TagRow,
    TooManyTagsError,
)
from quanqu.know.tags.models import TagVersion, WorkedTag
from quanqu.know.tags.queries.definitions import needs_of, read_definition
from quanqu.know.tags.queries.tags import (
    MANAGE,
    definitions_of,
    make_rows,
    require_group,
    worked_tag,
)
from quanqu.know.tags.queries.values import WEARERS
from quanqu.know.tags.rules.depending import circle

REFRESH_JOB: Final = "tags.refresh_one"
MOST_TAGS: Final = 500
_REFERENCES: Final = 0x74616773  # "tags"


def save_tag(*, actor: Actor, name: str, draft: TagDraft, now: datetime) -> TagRow:
    """Make a tag that is worked out; it is worked out soon after.

    Raises: NotAllowedError, TagNameError, TagTextError, TagTakenError, DefinitionError,
    TagDefinitionError, StatisticNameError, TagCycleError, TooManyTagsError.
    """
    require_group(actor, MANAGE)
    named = normal_text(name)
    definition = read_definition(kind=draft.kind, name=named, definition=draft.definition)
    with transaction.atomic():
        _lock_references()
        if WorkedTag.objects.count() >= MOST_TAGS:
            raise TooManyTagsError(most=MOST_TAGS)
        key = define_computed_tag(
            tag=named,
            description=draft.description,
            owner=draft.owner,
            kind=draft.kind,
            now=now,
            is_new=True,
        )
        _refuse_circle(named, draft.kind, definition)
        row = WorkedTag.objects.create(
            tag_id=key, every=draft.every, created_at=now, updated_at=now
        )
        _add_version(actor, row, definition, now)
        _audit(actor, "tags.save", row, now, after={"name": named, "kind": draft.kind})
        defer(REFRESH_JOB, worked_key=row.key)
    return make_rows([row])[0]


def change_tag(*, actor: Actor, tag_id: UUID, draft: TagDraft, now: datetime) -> TagRow:
    """Save what a tag means, how often it is worked out, and its definition: another one is a new
    version, and is worked out soon after; the same again changes nothing.  The kind stays.

    Locks: the tag.  Raises: what save_tag does, NotFoundError, ArchivedTagError.
    """
    require_group(actor, MANAGE)
    with transaction.atomic():
        _lock_references()
        row = _lock(tag_id)
        before = make_rows([row])[0]
        if before.archived_at is not None:
            raise ArchivedTagError
        definition = read_definition(
            kind=before.kind, name=before.name, definition=draft.definition
        )
        define_computed_tag(
            tag=before.name,
            description=draft.description,
            owner=draft.owner,
            kind=before.kind,
            now=now,
        )
        if definition != before.definition:
            _refuse_circle(before.name, before.kind, definition)
            row.version += 1
            _add_version(actor, row, definition, now)
            defer(REFRESH_JOB, worked_key=row.key)
        row.every, row.updated_at = draft.every, now
        row.save()
        after = make_rows([row])[0]
        _audit_change(actor, row, before, after, now)
    return after


def archive_tag(*, actor: Actor, tag_id: UUID, now: datetime) -> TagRow:
    """Put a tag away: it comes off everybody, its versions and its past stay.

    Locks: the tag.  Raises: NotAllowedError, NotFoundError, ArchivedTagError.
    """
    require_group(actor, MANAGE)
    with transaction.atomic():
        row = _lock(tag_id)
        if make_rows([row])[0].archived_at is not None:
            raise ArchivedTagError
        set_computed_tag(tag_key=row.tag_id, wearers=WEARERS.empty_table(), now=now)
        put_away_computed_tag(tag_key=row.tag_id, archived_at=now)
        _touch(row, now)
        _audit(actor, "tags.archive", row, now)
    return make_rows([row])[0]


def restore_tag(*, actor: Actor, tag_id: UUID, now: datetime) -> TagRow:
    """Take a tag back from the archive; it is worked out soon after.  One in use stays as it is.

    Locks: the tag.  Raises: NotAllowedError, NotFoundError, TagCycleError, DefinitionError.
    """
    require_group(actor, MANAGE)
    with transaction.atomic():
        _lock_references()
        row = _lock(tag_id)
        before = make_rows([row])[0]
        if before.archived_at is not None:
            _refuse_circle(before.name, before.kind, before.definition)
            put_away_computed_tag(tag_key=row.tag_id, archived_at=None)
            _touch(row, now)
            _audit(actor, "tags.restore", row, now)
            defer(REFRESH_JOB, worked_key=row.key)
    return make_rows([row])[0]


def known_needs(rows: list[WorkedTag]) -> tuple[dict[int, str], dict[str, frozenset[str]]]:
    """Return the names of tags in use by key, and which tags the rules of each speak of; rules
    that make no sense any more speak of none."""
    named = {tag.key: tag for tag in list_computed_tags() if tag.archived_at is None}
    names = frozenset(tag.name for tag in named.values())
    needs: dict[str, frozenset[str]] = {}
    used = [row for row in rows if row.tag_id in named]
    for row, definition in zip(used, definitions_of(used), strict=True):
        tag = named[row.tag_id]
        try:
            needs[tag.name] = needs_of(tag.kind, definition, names)
        except DefinitionError:
            needs[tag.name] = frozenset()
    return {tag.key: tag.name for tag in named.values()}, needs


def _refuse_circle(name: str, kind: TagKind, definition: Mapping[str, Any]) -> None:
    names, needs = known_needs(list(WorkedTag.objects.all()))
    needs[name] = needs_of(kind, definition, frozenset({*names.values(), name}))
    if way := circle(name, needs):
        raise TagCycleError(cycle=" → ".join(way))


def _lock_references() -> None:
    """Let one change of rules at a time through: two at once could close a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_REFERENCES])


def _lock(tag_id: UUID) -> WorkedTag:
    return WorkedTag.objects.select_for_update().get(key=worked_tag(tag_id).key)


def _touch(row: WorkedTag, now: datetime) -> None:
    row.updated_at = now
    row.save(update_fields=["updated_at"])


def _add_version(
    actor: Actor, row: WorkedTag, definition: Mapping[str, Any], now: datetime
) -> None:
    TagVersion.objects.create(
        worked=row,
        number=row.version,
        definition=dict(definition),
        saved_by=actor.name,
        saved_at=now,
    )


def _audit_change(
    actor: Actor, row: WorkedTag, before: TagRow, after: TagRow, now: datetime
) -> None:
    told = ("description", "owner", "every", "version")
    was, is_ = ({name: getattr(one, name) for name in told} for one in (before, after))
    if was != is_:
        _audit(actor, "tags.change", row, now, before=was, after=is_)


def _audit(
    actor: Actor,
    action: str,
    row: WorkedTag,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    subject = encode("tag", row.id)
    record(actor=actor, action=action, subject=subject, now=now, before=before, after=after)

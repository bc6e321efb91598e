"""Save, rename and archive audiences; every saved definition stays as a version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.ids import encode
from quanqu.kernel.text import normal_text
from quanqu.know.audiences.contracts import (
    ArchivedAudienceError,
    AudienceNameError,
    AudienceRow,
    StaticAudienceError,
)
from quanqu.know.audiences.models import Audience, AudienceList, AudienceVersion
from quanqu.know.audiences.queries.resolving import resolve
from quanqu.know.audiences.queries.saved import make_rows, visible_audience
from quanqu.know.audiences.rules.reading import dump, parse

MANAGE = "audiences.manage"
REFRESH_JOB = "audiences.refresh_one"
LONGEST_NAME = 120
LONGEST_DESCRIPTION = 2000
_REFERENCES = 0x61756472  # "audr"


def save_audience(
    *,
    actor: Actor,
    name: str,
    definition: Mapping[str, Any],
    now: datetime,
    description: str = "",
) -> AudienceRow:
    """Save a new audience over the actor's scope; its members are worked out soon after.

    Raises: NotAllowedError, DefinitionError, AudienceNameError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    parsed = parse(definition)
    resolve(parsed.match, scope)
    rules = dump(parsed)
    with transaction.atomic():
        audience = create_audience(
            actor=actor,
            name=name,
            description=description,
            rules=rules,
            places=None if scope.everything else sorted(scope.places),
            now=now,
        )
    return make_rows([audience])[0]


def create_audience(
    *,
    actor: Actor,
    name: str,
    description: str,
    rules: dict[str, Any],
    places: list[int] | None,
    now: datetime,
) -> Audience:
    """Write a new audience over places with its first version, within the caller's transaction.

    Raises: AudienceNameError.
    """
    audience = Audience.objects.create(
        name=clean_name(name),
        description=_description(description),
        places=places,
        created_at=now,
        updated_at=now,
    )
    _add_version(actor, audience, rules, now)
    _audit(actor, "audiences.save", audience, now, after={"name": audience.name})
    defer(REFRESH_JOB, audience_key=audience.key)
    return audience


def change_definition(
    *, actor: Actor, audience_id: UUID, definition: Mapping[str, Any], now: datetime
) -> AudienceRow:
    """Save a new version of an audience's rules; the same rules again change nothing.

    Locks: the audience.  Raises: NotAllowedError, NotFoundError, DefinitionError,
    ArchivedAudienceError, StaticAudienceError.
    """
    parsed = parse(definition)
    rules = dump(parsed)
    with transaction.atomic():
        lock_references()
        audience = lock_audience(actor, audience_id)
        if AudienceList.objects.filter(audience=audience).exists():
            raise StaticAudienceError
        outside = encode("aud", audience.id)
        resolve(parsed.match, scope_of(audience), within=outside, name=audience.name)
        last = AudienceVersion.objects.get(audience=audience, number=audience.version)
        if last.definition != _as_stored(rules):
            audience.version += 1
            audience.updated_at = now
            audience.save()
            _add_version(actor, audience, rules, now)
            after = {"version": audience.version}
            _audit(actor, "audiences.change_definition", audience, now, after=after)
            defer(REFRESH_JOB, audience_key=audience.key)
    return make_rows([audience])[0]


def rename_audience(
    *, actor: Actor, audience_id: UUID, name: str, now: datetime, description: str | None = None
) -> AudienceRow:
    """Give an audience another name, and another description if one is given.

    Locks: the audience.  Raises: NotAllowedError, NotFoundError, AudienceNameError,
    ArchivedAudienceError.
    """
    with transaction.atomic():
        audience = lock_audience(actor, audience_id)
        before = {"name": audience.name}
        audience.name = clean_name(name)
        if description is not None:
            audience.description = _description(description)
        audience.updated_at = now
        audience.save()
        after = {"name": audience.name}
        _audit(actor, "audiences.rename", audience, now, before=before, after=after)
    return make_rows([audience])[0]


def archive_audience(*, actor: Actor, audience_id: UUID, now: datetime) -> None:
    """Put an audience away; its history stays, its members are no longer worked out.

    Locks: the audience.  Raises: NotAllowedError, NotFoundError, ArchivedAudienceError.
    """
    with transaction.atomic():
        audience = lock_audience(actor, audience_id)
        audience.archived_at = audience.updated_at = now
        audience.save()
        _audit(actor, "audiences.archive", audience, now)


def restore_audience(*, actor: Actor, audience_id: UUID, now: datetime) -> AudienceRow:
    """Take an audience back from the archive; its members are worked out soon after.

    One that is not archived stays as it is.  Locks: the audience.
    Raises: NotAllowedError, NotFoundError.
    """
    with transaction.atomic():
        found = visible_audience(actor, audience_id, MANAGE)
        audience = Audience.objects.select_for_update().get(key=found.key)
        if audience.archived_at is not None:
            audience.archived_at, audience.updated_at = None, now
            audience.save()
            _audit(actor, "audiences.restore", audience, now)
            defer(REFRESH_JOB, audience_key=audience.key)
    return make_rows([audience])[0]


def lock_references() -> None:
    """Let one change of rules at a time through: two at once could close a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_REFERENCES])


def scope_of(audience: Audience) -> Scope:
    """Return the scope an audience is worked out in."""
    places = audience.places
    return Scope(everything=True) if places is None else Scope(places=frozenset(places))


def lock_audience(actor: Actor, audience_id: UUID) -> Audience:
    """Return the row of an active audience, locked, in the scope of audiences.manage.

    Raises: NotAllowedError, NotFoundError, ArchivedAudienceError.
    """
    found = visible_audience(actor, audience_id, MANAGE)
    locked = Audience.objects.select_for_update().get(key=found.key)
    if locked.archived_at is not None:
        raise ArchivedAudienceError
    return locked


def _add_version(actor: Actor, audience: Audience, rules: dict[str, Any], now: datetime) -> None:
    AudienceVersion.objects.create(
        audience=audience,
        number=audience.version,
        definition=_as_stored(rules),
        saved_by=actor.name,
        saved_at=now,
    )


def _as_stored(value: Any) -> Any:
    """Return the value as JSON gives it back: tuples become lists."""
    if isinstance(value, dict):
        return {key: _as_stored(found) for key, found in value.items()}
    return [_as_stored(found) for found in value] if isinstance(value, list | tuple) else value


def clean_name(text: str) -> str:
    """Return an audience's name as it is kept. Raises: AudienceNameError."""
    name = normal_text(text)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise AudienceNameError
    return name


def _description(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c == "\n")[:LONGEST_DESCRIPTION]


def _audit(
    actor: Actor,
    action: str,
    audience: Audience,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    subject = encode("aud", audience.id)
    record(actor=actor, action=action, subject=subject, now=now, before=before, after=after)

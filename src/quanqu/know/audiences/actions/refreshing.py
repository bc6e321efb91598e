"""Work out who is in an audience and keep who came and who left."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import run
from quanqu.kernel.ids import encode
from quanqu.know.audiences.actions.members import Found, write_members
from quanqu.know.audiences.actions.saving import MANAGE, scope_of
from quanqu.know.audiences.contracts import ArchivedAudienceError, DefinitionError, Node, RefreshRow
from quanqu.know.audiences.models import Audience, AudienceVersion
from quanqu.know.audiences.queries.compile import compile_audience
from quanqu.know.audiences.queries.found import as_of_in
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.queries.resolving import resolve, with_memberships
from quanqu.know.audiences.queries.saved import visible_audience
from quanqu.know.audiences.rules.reading import parse


def refresh_audience(*, actor: Actor, audience_id: UUID, as_of: date, now: datetime) -> RefreshRow:
    """Work out the members as of a day, in the scope the audience was made over.

    Raises: NotAllowedError, NotFoundError, ArchivedAudienceError.
    """
    audience = visible_audience(actor, audience_id, MANAGE)
    if audience.archived_at is not None:
        raise ArchivedAudienceError
    return _refresh(audience, as_of, now)


def refresh_one(*, audience_key: int, now: datetime) -> None:
    """Work out the members of one audience, unless it was archived meanwhile.

    As of today, or of the last day with data once that is old: see find_as_of.
    """
    audience = Audience.objects.get(key=audience_key)
    if audience.archived_at is None:
        as_of = as_of_in(scope_of(audience), now.astimezone(UTC).date())
        _refresh(audience, as_of, now)


def _refresh(audience: Audience, as_of: date, now: datetime) -> RefreshRow:
    """Ask the lake before the transaction, then write the difference under the audience's lock."""
    version = audience.version
    match = rules_of(audience)
    question = Question(as_of, scope_of(audience))
    found = run(compile_audience(match, with_memberships(match, question)))
    row = write_members(audience, Found(version, as_of, found), now)
    return RefreshRow(version, as_of, row.refreshed_at, row.members, row.entered, row.left)


def rules_of(audience: Audience) -> Node:
    """Return the rules in force with every reference replaced. Raises: DefinitionError."""
    saved = AudienceVersion.objects.get(audience=audience, number=audience.version)
    return _resolved(audience, saved.definition)


def rules_of_many(audiences: Sequence[Audience]) -> Iterator[tuple[Audience, Node | None]]:
    """Yield audiences with their rules in force; None: they make no sense any more."""
    saved = {
        (row.audience_id, row.number): row.definition
        for row in AudienceVersion.objects.filter(audience__in=audiences)
    }
    for audience in audiences:
        try:
            yield audience, _resolved(audience, saved[audience.key, audience.version])
        except DefinitionError:
            yield audience, None


def _resolved(audience: Audience, definition: dict[str, Any]) -> Node:
    return resolve(
        parse(definition).match,
        scope_of(audience),
        within=encode("aud", audience.id),
        name=audience.name,
    )

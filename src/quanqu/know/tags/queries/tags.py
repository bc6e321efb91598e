"""The tags that are worked out: definitions, versions, refreshes."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.customers.contracts import ComputedTag, TagKind
from quanqu.know.customers.facade import list_computed_tags
from quanqu.know.tags.contracts import (
    Every,
    TagDefinitionError,
    TagRefreshRow,
    TagRow,
    TagVersionRow,
    ValueSort,
)
from quanqu.know.tags.models import TagRefresh, TagVersion, WorkedTag
from quanqu.know.tags.queries.definitions import parse_statistic
from quanqu.know.tags.rules.statistics import currency_of, is_amount

VIEW = "customers.view"
MANAGE = "customers.manage"


def require_group(actor: Actor, permission: str) -> None:
    """Computed tags are the whole group's: a right over a part of it opens nothing here.

    Raises: NotAllowedError.
    """
    actor.require(permission)
    if not actor.scope(permission).everything:
        raise NotAllowedError(permission=permission)


def list_tags(*, actor: Actor, is_archived: bool = False) -> tuple[TagRow, ...]:
    """Return the computed tags in use, or those put away, by name. Raises: NotAllowedError."""
    require_group(actor, VIEW)
    named = {tag.key: tag for tag in list_computed_tags()}
    rows = WorkedTag.objects.filter(tag_id__in=named)
    wanted = [row for row in rows if bool(named[row.tag_id].archived_at) is is_archived]
    return tuple(sorted(make_rows(wanted, named), key=lambda row: row.name))


def get_tag(*, actor: Actor, tag_id: UUID) -> TagRow:
    """Return one computed tag. Raises: NotAllowedError, NotFoundError."""
    require_group(actor, VIEW)
    return make_rows([worked_tag(tag_id)])[0]


def list_versions(*, actor: Actor, tag_id: UUID) -> tuple[TagVersionRow, ...]:
    """Return the saved states of a definition, newest first.

    Raises: NotAllowedError, NotFoundError.
    """
    require_group(actor, VIEW)
    found = TagVersion.objects.filter(worked=worked_tag(tag_id)).order_by("-number")
    return tuple(
        TagVersionRow(row.number, row.definition, row.saved_by, row.saved_at) for row in found
    )


def list_refreshes(*, actor: Actor, tag_id: UUID, limit: int = 100) -> tuple[TagRefreshRow, ...]:
    """Return the last refreshes, newest first, those that failed too.

    Raises: NotAllowedError, NotFoundError.
    """
    require_group(actor, VIEW)
    found = TagRefresh.objects.filter(worked=worked_tag(tag_id)).order_by("-key")
    return tuple(_refresh_row(row) for row in found[:limit])


def value_sorts() -> dict[str, ValueSort]:
    """Return what the values of each statistical tag in use are, by the tag's name."""
    named = {
        tag.key: tag.name
        for tag in list_computed_tags()
        if tag.kind is TagKind.STATISTIC and tag.archived_at is None
    }
    rows = list(WorkedTag.objects.filter(tag_id__in=named))
    found = {}
    for row, definition in zip(rows, definitions_of(rows), strict=True):
        try:
            statistic = parse_statistic(definition)
        except TagDefinitionError:
            continue  # a later program may know fewer fields; the value is then shown as it is
        currency = currency_of(statistic) if is_amount(statistic) else ""
        found[named[row.tag_id]] = ValueSort(statistic.measure, statistic.of or "", currency)
    return found


def worked_tag(tag_id: UUID) -> WorkedTag:
    """Return the row of a tag. Raises: NotFoundError."""
    found = WorkedTag.objects.filter(id=tag_id).first()
    if found is None:
        raise NotFoundError(kind="Tag", ref=encode("tag", tag_id))
    return found


def definitions_of(rows: Iterable[WorkedTag]) -> list[Mapping[str, Any]]:
    """Return the definitions in force, in the order given: one query."""
    known = list(rows)
    saved = TagVersion.objects.filter(worked__in=known)
    by_number = {(one.worked_id, one.number): one.definition for one in saved}
    return [by_number[row.key, row.version] for row in known]


def make_rows(
    rows: Iterable[WorkedTag], named: Mapping[int, ComputedTag] | None = None
) -> list[TagRow]:
    """Turn table rows into contracts: four queries, whatever their number."""
    known = list(rows)
    named = named or {tag.key: tag for tag in list_computed_tags()}
    refreshes = TagRefresh.objects.filter(worked__in=known).order_by("worked_id", "-key")
    last = {one.worked_id: one for one in refreshes.distinct("worked_id")}
    good = {one.worked_id: one for one in refreshes.filter(error="").distinct("worked_id")}
    made = []
    for row, definition in zip(known, definitions_of(known), strict=True):
        tag, tried = named[row.tag_id], last.get(row.key)
        made.append(
            TagRow(
                id=row.id,
                key=row.tag_id,
                name=tag.name,
                kind=tag.kind,
                description=tag.description,
                owner=tag.owner,
                every=Every(row.every),
                version=row.version,
                definition=definition,
                created_at=row.created_at,
                updated_at=row.updated_at,
                archived_at=tag.archived_at,
                last_refresh=_refresh_row(good[row.key]) if row.key in good else None,
                failure=_refresh_row(tried) if tried and tried.error else None,
            )
        )
    return made


def _refresh_row(row: TagRefresh) -> TagRefreshRow:
    return TagRefreshRow(
        version=row.version,
        as_of=row.as_of,
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        customers=row.customers,
        everybody=row.everybody,
        entered=row.entered,
        left=row.left,
        changed=row.changed,
        error=row.error,
    )

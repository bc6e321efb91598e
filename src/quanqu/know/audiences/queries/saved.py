"""Saved audiences: lists, versions, members and past stays."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from uuid import UUID

import pyarrow as pa
from django.db.models import Exists, OuterRef, Q, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import copy_out
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.know.audiences.contracts import (
    AudienceFilters,
    AudienceRow,
    AudienceVersionRow,
    MemberRow,
    MembershipRow,
    RefreshRow,
)
from quanqu.know.audiences.models import (
    Audience,
    AudienceMember,
    AudienceQuerySet,
    AudienceRefresh,
    AudienceVersion,
)
from quanqu.know.audiences.queries.listed import lists_of
from quanqu.know.audiences.rules.reading import parse
from quanqu.know.customers.facade import customers_by_key, get_customer

VIEW = "audiences.view"
_KEYS = pa.schema([("customer_key", pa.int64())])


def list_audiences(
    *, actor: Actor, filters: AudienceFilters, cursor: str | None = None, limit: int = 50
) -> Page[AudienceRow]:
    """Return a page of the saved audiences in scope, newest first. Raises: NotAllowedError."""
    found = _filtered(actor, filters).order_by("-key")
    if cursor:
        found = found.filter(key__lt=cursor_number(cursor))
    rows = list(found[: limit + 1])
    items = tuple(make_rows(rows[:limit]))
    return Page(items, encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None)


def count_audiences(*, actor: Actor, filters: AudienceFilters) -> int:
    """Return how many saved audiences the filters leave. Raises: NotAllowedError."""
    return _filtered(actor, filters).count()


def get_audience(*, actor: Actor, audience_id: UUID) -> AudienceRow:
    """Return a saved audience. Raises: NotAllowedError, NotFoundError."""
    return make_rows([visible_audience(actor, audience_id, VIEW)])[0]


def list_audience_names(
    *, actor: Actor, has_archived: bool = False, limit: int = 1000
) -> dict[UUID, str]:
    """Return the names of the audiences in scope by id, newest first, at most `limit`.

    Raises: NotAllowedError.
    """
    actor.require(VIEW)
    found = Audience.objects.visible_to(actor.scope(VIEW))
    if not has_archived:
        found = found.filter(archived_at__isnull=True)
    return dict(found.order_by("-key").values_list("id", "name")[:limit])


def list_versions(*, actor: Actor, audience_id: UUID) -> tuple[AudienceVersionRow, ...]:
    """Return the saved states of an audience, newest first.

    Raises: NotAllowedError, NotFoundError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    found = AudienceVersion.objects.filter(audience=audience).order_by("-number")
    return tuple(
        AudienceVersionRow(row.number, parse(row.definition), row.saved_by, row.saved_at)
        for row in found
    )


def list_refreshes(*, actor: Actor, audience_id: UUID, limit: int = 90) -> tuple[RefreshRow, ...]:
    """Return the last refreshes, newest first. Raises: NotAllowedError, NotFoundError."""
    audience = visible_audience(actor, audience_id, VIEW)
    found = AudienceRefresh.objects.filter(audience=audience).order_by("-key")
    return tuple(_refresh_row(row) for row in found[:limit])


def list_members(
    *,
    actor: Actor,
    audience_id: UUID,
    on: date | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[MemberRow]:
    """Return a page of the members at the last refresh, those who came last first, masked.

    With `on`, of the stays that held at any time of that UTC day.

    A page may be shorter than `limit`: customers merged since, or out of the actor's sight, are
    left out.  Raises: NotAllowedError, NotFoundError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    if on is None:
        found = AudienceMember.objects.filter(audience=audience, left_at__isnull=True)
    else:
        found = _newest_of_each(stays_between(audience.key, on, on))
    found = found.order_by("-key")
    if cursor:
        found = found.filter(key__lt=cursor_number(cursor))
    rows = list(found[: limit + 1])
    page = rows[:limit]
    known = customers_by_key(actor=actor, customer_keys=[row.customer_key for row in page])
    items = tuple(
        MemberRow(known[row.customer_key], row.entered_at)
        for row in page
        if row.customer_key in known
    )
    return Page(items, encode_cursor([page[-1].key]) if len(rows) > limit else None)


def _newest_of_each(stays: QuerySet[AudienceMember]) -> QuerySet[AudienceMember]:
    """Keep the newest of the stays of each customer."""
    later = stays.filter(customer_key=OuterRef("customer_key"), key__gt=OuterRef("key"))
    return stays.filter(~Exists(later))


def list_memberships(*, actor: Actor, customer_id: UUID) -> tuple[MembershipRow, ...]:
    """Return the stays of a customer in audiences in scope, newest first.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require(VIEW)
    key = get_customer(actor=actor, customer_id=customer_id).row.key
    visible = Audience.objects.visible_to(actor.scope(VIEW))
    found = AudienceMember.objects.filter(customer_key=key, audience__in=visible)
    return tuple(
        MembershipRow(row.audience.id, row.audience.name, row.entered_at, row.left_at)
        for row in found.select_related("audience").order_by("-key")
    )


def stays_now(audience_key: int) -> pa.Table:
    """Return the customers whose stay in an audience goes on: one column of keys, in order."""
    query = (
        "SELECT customer_key FROM audiences_member "
        "WHERE audience_key = %s AND left_at IS NULL ORDER BY 1"
    )
    return copy_out(query=query, schema=_KEYS, params=[audience_key])


def stays_between(audience_key: int, first: date, last: date) -> QuerySet[AudienceMember]:
    """Return the stays in an audience that held at any time of these UTC days."""
    begin, end = day_ends(first)[0], day_ends(last)[1]
    stays = AudienceMember.objects.filter(audience_id=audience_key, entered_at__lte=end)
    return stays.filter(Q(left_at__isnull=True) | Q(left_at__gt=begin))


def day_ends(on: date) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a UTC day."""
    return datetime.combine(on, time(), UTC), datetime.combine(on, time.max, UTC)


def member_keys(audience_key: int) -> list[tuple[int, datetime]]:
    """Return customer key and time of entry of everybody in an audience now, by key."""
    found = AudienceMember.objects.filter(audience_id=audience_key, left_at__isnull=True)
    return list(found.order_by("customer_key").values_list("customer_key", "entered_at"))


def last_refresh(audience_key: int) -> AudienceRefresh | None:
    """Return the newest refresh of an audience, None before the first."""
    return AudienceRefresh.objects.filter(audience_id=audience_key).order_by("-key").first()


def visible_audience(actor: Actor, audience_id: UUID, permission: str) -> Audience:
    """Return the row of an audience in the scope of a permission.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require(permission)
    visible = Audience.objects.visible_to(actor.scope(permission))
    found = visible.filter(id=audience_id).first()
    if found is None:
        raise NotFoundError(kind="Audience", ref=encode("aud", audience_id))
    return found


def scope_of_audience(*, actor: Actor, audience_id: UUID) -> Scope:
    """Return the part of the group an audience is worked out in.

    Raises: NotAllowedError, NotFoundError.
    """
    places = visible_audience(actor, audience_id, VIEW).places
    return Scope(everything=True) if places is None else Scope(places=frozenset(places))


def make_rows(audiences: Iterable[Audience]) -> list[AudienceRow]:
    """Turn table rows into contracts: a few queries, whatever their number."""
    rows = list(audiences)
    keys = [row.key for row in rows]
    last = AudienceRefresh.objects.filter(audience_id__in=keys).order_by("audience_id", "-key")
    refreshed = {row.audience_id: row for row in last.distinct("audience_id")}
    versions = AudienceVersion.objects.filter(audience_id__in=keys)
    definitions = {
        (audience, number): definition
        for audience, number, definition in versions.values_list(
            "audience_id", "number", "definition"
        )
    }
    lists = lists_of(keys)
    return [
        AudienceRow(
            id=row.id,
            name=row.name,
            description=row.description,
            version=row.version,
            definition=parse(definitions[row.key, row.version]),
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
            last_refresh=_refresh_row(refreshed[row.key]) if row.key in refreshed else None,
            list=lists.get(row.key),
        )
        for row in rows
    ]


def _filtered(actor: Actor, filters: AudienceFilters) -> AudienceQuerySet:
    actor.require(VIEW)
    found = Audience.objects.visible_to(actor.scope(VIEW))
    found = found.filter(archived_at__isnull=not filters.is_archived)
    return found.filter(name__icontains=filters.text) if filters.text else found


def _refresh_row(row: AudienceRefresh) -> RefreshRow:
    return RefreshRow(row.version, row.as_of, row.refreshed_at, row.members, row.entered, row.left)


def cursor_number(cursor: str) -> int:
    """Return the key a cursor stands for. Raises: MalformedCursorError."""
    (number,) = decode_cursor(cursor, length=1)
    if not isinstance(number, int):
        raise MalformedCursorError(text=cursor)
    return number

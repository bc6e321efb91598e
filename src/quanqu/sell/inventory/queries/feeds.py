"""Feeds of channels and their changes, as an actor may see them."""

from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.inventory.contracts import (
    Feed,
    FeedChange,
    FeedCursorError,
    FeedDraft,
    FeedNotFoundError,
    FeedPage,
)
from quanqu.sell.inventory.models import Feed as FeedRow
from quanqu.sell.inventory.models import FeedChange as ChangeRow
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["changes_between", "feed_of", "feed_places", "get_feed", "list_feeds", "read_feed"]

MOST_READ: Final = 1_000
_LATEST: Final = (
    "SELECT key, place_key, variant_key, units, at FROM (SELECT DISTINCT ON (place_key, "
    "variant_key) * FROM inventory_feed_change WHERE feed_key = %s AND key > %s AND key <= %s "
    "ORDER BY place_key, variant_key, key DESC) c ORDER BY key"
)


def list_feeds(*, actor: Actor) -> tuple[Feed, ...]:
    """Return the feeds that are wholly in scope, by name. Raises: NotAllowedError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    rows = _seen(scope).order_by("name", "key")
    return tuple(one for one in map(feed_of, rows) if _is_whole(one, scope))


def get_feed(*, actor: Actor, feed_id: UUID) -> Feed:
    """Return a feed. Raises: NotAllowedError, FeedNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    row = _seen(scope).filter(id=feed_id).first()
    found = feed_of(row) if row else None
    if found is None or not _is_whole(found, scope):
        raise FeedNotFoundError(ref=encode("sfd", feed_id))
    return found


def read_feed(*, actor: Actor, feed_id: UUID, after: int = 0, limit: int = 500) -> FeedPage:
    """Return changes of a feed after a cursor; 0 is from the beginning, which tells everything.

    Of what changed more than once, the last is told.
    Raises: NotAllowedError, FeedNotFoundError; FeedCursorError where changes after it are gone, or
    it is none.
    """
    feed = get_feed(actor=actor, feed_id=feed_id)
    row = FeedRow.objects.get(key=feed.key)
    if after < 0 or after > feed.last or (0 < after < row.dropped):
        raise FeedCursorError(cursor=after)
    if after < row.dropped:
        return _whole(feed, row)
    keys = ChangeRow.objects.filter(feed=row, key__gt=after).order_by("key")
    ends = list(keys.values_list("key", flat=True)[: min(limit, MOST_READ) + 1])
    shown = ends[: min(limit, MOST_READ)]
    if not shown:
        return FeedPage((), after, has_more=False)
    return FeedPage(
        changes_between(feed.key, after, shown[-1]), shown[-1], has_more=len(ends) > len(shown)
    )


def changes_between(feed_key: int, after: int, last: int) -> tuple[FeedChange, ...]:
    """Return the last change of each item at a place within a span, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [feed_key, after, last])
        return tuple(FeedChange(*row) for row in cursor.fetchall())


def feed_places(draft: FeedDraft) -> tuple[int, ...]:
    """Return the places of a feed: those named, or all that its company has now."""
    mine = {key for key, one in places_by_key().items() if one.company_key == draft.company_key}
    return tuple(sorted(mine & set(draft.place_keys) if draft.place_keys else mine))


def feed_of(row: FeedRow) -> Feed:
    """Return a row as a contract."""
    draft = FeedDraft(row.company_key, row.channel, row.name, tuple(row.places), row.url)
    last = ChangeRow.objects.filter(feed=row).aggregate(last=Max("key"))["last"]
    return Feed(
        key=row.key,
        id=row.id,
        draft=draft,
        made_by=row.made_by,
        made_at=row.made_at,
        last=max(last or 0, row.dropped),
        sent=row.sent,
        failing_since=row.failing_since,
        message=row.message,
    )


def _whole(feed: Feed, row: FeedRow) -> FeedPage:
    """Return everything as it was told last, where the changes that say it are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::bigint, place_key, variant_key, units, %s::timestamptz "
            "FROM inventory_feed_level WHERE feed_key = %s AND units > 0 "
            "ORDER BY place_key, variant_key",
            [feed.last, row.made_at, row.key],
        )
        found = tuple(FeedChange(*one) for one in cursor.fetchall())
    return FeedPage(found, feed.last, has_more=False)


def _seen(scope: Scope) -> "QuerySet[FeedRow]":
    rows = FeedRow.objects.all()
    return rows if scope.everything else rows.filter(company_key__in=scope.companies)


def _is_whole(feed: Feed, scope: Scope) -> bool:
    return scope.everything or set(feed_places(feed.draft)) <= scope.places

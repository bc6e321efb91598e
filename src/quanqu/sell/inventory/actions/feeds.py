"""Follow what channels can be promised, and send what changed."""

import json
import random
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt_bytes, encrypt_bytes
from quanqu.infra.webhooks.facade import (
    Answer,
    allowed_hosts,
    asked_wait,
    send,
    url_fault,
    wait_after,
    write_secret,
)
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.time import format_time
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.contracts import (
    KEPT_DAYS,
    FeedChange,
    FeedCursorError,
    FeedDraft,
    FeedError,
    IssuedFeed,
    StockPlaceError,
)
from quanqu.sell.inventory.models import Feed
from quanqu.sell.inventory.models import FeedChange as ChangeRow
from quanqu.sell.inventory.queries.availability import OF_CHANNEL_NOW
from quanqu.sell.inventory.queries.feeds import changes_between, feed_of, feed_places, get_feed

__all__ = [
    "drop_old_changes", "end_feed", "follow_feeds", "make_feed", "replay_feed", "send_feeds",
]  # fmt: skip

IN_CALL: Final = 500
LEASE: Final = timedelta(minutes=2)
SECRET: Final = "stock.feed"  # noqa: S105 - the name of a purpose
_LONGEST: Final = 100
_KEY_BYTES: Final = 32
_jitter: Final = random.Random()  # noqa: S311 - spreads retries, hides nothing
_FOLLOWED: Final = f"""
WITH plain AS MATERIALIZED (
    SELECT l.place_key, l.variant_key, greatest({OF_CHANNEL_NOW}, 0) AS units
    FROM inventory_level l WHERE l.place_key = ANY(%s)
), seen AS (
    SELECT * FROM plain WHERE units > 0 UNION ALL
    SELECT s.place_key, k.kit_key, min(s.units / k.quantity)
    FROM inventory_kit_part k JOIN plain s ON s.variant_key = k.part_key WHERE k.company_key = %s
    GROUP BY 1, 2 HAVING min(s.units / k.quantity) > 0 AND count(*) =
        (SELECT count(*) FROM inventory_kit_part x WHERE x.kit_key = k.kit_key)
), changed AS MATERIALIZED (
    SELECT coalesce(s.place_key, k.place_key) AS p, coalesce(s.variant_key, k.variant_key) AS v,
        coalesce(s.units, 0) AS u
    FROM seen s FULL JOIN (SELECT * FROM inventory_feed_level WHERE feed_key = %s) k
        ON s.place_key = k.place_key AND s.variant_key = k.variant_key
    WHERE coalesce(s.units, 0) <> coalesce(k.units, 0)
), told AS (
    INSERT INTO inventory_feed_change (feed_key, place_key, variant_key, units, at)
    SELECT %s, p, v, u, %s FROM changed ORDER BY p, v RETURNING 1
), kept AS (
    INSERT INTO inventory_feed_level (feed_key, place_key, variant_key, units)
    SELECT %s, p, v, u FROM changed
    ON CONFLICT (feed_key, place_key, variant_key) DO UPDATE SET units = excluded.units
)
SELECT count(*) FROM told
"""  # noqa: S608 - no value in it


def make_feed(*, actor: Actor, draft: FeedDraft, now: datetime) -> IssuedFeed:
    """Make the feed of a channel; its first changes tell everything there is.

    The right is needed at all its places.
    Raises: NotAllowedError, StockPlaceError, FeedError.
    """
    _check(draft)
    places = places_by_key(keys=draft.place_keys) if draft.place_keys else {}
    for key in draft.place_keys:
        if key not in places or places[key].company_key != draft.company_key:
            raise StockPlaceError(ref=key)
    require_places(actor, set(feed_places(draft)))
    named = {"company_key": draft.company_key, "channel": draft.channel, "name": draft.name}
    signing = secrets.token_bytes(_KEY_BYTES)
    with transaction.atomic():
        row, is_new = Feed.objects.get_or_create(
            **named,
            defaults={
                "places": list(draft.place_keys),
                "url": draft.url,
                "secret_enc": encrypt_bytes(signing, purpose=SECRET),
                "made_by": actor.id,
                "made_at": now,
            },
        )
        if not is_new:
            raise FeedError(problem="the channel has a feed of this name")
        _follow(row, now)
    return IssuedFeed(feed_of(row), write_secret(signing))


def end_feed(*, actor: Actor, feed_id: UUID) -> None:
    """End a feed and forget its changes. Raises: NotAllowedError, FeedNotFoundError."""
    feed = get_feed(actor=actor, feed_id=feed_id)
    require_places(actor, set(feed_places(feed.draft)))
    Feed.objects.filter(key=feed.key).delete()


def replay_feed(*, actor: Actor, feed_id: UUID, after: int) -> None:
    """Send what changed after a cursor once more by webhook, and what followed it.

    Raises: NotAllowedError, StockPlaceError, FeedNotFoundError; FeedCursorError where it is gone.
    """
    feed = get_feed(actor=actor, feed_id=feed_id)
    require_places(actor, set(feed_places(feed.draft)))
    with transaction.atomic():
        row = Feed.objects.select_for_update().get(key=feed.key)
        if not row.dropped <= after <= feed.last:
            raise FeedCursorError(cursor=after)
        row.sent, row.call_id, row.call_last = after, None, None
        row.attempts, row.next_at, row.failing_since, row.message = 0, None, None, ""
        row.save()


def follow_feeds(*, now: datetime) -> int:
    """Note what changed for every feed; return how many changes there are.

    A feed compares what its channel can be promised with what it told last, so that nothing is
    lost, whatever was killed when, and what went to and fro between is told once.
    """
    count = 0
    for key in Feed.objects.order_by("key").values_list("key", flat=True):
        with transaction.atomic():
            row = Feed.objects.select_for_update(skip_locked=True).filter(key=key).first()
            count += _follow(row, now) if row is not None else 0
    return count


def send_feeds(*, now: datetime) -> int:
    """Make the calls of webhooks that are due; return how many were taken.

    One call of a feed is under way at a time: changes come in order.
    """
    due = Feed.objects.exclude(url="").filter(Q(next_at__isnull=True) | Q(next_at__lte=now))
    return sum(_send_next(key, now) for key in due.order_by("key").values_list("key", flat=True))


def drop_old_changes(*, now: datetime) -> int:
    """Forget changes that are older than a week; return how many."""
    count = 0
    edge = now - timedelta(days=KEPT_DAYS)
    for row in Feed.objects.order_by("key"):
        with transaction.atomic():
            row = Feed.objects.select_for_update().get(key=row.key)
            old = ChangeRow.objects.filter(feed=row, at__lt=edge)
            last = old.aggregate(last=Max("key"))["last"]
            if last is None:
                continue
            count += old.filter(key__lte=last).delete()[0]
            row.dropped = last
            row.sent = max(row.sent, last)
            if row.call_last is not None and row.call_last <= last:
                row.call_id = row.call_last = None
            row.save()
    return count


def _check(draft: FeedDraft) -> None:
    if draft.channel not in frozenset(ChannelCode):
        raise FeedError(problem=f"there is no channel {draft.channel}")
    if not 1 <= len(draft.name) <= _LONGEST:
        raise FeedError(problem=f"a name has 1 to {_LONGEST} characters")
    if draft.url and (fault := url_fault(draft.url, allowed_hosts())):
        raise FeedError(problem=fault)


def _follow(row: Feed, now: datetime) -> int:
    draft = FeedDraft(row.company_key, row.channel, row.name, tuple(row.places))
    places = list(feed_places(draft))
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLLOWED,
            [row.channel, places, row.company_key, row.key, row.key, now, row.key],
        )
        return int(cursor.fetchone()[0])


def _send_next(feed_key: int, now: datetime) -> int:
    claimed = _claim(feed_key, now)
    if claimed is None:
        return 0
    row, call_id, last, after = claimed
    body = _body(row, call_id, changes_between(row.key, after, last), last, now)
    answer = send(
        row.url,
        key=decrypt_bytes(bytes(row.secret_enc), purpose=SECRET),
        message_id=encode("sfc", call_id),
        timestamp=int(now.timestamp()),
        body=body,
    )
    return _settle(feed_key, call_id, answer, now)


def _claim(feed_key: int, now: datetime) -> tuple[Feed, UUID, int, int] | None:
    """Take the next call for two minutes; one that was broken off keeps its id and its changes."""
    with transaction.atomic():
        row = Feed.objects.select_for_update(skip_locked=True).filter(key=feed_key).first()
        if row is None or not row.url or (row.next_at is not None and row.next_at > now):
            return None
        if row.call_id is None or row.call_last is None:
            keys = ChangeRow.objects.filter(feed=row, key__gt=row.sent).order_by("key")
            ends = list(keys.values_list("key", flat=True)[:IN_CALL])
            if not ends:
                return None
            row.call_id, row.call_last, row.attempts = new_id(), ends[-1], 0
        row.attempts += 1
        row.next_at = now + LEASE
        row.save()
        return row, row.call_id, row.call_last, row.sent


def _settle(feed_key: int, call_id: UUID, answer: Answer, now: datetime) -> int:
    with transaction.atomic():
        row = Feed.objects.select_for_update().filter(key=feed_key).first()
        if row is None or row.call_id != call_id or row.call_last is None:
            return 0  # ended, played back or taken meanwhile
        if answer.is_taken:
            row.sent, row.call_id, row.call_last = row.call_last, None, None
            row.attempts, row.next_at, row.failing_since, row.message = 0, None, None, ""
        else:
            asked = asked_wait(answer.retry_after, now) if answer.retry_after else None
            wait = max(asked or timedelta(), wait_after(row.attempts, _jitter.random()))
            row.next_at, row.failing_since = now + wait, row.failing_since or now
            row.message = (answer.error or f"HTTP {answer.status}")[:200]
        row.save()
        return int(answer.is_taken)


def _body(
    row: Feed, call_id: UUID, changes: tuple[FeedChange, ...], last: int, now: datetime
) -> bytes:
    places = places_by_key(keys={one.place_key for one in changes})
    labels = variant_labels(variant_keys={one.variant_key for one in changes})
    feed = encode("sfd", row.id)
    told = [
        {
            "place": places[one.place_key].id,
            "item": labels[one.variant_key].variant_id,
            "sku": labels[one.variant_key].sku,
            "available": one.available,
            "at": format_time(one.at),
        }
        for one in changes
        if one.place_key in places and one.variant_key in labels
    ]
    event = {
        "specversion": "1.0",
        "id": encode("sfc", call_id),
        "source": f"/stock/feeds/{feed}",
        "type": "quanqu.stock.availability_changed",
        "subject": feed,
        "time": format_time(now),
        "datacontenttype": "application/json",
        "data": {"feed": feed, "channel": row.channel, "cursor": last, "changes": told},
    }
    return json.dumps(event, separators=(",", ":")).encode()

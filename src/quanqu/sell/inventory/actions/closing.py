"""Close a place for promises, and open it again."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.contracts import PlaceClosing
from quanqu.sell.inventory.models import Closing
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.closing import checked_closing

_SPACE: Final = 74_002
"""The space of advisory locks in which a place's levels are opened and the place is closed."""
_LOCKED: Final = (
    "SELECT key FROM inventory_level WHERE place_key = %s "
    "ORDER BY place_key, variant_key FOR UPDATE"
)
_LAST: Final = (
    "SELECT max(h.held_at) FROM inventory_level l JOIN inventory_hold h "
    "ON h.place_key = l.place_key AND h.variant_key = l.variant_key "
    "WHERE l.place_key = %s AND h.state IN ('held', 'allocated')"
)
_SET: Final = (
    "UPDATE inventory_level SET closed_from = %s, closed_until = %s WHERE place_key = %s "
    "AND (closed_from, closed_until) IS DISTINCT FROM (%s, %s)"
)
_NEW: Final = (
    "UPDATE inventory_level l SET closed_from = c.closed_from, closed_until = c.closed_until "
    "FROM inventory_closing c, unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "WHERE c.place_key = l.place_key AND l.place_key = t.p AND l.variant_key = t.v"
)


def close_place(*, actor: Actor, place_key: int, closing: PlaceClosing, now: datetime) -> None:
    """Let nothing be promised at a place from a time on, until another or until it is opened.

    What was promised before stays promised; a hold that is granted while this waits was before it.
    Told again, it is in place of what was said before.  Locks: all levels of the place.
    Raises: NotAllowedError, StockPlaceError, PlaceClosingError.
    """
    require_places(actor, {place_key})
    told = checked_closing(closing, now=now)
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(place_key)
        cursor.execute(_LAST, [place_key])
        (last,) = cursor.fetchone()
        before = Closing.objects.filter(place_key=place_key).first()
        if before is not None and before.closed_from == closing.starts_at <= now:
            told = replace(told, starts_at=before.closed_from)  # closed since then, and still
        elif last is not None and last >= told.starts_at and told.starts_at <= now:
            told = replace(told, starts_at=last + timedelta(microseconds=1))
            told = checked_closing(told, now=now)
        Closing.objects.update_or_create(
            place_key=place_key,
            defaults={
                "closed_from": told.starts_at,
                "closed_until": told.ends_at,
                "reason": told.reason,
                "set_by": actor.id,
                "set_at": now,
            },
        )
        _follow(place_key, told.starts_at, told.ends_at)
        _note(actor, place_key, "stock.place_closed", before, told, now)


def reopen_place(*, actor: Actor, place_key: int, now: datetime) -> None:
    """Open a place again, or call off its closing; an open one stays as it is.

    Locks: all levels of the place.  Raises: NotAllowedError, StockPlaceError.
    """
    require_places(actor, {place_key})
    with transaction.atomic():
        _lock(place_key)
        before = Closing.objects.filter(place_key=place_key).first()
        if before is None:
            return
        before.delete()
        _follow(place_key, None, None)
        _note(actor, place_key, "stock.place_reopened", before, None, now)


def close_new(ats: Collection[At]) -> None:
    """Note of new levels that their places are closed; a closing said meanwhile waits for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, p) FROM "
            "(SELECT DISTINCT p FROM unnest(%s::int[]) AS p ORDER BY 1) q",
            [_SPACE, [place for place, _ in ats]],
        )
        cursor.execute(_NEW, [[place for place, _ in ats], [variant for _, variant in ats]])


def _lock(place_key: int) -> None:
    """Wait for whoever opens levels at the place, then for whoever decides there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, place_key])
        cursor.execute(_LOCKED, [place_key])


def _follow(place_key: int, start: datetime | None, end: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [start, end, place_key, start, end])


def _note(
    actor: Actor,
    place_key: int,
    action: str,
    before: Closing | None,
    after: PlaceClosing | None,
    now: datetime,
) -> None:
    def told(start: datetime, end: datetime | None, reason: str) -> dict[str, str | None]:
        return {
            "from": start.isoformat(),
            "until": end.isoformat() if end else None,
            "reason": reason,
        }

    record(
        actor=actor,
        action=action,
        subject=f"place {place_key}",
        before=told(before.closed_from, before.closed_until, before.reason) if before else None,
        after=told(after.starts_at, after.ends_at, after.reason) if after else None,
        now=now,
    )

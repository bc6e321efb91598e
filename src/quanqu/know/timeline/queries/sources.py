"""Reads of sources and their write keys."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel import ids
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.timeline.contracts import (
    BotRule,
    EffectKind,
    Intake,
    OutOfTimeRule,
    SourceEffect,
    SourceInfo,
    SourceKind,
    SourceNotFoundError,
    TrackingSource,
)
from quanqu.know.timeline.models import Source, WriteKey
from quanqu.know.timeline.models import SourceEffect as Effect
from quanqu.know.timeline.queries.live import on_live_connection

_FRESH: Final = timedelta(seconds=5)
_MOST_CACHED: Final = 10_000
_cache: dict[bytes, tuple[TrackingSource | None, datetime]] = {}


def key_hash(write_key: str) -> bytes:
    """Return what is stored of a write key: SHA-256, for its text is 192 random bits."""
    return hashlib.sha256(write_key.encode("utf-8", "surrogatepass")).digest()


def find_tracking_source(*, write_key: str, now: datetime) -> TrackingSource | None:
    """Return the enabled source of a write key in force, or None.

    The answer is kept for five seconds in this process: a key taken back works that much longer.
    Raises: InboxUnavailableError.
    """
    digest = key_hash(write_key)
    known = _cache.get(digest)
    if known is not None and known[1] <= now < known[1] + _FRESH:
        return known[0]
    found = on_live_connection(lambda: _source_of_key(digest, now))
    if len(_cache) >= _MOST_CACHED:
        _cache.clear()
    _cache[digest] = (found, now)
    return found


def forget_tracking_sources() -> None:
    """Drop this process's memory of write keys, after one has changed."""
    _cache.clear()


def any_source_allows(*, origin: str) -> bool:
    """Tell whether pages of this origin may send to some source: what a preflight asks."""
    listed = Q(allowed_origins__contains=[origin.lower()]) | Q(allowed_origins__contains=["*"])
    return on_live_connection(Source.objects.filter(listed, is_enabled=True).exists)


def list_sources(
    *, actor: Actor, cursor: str | None = None, limit: int = 50, now: datetime
) -> Page[SourceInfo]:
    """Return a page of the sources the actor may see, in the order they were made."""
    actor.require("timeline.view")
    found = _visible(actor.scope("timeline.view"))
    if cursor:
        found = found.filter(key__gt=decode_key(cursor))
    rows = list(found.order_by("key")[: limit + 1])
    items = source_infos(rows[:limit], now=now)
    return Page(items, encode_cursor([items[-1].key]) if len(rows) > limit else None)


def get_source(*, actor: Actor, source_id: str, now: datetime) -> SourceInfo:
    """Return a source the actor may see. Raises: SourceNotFoundError, MalformedIdError."""
    actor.require("timeline.view")
    row = source_row(source_id, actor.scope("timeline.view"))
    return source_infos([row], now=now)[0]


def find_source(*, code: str, now: datetime) -> SourceInfo | None:
    """Return the source of this code, or None; no rights are checked here."""
    row = Source.objects.filter(code=code).first()
    return source_infos([row], now=now)[0] if row else None


def source_row(source_id: str, scope: Scope) -> Source:
    """Return the row of an outside id inside the scope. Raises: SourceNotFoundError."""
    row = _visible(scope).filter(id=ids.decode("src", source_id)).first()
    if row is None:
        raise SourceNotFoundError(ref=source_id)
    return row


def intake_of(row: Source) -> Intake:
    """Return what a source lets in."""
    return Intake(
        sampling_rate=row.sampling_rate,
        bots=BotRule(row.bots),
        late_days=row.late_days,
        on_late=OutOfTimeRule(row.on_late),
        ahead_s=row.ahead_s,
        on_ahead=OutOfTimeRule(row.on_ahead),
    )


def list_source_effects(
    *, actor: Actor, source_id: str, days: int = 30, now: datetime
) -> tuple[SourceEffect, ...]:
    """Return what a source's settings did on each of the last days (UTC), the newest first.

    Raises: SourceNotFoundError, MalformedIdError.
    """
    actor.require("timeline.view")
    row = source_row(source_id, actor.scope("timeline.view"))
    first = now.date() - timedelta(days=max(days, 1) - 1)
    found = Effect.objects.filter(source_key=row.key, day__gte=first).order_by("-day", "kind")
    return tuple(SourceEffect(EffectKind(each.kind), each.day, each.count) for each in found)


def visible_source_codes(scope: Scope) -> dict[int, str]:
    """Return the code of every source inside the scope by its key."""
    return dict(_visible(scope).values_list("key", "code"))


def source_infos(rows: Iterable[Source], *, now: datetime) -> tuple[SourceInfo, ...]:
    """Return rows as contracts, each with the hints of its keys in force."""
    sources = list(rows)
    hints: dict[int, list[str]] = {}
    in_force = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    keys = WriteKey.objects.filter(in_force, source__in=sources).order_by("key")
    for source_key, hint in keys.values_list("source_id", "hint"):
        hints.setdefault(source_key, []).append(hint)
    return tuple(_source_info(row, tuple(hints.get(row.key, ()))) for row in sources)


def _visible(scope: Scope) -> QuerySet[Source]:
    if scope.everything:
        return Source.objects.all()
    return Source.objects.filter(place__in=scope.places)


def _source_of_key(digest: bytes, now: datetime) -> TrackingSource | None:
    in_force = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    keys = WriteKey.objects.select_related("source")
    key = keys.filter(in_force, key_hash=digest, source__is_enabled=True).first()
    if key is None:
        return None
    row = key.source
    return TrackingSource(row.key, row.code, frozenset(row.allowed_origins), row.rate_limit)


def _source_info(row: Source, hints: tuple[str, ...]) -> SourceInfo:
    return SourceInfo(
        key=row.key,
        id=ids.encode("src", row.id),
        code=row.code,
        name=row.name,
        place_key=row.place_id,
        allowed_origins=tuple(row.allowed_origins),
        rate_limit=row.rate_limit,
        is_enabled=row.is_enabled,
        is_simulated=row.is_simulated,
        created_at=row.created_at,
        key_hints=hints,
        kind=SourceKind(row.kind),
        intake=intake_of(row),
    )
